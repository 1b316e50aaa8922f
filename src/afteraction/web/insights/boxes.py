"""The four boxes as figures that lead to their deals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from afteraction.report.wording import interval, percent
from afteraction.web.chips import CHIPS

_BOXES: Final = ("deserved_win", "lucky_win", "unlucky_loss", "deserved_loss", "undecided")


@dataclass(frozen=True)
class BoxLink:
    """A box: how many ended deals are in it, which share of all with its interval, and where they are listed."""

    label: str
    deals: str
    share: str
    n: str
    href: str


def box_links(figures: Mapping[str, Any]) -> tuple[BoxLink, ...]:
    """The boxes of saved figures; nothing when deals could not be put into boxes."""
    found = figures["boxes"]
    if not found or not found["n"]:
        return ()
    return tuple(_link(box, found["shares"][box]) for box in _BOXES if box in found["shares"])


def _link(box: str, share: Mapping[str, Any]) -> BoxLink:
    around = f"{percent(share['count'] / share['n'])} ({interval(share['low'], share['high'])})"
    return BoxLink(CHIPS[box].word, f"{share['count']:,}", around, f"{share['n']:,}", deals_link(box=box))


def deals_link(**filters: str) -> str:
    """The list of deals, narrowed."""
    return f"{reverse('deals')}?{urlencode(filters)}"
