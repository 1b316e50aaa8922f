"""Where deals that were won later and deals that were lost later part ways.

Descriptive: what deals had done by a given day, beside how they ended. It says where to look, not what helps, since
deals that were going well anyway may be the ones in which more is done.

Compared are only deals that were still open on that day. Without that, deals that live longer have done more of
everything merely because they had the time, and whatever comes late looks like a reason for winning (immortal-time
bias; the landmark method of Anderson, Cain & Gelber 1983). The comparison over whole lives is given beside, as the
figure that people would otherwise have believed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_row
from afteraction.analysis.intervals import (
    FALSE_DISCOVERIES,
    Difference,
    Rate,
    difference,
    equality_p_value,
    false_discovery_q_values,
    rate,
)
from afteraction.analysis.lifetimes import days_between, lifetimes
from afteraction.analysis.small_tables import small_table
from afteraction.errors import NotEnoughData

DAYS: Final = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 540, 730)
"""Days that people speak of; the landmarks are taken from these."""
QUARTERS: Final = (0.25, 0.5, 0.75)
"""The landmarks are the last of DAYS by which at most this share of the won deals had ended."""
ENOUGH: Final = 20
"""Deals still open on each side, and deals that ever did it, below which a comparison is not worth making."""
LISTED: Final = 100
"""The most activities that are compared: those done in the most deals."""


@dataclass(frozen=True)
class Comparison:
    """Of the deals still open after `day` days, how many had done it by then: later won beside later not.

    `q`: the share of chance findings to expect among comparisons at least as clear (Benjamini-Hochberg over all).
    """

    day: int
    won: Rate
    others: Rate
    difference: Difference
    q: float

    @property
    def clear(self) -> bool:
        return self.q <= FALSE_DISCOVERIES


@dataclass(frozen=True)
class Divergence:
    """One activity, step or stage at every landmark, and over whole lives (`naive`, which misleads)."""

    name: str
    comparisons: tuple[Comparison, ...]
    naive_won: Rate
    naive_others: Rate
    naive_difference: Difference

    @property
    def clearness(self) -> float:
        """How far apart they are at least: the limit nearest 0 of the clearest comparison; 0 where none is clear."""
        return max((_distance(c.difference) for c in self.comparisons if c.clear), default=0.0)


@dataclass(frozen=True)
class Divergences:
    """Everything that was compared, the clearest first, and the numbers of ended deals."""

    days: tuple[int, ...]
    won: int
    others: int
    against: tuple[str, ...]
    found: tuple[Divergence, ...]


def divergences(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    steps: Mapping[str, Sequence[str]] | None = None,
    against: Sequence[str] = ("lost",),
) -> Divergences | NotEnoughData:
    """Compare won deals with those that ended as `against`, for every activity, or for `steps` (name: activities)."""
    lives = lifetimes(tables, log).filter(_.outcome.isin(["won", *against]))
    lives = lives.select(
        "deal_no", "started_at", won=_.outcome == "won", days=days_between(_.started_at, _.ended_at)
    ).cache()
    totals = fetch_row(lives.agg(won=_.won.sum(), all=_.count()))
    won = totals["won"] or 0
    others = totals["all"] - won
    if min(won, others) < ENOUGH:
        return NotEnoughData(
            f"{won} won deals beside {others} deals that ended as {' or '.join(against)}", f"{ENOUGH} of each"
        )
    landmarks = _landmarks(lives)
    if not landmarks:
        return NotEnoughData(
            "deals are over too soon to compare what was done by the same day",
            f"{ENOUGH} won deals and {ENOUGH} others that were open for at least {DAYS[0]} day",
        )
    done = _done(lives, log, _things(log, steps), list(landmarks))
    found = [_divergence(row, landmarks, won, others) for row in done]
    return Divergences(tuple(landmarks), won, others, tuple(against), _judged(found))


def _landmarks(lives: ibis.Table) -> dict[int, tuple[int, int]]:
    """The days to compare at, with the numbers of won and other deals still open then."""
    quantiles = {f"q{n}": _.days.quantile(share, where=_.won) for n, share in enumerate(QUARTERS)}
    # Where no won deal has both dates there is no quantile.
    ends = [end for end in fetch_row(lives.agg(**quantiles)).values() if end is not None]
    days = sorted({max((day for day in DAYS if day <= end), default=0) for end in ends} - {0})
    if not days:
        return {}
    open_then = {
        f"{day}_{side}": ((_.days > day) & (_.won == (side == "won"))).sum() for day in days for side in _SIDES
    }
    row = fetch_row(lives.agg(**open_then))
    counts = {day: (row[f"{day}_won"], row[f"{day}_others"]) for day in days}
    return {day: both for day, both in counts.items() if min(both) >= ENOUGH}


_SIDES: Final = ("won", "others")


def _things(log: EventLog, steps: Mapping[str, Sequence[str]] | None) -> ibis.Table:
    """activity, thing: what is compared; by default every activity under its own name."""
    if steps is None:
        return log.activities.select("activity", thing="name")
    numbers = log.activity_numbers()
    known = [(numbers[a], step) for step, activities in steps.items() for a in activities if a in numbers]
    columns: dict[str, list[object]] = {"activity": [n for n, _step in known], "thing": [step for _n, step in known]}
    return small_table(columns, {"activity": "int16", "thing": "string"})


def _done(lives: ibis.Table, log: EventLog, things: ibis.Table, days: Sequence[int]) -> list[dict[str, Any]]:
    firsts = log.events.join(things, "activity").group_by("deal_no", "thing").agg(first_at=_.at.min())
    firsts = firsts.join(lives, "deal_no").mutate(after=days_between(_.started_at, _.first_at))
    counts: dict[str, ibis.Value] = {"ever_won": _.won.sum(), "ever_others": (~_.won).sum()}
    for day in days:
        by_then = (_.days > day) & (_.after <= day)
        counts |= {f"{day}_{side}": (by_then & (_.won == (side == "won"))).sum() for side in _SIDES}
    done = firsts.group_by("thing").agg(ever=_.count(), **counts).filter(_.ever >= ENOUGH)
    return fetch(done.order_by(_.ever.desc(), "thing").limit(LISTED))


def _divergence(row: Mapping[str, Any], landmarks: Mapping[int, tuple[int, int]], won: int, others: int) -> Divergence:
    """One row of counts as comparisons not judged yet: their q is still a p."""
    comparisons = []
    for day, (open_won, open_others) in landmarks.items():
        one, other = rate(row[f"{day}_won"], open_won), rate(row[f"{day}_others"], open_others)
        comparisons.append(Comparison(day, one, other, difference(one, other), equality_p_value(one, other)))
    one, other = rate(row["ever_won"], won), rate(row["ever_others"], others)
    return Divergence(row["thing"], tuple(comparisons), one, other, difference(one, other))


def _judged(found: Sequence[Divergence]) -> tuple[Divergence, ...]:
    q_values = iter(false_discovery_q_values([c.q for each in found for c in each.comparisons]))
    judged = [
        replace(each, comparisons=tuple(replace(c, q=next(q_values)) for c in each.comparisons)) for each in found
    ]
    return tuple(sorted(judged, key=lambda each: (-each.clearness, each.name)))


def _distance(apart: Difference) -> float:
    return max(apart.low, -apart.high, 0.0)
