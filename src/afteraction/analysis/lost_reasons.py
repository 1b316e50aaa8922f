"""Whether the reason that the CRM gives for losing has anything to do with what the record knows.

A reason is picked by the person who lost the deal, after losing it. If it says why, then it must be given more often
where the record shows its cause: price where no discount was offered, where the deal was large for its segment, or
where certain competitors were in it. A reason that is given as often everywhere tells nothing apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Ints
from afteraction.analysis.claim import matching
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.intervals import (
    Difference,
    Rate,
    difference,
    equality_p_value,
    false_discovery_q_values,
    rate,
)
from afteraction.analysis.verdict import FALSE_DISCOVERIES, MATTERS

MARGIN: Final = 0.1
"""A reason that varies by less than 10 points with a fact is not tied to it."""
_FEWEST: Final = 25
"""Lost deals on each side of a comparison."""
_EXPECTED: Final = 5.0
_COMPETITOR: Final = "competitor"


@dataclass(frozen=True)
class Tie:
    """How often the reason is given with a fact and without it, among lost deals that name a reason.

    `difference` is with less without. `expected` is the sign that it has if the reason is true: +1, -1, or 0 where
    either would do. `q` allows for all ties looked at together.
    """

    about: str
    with_it: Rate
    without: Rate
    difference: Difference
    expected: int
    q: float

    @property
    def tied(self) -> bool:
        value = self.difference.value
        right_way = value * self.expected > 0 or self.expected == 0
        return self.q <= FALSE_DISCOVERIES and abs(value) >= MATTERS and right_way

    @property
    def untied(self) -> bool:
        """Whether a tie that matters, in the expected direction, can be excluded."""
        below, above = self.difference.low > -MARGIN, self.difference.high < MARGIN
        return (below or self.expected > 0) and (above or self.expected < 0)


@dataclass(frozen=True)
class Blame:
    """How often a reason is given among lost deals that name one, and what it is tied to.

    `reasons` are the values taken to mean it. `reps_differ` is the p-value of all reps giving it equally often, None
    with fewer than two reps who lost enough.
    """

    reasons: tuple[str, ...]
    share: Rate
    most_named: bool
    ties: tuple[Tie, ...]
    reps_differ: float | None


def blame(
    frame: DealFrame, words: Sequence[str], names: Sequence[str], remedies: Sequence[tuple[int, int]]
) -> Blame | None:
    """How often lost deals are put down to a reason, by words or by its exact names, and what that is tied to.

    `remedies` are the places of the stages and steps that would remove it. None if no lost deal names a reason.
    """
    levels = frame.lost_reason.levels
    meant = np.array([level in names or matching(words, level) is not None for level in levels], dtype=np.bool_)
    asked = np.flatnonzero(frame.lost & (frame.lost_reason.codes >= 0)).astype(np.int32)
    if not len(asked):
        return None
    codes = frame.lost_reason.codes[asked]
    counts = np.bincount(codes, minlength=len(meant))
    named, others = int(counts[meant].sum()), int(counts[~meant].max(initial=0))
    return Blame(
        tuple(level for level, is_meant in zip(levels, meant, strict=True) if is_meant),
        rate(named, len(asked)),
        named > others,
        _ties(frame, asked, meant[codes], remedies),
        _reps_differ(meant[codes], frame.owner.codes[asked]),
    )


def _ties(frame: DealFrame, asked: Ints, blamed: Flags, remedies: Sequence[tuple[int, int]]) -> tuple[Tie, ...]:
    found = []
    for about, flag, known, expected in _facts(frame, asked, remedies):
        groups = (known & flag, known & ~flag)
        if min(np.count_nonzero(group) for group in groups) >= _FEWEST:
            with_it, without = (rate(int(blamed[group].sum()), int(group.sum())) for group in groups)
            found.append((about, with_it, without, expected))
    q_values = false_discovery_q_values([equality_p_value(with_it, without) for _a, with_it, without, _e in found])
    return tuple(
        Tie(about, with_it, without, difference(with_it, without), expected, q)
        for (about, with_it, without, expected), q in zip(found, q_values, strict=True)
    )


def _facts(
    frame: DealFrame, asked: Ints, remedies: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, Flags, Flags, int]]:
    """What the reason may be tied to: a name, of which deals it is true and known, the sign that is expected."""
    if remedies:
        stages, steps = (list(places) for places in zip(*remedies, strict=True))
        done = np.isfinite(frame.done[np.ix_(asked, steps)]).any(axis=1)
        yield (
            "what would remove it was offered",
            done,
            done | np.isfinite(frame.entered[np.ix_(asked, stages)]).any(1),
            -1,
        )
    amount = frame.amount[asked]
    segment = frame.categories[SEGMENT].codes[asked] if SEGMENT in frame.categories else np.zeros(len(asked), np.int32)
    usual = np.full(len(asked), np.nan)
    for code in np.unique(segment):
        here = (segment == code) & ~np.isnan(amount)
        usual[segment == code] = np.median(amount[here]) if here.any() else np.nan
    yield "its amount is above the median of its segment", amount > usual, ~np.isnan(amount), 1
    if _COMPETITOR in frame.categories:
        competitor = frame.categories[_COMPETITOR].only(asked)
        for code, name in enumerate(competitor.levels):
            yield f"its competitor is {name}", competitor.codes == code, competitor.codes >= 0, 0


def _reps_differ(blamed: Flags, owner: Ints) -> float | None:
    """Pearson's chi-squared test of equal shares, over reps from whom at least five of each answer are expected."""
    number, given = np.bincount(owner + 1), np.bincount(owner + 1, weights=blamed)
    share = float(np.mean(blamed))
    enough = number * min(share, 1 - share) >= _EXPECTED
    if np.count_nonzero(enough) < 2:
        return None
    n, given = number[enough], given[enough]
    share = float(given.sum() / n.sum())
    if not 0 < share < 1:
        return None
    return float(scipy.stats.chi2.sf(np.sum((given - n * share) ** 2 / (n * share * (1 - share))), len(n) - 1))
