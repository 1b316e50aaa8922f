"""Who says what: how often two voices name a driver of the very same deals.

Reps name price more often than buyers do is a statement about pairs: only deals of which both spoke count, and what
tells the voices apart are the deals in which one names it and the other does not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.calibration import wilson
from afteraction.analysis.intervals import Rate, rate
from afteraction.analysis.weighted_share import effective_for
from afteraction.errors import NotEnoughData

FEWEST_PAIRS: Final = 20
"""Deals of which both voices spoke, below which they are not compared."""


@dataclass(frozen=True)
class PairedDifference:
    """One voice less another on the same `n` deals, in shares from -1 to 1, with a 95 % interval.

    `one` and `other` are how often each names the driver; `only_one` and `only_other` the deals in which it does so
    alone. `p` is that of both naming it equally often.
    """

    one: Rate
    other: Rate
    only_one: int
    only_other: int
    n: int
    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class WeightedDifference:
    """The same when deals stand for different numbers of others; `effective` equally weighted ones say as much."""

    one: float
    other: float
    n: int
    effective: float
    value: float
    low: float
    high: float


def paired_difference(one: Flags, other: Flags) -> PairedDifference | NotEnoughData:
    """How much more often `one` voice names the driver than the `other`, deal by deal (n each).

    The interval is Newcombe's from Wilson scores (1998, Statist. Med. 17:2635, method 10); p is McNemar's exact test.
    """
    n = len(one)
    if n < FEWEST_PAIRS:
        return _too_few(n)
    both, neither = int(np.sum(one & other)), int(np.sum(~one & ~other))
    only_one, only_other = int(np.sum(one & ~other)), int(np.sum(~one & other))
    value, low, high = _newcombe(both / n, only_one / n, only_other / n, neither / n, n)
    return PairedDifference(
        rate(both + only_one, n),
        rate(both + only_other, n),
        only_one,
        only_other,
        n,
        value,
        low,
        high,
        mcnemar_p_value(only_one, only_other),
    )


def weighted_paired_difference(
    one: Flags, other: Flags, weight: Floats, cluster: Places | None = None
) -> WeightedDifference | NotEnoughData:
    """The same with weights above 0 (n), as for buyers who did not answer; `cluster` numbers what is independent.

    Newcombe's interval for the effective number of deals of the difference, as for weighted shares.
    """
    if len(one) < FEWEST_PAIRS:
        return _too_few(len(one))
    apart = one.astype(np.float64) - other.astype(np.float64)
    effective = effective_for(apart, weight, cluster)
    both, only_one, only_other, neither = (
        float(np.average(cell, weights=weight)) for cell in (one & other, one & ~other, ~one & other, ~one & ~other)
    )
    value, low, high = _newcombe(both, only_one, only_other, neither, effective)
    return WeightedDifference(both + only_one, both + only_other, len(one), effective, value, low, high)


def mcnemar_p_value(only_one: int, only_other: int) -> float:
    """How often chance alone parts the deals with a single voice at least so unevenly (McNemar 1947, exact)."""
    least, n = min(only_one, only_other), only_one + only_other
    return min(2 * float(scipy.stats.binom.cdf(least, n, 0.5)), 1.0)


def _newcombe(both: float, only_one: float, only_other: float, neither: float, n: float) -> tuple[float, float, float]:
    """The difference of two shares of the same n deals and its limits, from the shares of the four kinds of deals."""
    first, second = wilson(both + only_one, n), wilson(both + only_other, n)
    below_first, above_first = first.value - first.low, first.high - first.value
    below_second, above_second = second.value - second.low, second.high - second.value
    margins = (both + only_one) * (only_other + neither) * (both + only_other) * (only_one + neither)
    cross = both * neither - only_one * only_other
    # Method 10 takes half a deal off a positive correlation, as a continuity correction, but never turns its sign.
    phi = (max(cross - 0.5 / n, 0.0) if cross > 0 else cross) / margins**0.5 if margins > 0 else 0.0
    value = only_one - only_other
    down = below_first**2 - 2 * phi * below_first * above_second + above_second**2
    up = above_first**2 - 2 * phi * above_first * below_second + below_second**2
    return value, max(value - max(down, 0.0) ** 0.5, -1.0), min(value + max(up, 0.0) ** 0.5, 1.0)


def _too_few(n: int) -> NotEnoughData:
    return NotEnoughData(f"only {n} deals have both voices", f"at least {FEWEST_PAIRS} such deals")
