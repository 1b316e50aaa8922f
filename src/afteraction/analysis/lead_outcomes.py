"""What became of the leads: of every source, campaign, piece of content or month, with intervals and young leads apart.

Counts say what has come so far. Shares by a horizon count young leads as not known yet: becoming revenue and dying are
ends that compete (Aalen & Johansen 1978), and a lead of last week is censored, not a failure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats, Places
from afteraction.analysis.calibration import Measured
from afteraction.analysis.deal_frame import Category
from afteraction.analysis.intervals import Rate, rate, rate_if_any
from afteraction.analysis.lead_comparison import Comparison, compare
from afteraction.analysis.lead_curves import HORIZONS, WATCHED, curves, told_horizons
from afteraction.analysis.lead_frame import SOURCE, LeadFrame
from afteraction.analysis.lead_times import TimeTo, times_to
from afteraction.errors import NotEnoughData

GROUPS: Final = 100
"""Groups that are told one by one, the largest; the rest are one."""
OTHERS: Final = "all others"
REASONS: Final = 12
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class ByHorizon:
    """Of leads so many `days` old: the share that was won, had become a deal, or was dead, with 95 % intervals.

    `watched` leads of the group came in at least so long ago; younger ones count for as long as they were watched.
    """

    days: float
    watched: int
    deal: Measured
    won: Measured
    dead: Measured


@dataclass(frozen=True)
class Reason:
    """A reason for which leads were returned, and its share of the returned ones whose reason is on record."""

    reason: str
    share: Rate


@dataclass(frozen=True)
class Revenue:
    """What was won in one currency: the `total`, and per lead (those of the group, won or not) with its interval."""

    currency: str
    won: int
    total: float
    per_lead: Measured


@dataclass(frozen=True)
class Group:
    """What became of a group of leads so far; `group` is None for all of them, empty where the fact is unknown.

    All rates are of the `leads`; `accepted` (a deal counts as accepted) and `returned` are None where the record has no
    changes of leads at all. `young` are leads that are neither won nor dead and not yet as old as the last of the
    horizons. `effort` is sales' contacts per lead, `effort_per_won` per lead that was won (None without any).
    """

    group: str | None
    leads: int
    young: int
    accepted: Rate | None
    returned: Rate | None
    reasons: tuple[Reason, ...]
    deals: Rate
    won: Rate
    revenue: tuple[Revenue, ...]
    horizons: tuple[ByHorizon, ...]
    times: tuple[TimeTo, ...]
    effort: Measured
    effort_per_won: float | None


@dataclass(frozen=True)
class Became:
    """What became of the leads by one fact: all together, each group (largest first), and the groups compared.

    Groups beyond the largest GROUPS are one, called OTHERS.
    """

    by: str
    overall: Group
    groups: tuple[Group, ...]
    compared: Comparison | NotEnoughData


def what_became(frame: LeadFrame, by: str = SOURCE, horizons: Sequence[float] = HORIZONS) -> Became | NotEnoughData:
    """What became of the leads by a fact of `frame.facts`. Raises KeyError for a fact that the frame does not have."""
    fact = frame.facts[by]
    if not len(frame):
        return NotEnoughData("no leads with a date at which they came in", "a table of leads with created_at")
    told = told_horizons(frame, horizons)
    few = fewer(fact)
    order = np.argsort(few.codes, kind="stable")
    edges = np.searchsorted(few.codes[order], np.arange(-1, len(few.levels) + 1))
    names = ["", *few.levels]
    parts = [(names[place], order[edges[place] : edges[place + 1]]) for place in range(len(names))]
    parts.sort(key=lambda part: (part[0] in ("", OTHERS), -len(part[1]), part[0]))
    groups = tuple(_group(frame, name, rows, told) for name, rows in parts if len(rows))
    return Became(by, _group(frame, None, np.arange(len(frame)), told), groups, compare(frame, few))


def fewer(fact: Category, most: int = GROUPS) -> Category:
    """A fact with its most common levels, all others being one."""
    if len(fact.levels) <= most:
        return fact
    counts = np.bincount(fact.codes[fact.codes >= 0], minlength=len(fact.levels))
    kept = np.sort(np.argsort(-counts, kind="stable")[:most])
    number = np.full(len(fact.levels) + 1, most, dtype=np.int32)
    number[kept], number[-1] = np.arange(most, dtype=np.int32), -1
    return Category(number[fact.codes], (*(fact.levels[place] for place in kept), OTHERS))


def _group(frame: LeadFrame, name: str | None, rows: Places, told: Sequence[float]) -> Group:
    one = frame.only(rows)
    n = len(one)
    followed = bool((~np.isnan(frame.worked) | ~np.isnan(frame.returned)).any())
    returned = ~np.isnan(one.dead) & ~np.isnan(one.returned) & ~one.is_deal
    won = int(np.sum(~np.isnan(one.won)))
    last = told[-1] if told else HORIZONS[0]
    open_still = np.isnan(one.won) & np.isnan(one.dead)
    return Group(
        group=name,
        leads=n,
        young=int(np.sum(open_still & (one.follow_up < last))),
        accepted=rate(int(np.sum(~np.isnan(one.accepted) | one.is_deal)), n) if followed else None,
        returned=rate(int(returned.sum()), n) if followed else None,
        reasons=tuple(_reasons(one.reason.only(np.flatnonzero(returned).astype(np.int32)))),
        deals=rate(int(one.is_deal.sum()), n),
        won=rate(won, n),
        revenue=tuple(_revenue(one)),
        horizons=tuple(_by_horizon(one, told)),
        times=times_to(one, last),
        effort=mean(one.effort),
        effort_per_won=float(one.effort.sum()) / won if won else None,
    )


def _reasons(reason: Category) -> Iterator[Reason]:
    known = reason.codes[reason.codes >= 0]
    counts = np.bincount(known, minlength=len(reason.levels))
    for place in np.argsort(-counts, kind="stable")[:REASONS]:
        share = rate_if_any(int(counts[place]), len(known))
        if share and share.count:
            yield Reason(reason.levels[place], share)


def _revenue(one: LeadFrame) -> Iterator[Revenue]:
    for code in np.unique(one.currency.codes[np.isfinite(one.amount)]):
        brought = np.isfinite(one.amount) & (one.currency.codes == code)
        values = np.where(brought, np.nan_to_num(one.amount), 0.0)
        name = one.currency.levels[code] if code >= 0 else ""
        yield Revenue(name, int(brought.sum()), float(values.sum()), mean(values))


def mean(values: Floats) -> Measured:
    """The mean of values that are not negative, with its 95 % interval by the normal approximation."""
    found = float(np.mean(values)) if len(values) else 0.0
    half = _Z * float(np.std(values, ddof=1)) / float(np.sqrt(len(values))) if len(values) > 1 else float("inf")
    return Measured(found, max(found - half, 0.0), found + half)


def _by_horizon(one: LeadFrame, told: Sequence[float]) -> Iterator[ByHorizon]:
    won, deal = curves(one, "won"), curves(one, "deal")
    days = np.array([day for day in told if won.watched(day) >= WATCHED])
    rows = zip(days, won.reached(days), won.died(days), deal.reached(days), strict=True)
    for day, is_won, is_dead, is_deal in rows:
        yield ByHorizon(float(day), won.watched(day), is_deal, is_won, is_dead)
