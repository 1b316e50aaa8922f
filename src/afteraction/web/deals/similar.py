"""Deals like one deal that have ended, and what happened to them."""

import math
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from afteraction.analysis.intervals import Rate, rate
from afteraction.report.wording import listed
from afteraction.web.deals.filters import DealFilters
from afteraction.web.deals.models import Deal

MOST: Final = 50
_LOOKED_AT: Final = 150
"""Deals on each side of the amount that are compared."""
_OTHER_COMPETITOR, _OTHER_TEAM = 0.5, 0.2
"""How far another competitor and another team are, in logarithms of the amount: an amount 1.65 times as large."""


@dataclass(frozen=True)
class Similar:
    """The ended deals most like one, the most like first; `won` of them, with its interval, None where there are none.

    `filters` is the list of all deals of this kind and size.
    """

    deals: tuple[Deal, ...]
    won: Rate | None
    filters: DealFilters
    alike: str


def similar_deals(deal: Deal) -> Similar:
    """Ended deals of the same segment, source and currency, nearest in amount, competitor and team."""
    ended = Deal.objects.filter(organisation_id=deal.organisation_id, segment=deal.segment, source=deal.source).exclude(
        pk=deal.pk
    )
    found = [each for each in _around(ended, deal.amount) if each.outcome != "open" and each.currency == deal.currency]
    nearest = sorted(found, key=lambda each: (_distance(deal, each), -each.pk))[:MOST]
    amounts = [each.amount for each in nearest if each.amount is not None]
    named = {"segment": deal.segment, "source": deal.source}
    filters = DealFilters(
        values=tuple((name, value) for name, value in named.items() if value),
        low=min(amounts, default=None),
        high=max(amounts, default=None),
    )
    won = rate(sum(each.outcome == "won" for each in nearest), len(nearest)) if nearest else None
    alike = [
        word for word, value in (("segment", deal.segment), ("source", deal.source), ("size", deal.amount)) if value
    ]
    return Similar(tuple(nearest), won, filters, listed(alike))


def _around(deals: "QuerySet[Deal]", amount: float | None) -> list[Deal]:
    """Deals with the next lower and higher amounts; without an amount the newest. Walks one index from one place."""
    if amount is None:
        return list(deals.order_by("-last_event_at", "-id")[: 2 * _LOOKED_AT])
    return [
        *deals.filter(amount__gte=amount).order_by("amount", "id")[:_LOOKED_AT],
        *deals.filter(amount__lt=amount).order_by("-amount", "-id")[:_LOOKED_AT],
    ]


def _distance(one: Deal, other: Deal) -> float:
    amounts = [math.log1p(max(each.amount or 0.0, 0.0)) for each in (one, other)]
    return (
        abs(amounts[0] - amounts[1])
        + _OTHER_COMPETITOR * (one.competitor != other.competitor)
        + _OTHER_TEAM * (one.team != other.team)
    )
