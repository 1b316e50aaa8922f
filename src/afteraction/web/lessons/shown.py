"""The deals on which a lesson was shown, from the rows of its uses and the mirror of the record."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from afteraction.analysis.lesson_evidence import LEANING, Shown
from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import Lesson, LessonUse

CHANCE: Final = "chance"
"""What `LessonUse.fit` calls the chance that the deal had when the lesson was shown."""
_DAY: Final = 86_400.0
_UNKNOWN: Final = 0.35


@dataclass(frozen=True)
class ShownDeal:
    """A deal on which a lesson was shown while it was open; `chance` as it was then, where it is known."""

    deal: Deal
    shown_at: datetime
    used_at: datetime | None
    chance: float | None
    said: frozenset[str]

    @property
    def used(self) -> bool:
        return self.used_at is not None

    @property
    def ended(self) -> bool:
        return self.deal.outcome != "open" and self.deal.closed_at is not None


def chance_now(deal: Deal) -> dict[str, float]:
    """What a row of `LessonUse` keeps of the chance of its deal, which the mirror forgets as the deal goes on."""
    return {} if deal.chance is None else {CHANCE: round(deal.chance, 4)}


def shown_deals(lesson: Lesson, since: datetime | None = None) -> list[ShownDeal]:
    """Each deal once, in the order in which the lesson was first shown there; from `since` on."""
    rows = LessonUse.objects.filter(lesson=lesson).order_by("shown_at", "pk")
    of_deal: dict[str, list[LessonUse]] = {}
    for row in rows.iterator(chunk_size=5_000):
        of_deal.setdefault(row.deal_id, []).append(row)
    keys = list(of_deal)
    known: dict[str, Deal] = {}
    for first in range(0, len(keys), 500):
        found = Deal.objects.filter(organisation=lesson.organisation_id, deal_id__in=keys[first : first + 500])
        known |= {deal.deal_id: deal for deal in found}
    return [*_each(of_deal, known, since)]


def _each(of_deal: dict[str, list[LessonUse]], known: dict[str, Deal], since: datetime | None) -> Iterator[ShownDeal]:
    for deal_id, uses in of_deal.items():
        deal, first = known.get(deal_id), uses[0]
        if deal is None or (since is not None and first.shown_at < since):
            continue
        if deal.closed_at is not None and deal.outcome != "open" and deal.closed_at <= first.shown_at:
            continue  # opened again, or dated back: it was not open when it was shown
        times = [use.said_at for use in uses if use.said == LessonUse.Said.USED and use.said_at is not None]
        chance = next((use.fit[CHANCE] for use in uses if CHANCE in use.fit), deal.chance_start)
        said = frozenset(use.said for use in uses if use.said)
        yield ShownDeal(deal, first.shown_at, min(times, default=None), chance, said)


def as_arrays(deals: list[ShownDeal], end: datetime) -> Shown:
    """The same as `analysis.lesson_evidence` takes it; days are counted from 1970."""
    records = _records(deals)
    owners = {owner: place for place, owner in enumerate(sorted({each.deal.owner for each in deals} - {""}))}
    return Shown(
        shown=np.array([_days(each.shown_at) for each in deals]),
        used=np.array([_days(each.used_at) for each in deals]),
        closed=np.array([_days(each.deal.closed_at) if each.ended else np.nan for each in deals]),
        won=np.array([each.deal.outcome == "won" for each in deals], dtype=bool),
        known=np.array([(*_known(each), record) for each, record in zip(deals, records, strict=True)]).reshape(
            len(deals), -1
        ),
        owner=np.array([owners.get(each.deal.owner, -1) for each in deals], dtype=np.int32),
        end=_days(end),
    )


def _known(each: ShownDeal) -> tuple[float, ...]:
    """What was known when it was shown: its chance, size and age; those of a kind, so that none outweighs another."""
    chance = min(max(_UNKNOWN if each.chance is None else each.chance, 0.02), 0.98)
    age = (each.shown_at - each.deal.created_at).total_seconds() / _DAY if each.deal.created_at else 0.0
    return (
        float(np.log(chance / (1 - chance))),
        float(each.chance is None),
        float(np.log1p(max(each.deal.amount or 0.0, 0.0)) / 5),
        float(np.log1p(max(age, 0.0)) / 2),
    )


def _records(deals: list[ShownDeal]) -> list[float]:
    """How the owner of each deal had done before the lesson was shown: logits of their share won.

    The chance of a deal knows the deal and not its owner, and who wins more may also use lessons more.
    """
    if not deals:
        return []
    names = {each.deal.owner for each in deals} - {""}
    ended = Deal.objects.filter(organisation=deals[0].deal.organisation_id, closed_at__isnull=False)
    rows = ended.exclude(outcome="open").filter(owner__in=names).order_by("closed_at", "pk")
    times: dict[str, list[datetime]] = {}
    won: dict[str, list[int]] = {}
    for owner, closed_at, outcome in rows.values_list("owner", "closed_at", "outcome").iterator(chunk_size=10_000):
        if closed_at is not None:
            times.setdefault(owner, []).append(closed_at)
            won.setdefault(owner, [0]).append(won.get(owner, [0])[-1] + (outcome == "won"))
    everybody = sum(each[-1] for each in won.values()) / max(sum(map(len, times.values())), 1)
    leant = LEANING * min(max(everybody, 0.02), 0.98)
    found = []
    for each in deals:
        n = bisect_left(times.get(each.deal.owner, []), each.shown_at)
        share = (won.get(each.deal.owner, [0])[n] + leant) / (n + LEANING)
        found.append(float(np.log(share / (1 - share))))
    return found


def _days(at: datetime | None) -> float:
    return np.nan if at is None else at.timestamp() / _DAY
