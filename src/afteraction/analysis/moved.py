"""Which figures moved from the weeks before to the last ones, beyond what chance makes of figures that stand still.

Every figure is a rate of counts. Each pair is tested (Campbell 2007), and what is found among all of them is limited to
5 % false discoveries (Benjamini & Hochberg 1995): who compares forty figures a week finds two by chance alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from afteraction.analysis.intervals import (
    FALSE_DISCOVERIES,
    Difference,
    Rate,
    difference,
    equality_p_value,
    false_discovery_q_values,
    rate,
)

FEWEST: Final = 10
"""Cases in each of both periods below which two rates are not compared."""


@dataclass(frozen=True)
class Pair:
    """A figure in the last weeks and in those before: (count, n) of each; `of` is what it is about (empty: all)."""

    measure: str
    of: str
    now: tuple[int, int]
    before: tuple[int, int]


@dataclass(frozen=True)
class Moved:
    """A figure that moved: both rates with their intervals, the difference with its own, and its q-value."""

    pair: Pair
    now: Rate
    before: Rate
    difference: Difference
    q: float


@dataclass(frozen=True)
class Movement:
    """What moved, the clearest first; of how many figures that were compared, and how many had too few cases."""

    moved: tuple[Moved, ...]
    compared: int
    too_few: int


def movement(pairs: Sequence[Pair]) -> Movement:
    """The figures that moved beyond chance. Raises ValueError where a count is no part of its n."""
    enough = [pair for pair in pairs if min(pair.now[1], pair.before[1]) >= FEWEST]
    rates = [(rate(*pair.now), rate(*pair.before)) for pair in enough]
    q_values = false_discovery_q_values([equality_p_value(now, before) for now, before in rates])
    found = [
        Moved(pair, now, before, difference(now, before), q)
        for pair, (now, before), q in zip(enough, rates, q_values, strict=True)
        if q <= FALSE_DISCOVERIES
    ]
    order = sorted(found, key=lambda each: (each.q, -abs(each.difference.value), each.pair.measure, each.pair.of))
    return Movement(tuple(order), len(enough), len(pairs) - len(enough))
