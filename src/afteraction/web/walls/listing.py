"""The list of risks that were recognised, with the deals they were taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator

from afteraction.report.wording import percent
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.walls.models import DealRisk

_PER_PAGE: Final = 50
VERDICTS: Final = {"good": "Good risks", "long_shot": "Long shots", "unknown": "Chance unknown"}


@dataclass(frozen=True)
class RiskQuery:
    """Which risks: of a rep, of a verdict."""

    owner: str = ""
    verdict: str = "good"
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "RiskQuery":
        """What an address asks for; what cannot be read is left out."""
        verdict, page = str(query.get("verdict", "")), str(query.get("page", ""))
        return cls(
            owner=str(query.get("owner", ""))[:200],
            verdict=verdict if verdict in VERDICTS else "good",
            page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        )


@dataclass(frozen=True)
class RiskRow:
    """A risk with its deal, which may have left the record since."""

    risk: DealRisk
    deal: Deal | None
    signs: tuple[tuple[str, str], ...]
    chance: str
    usual: str


def risk_page(user: User, asked: RiskQuery) -> "Page[Any]":
    """A page of the risks of someone's organisation."""
    found = DealRisk.objects.filter(organisation=user.organisation, verdict=asked.verdict)
    if asked.owner:
        found = found.filter(owner=asked.owner)
    page: Page[Any] = Paginator(found.order_by("-id"), _PER_PAGE).get_page(asked.page)
    rows = list(page.object_list)
    known = Deal.objects.filter(organisation=user.organisation, deal_id__in=[each.deal_id for each in rows])
    deals = {deal.deal_id: deal for deal in known}
    page.object_list = [
        RiskRow(
            each,
            deals.get(each.deal_id),
            tuple((kind, words) for kind, words in each.signs),
            "–" if each.chance is None else percent(each.chance),
            "–" if each.usual_chance is None else percent(each.usual_chance),
        )
        for each in rows
    ]
    return page
