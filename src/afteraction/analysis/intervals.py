"""Rates and differences of rates with their uncertainty, and tests of many at once.

Deals are taken as independent draws. Where they are not, as with several deals of one account, the true uncertainty
is larger than the interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

CONFIDENCE: Final = 0.95
_Z: Final = 1.959963984540054
"""The normal quantile that leaves 2.5 % above it."""
FALSE_DISCOVERIES: Final = 0.05
"""The share of flagged differences that may be chance (Benjamini-Hochberg)."""


@dataclass(frozen=True)
class Rate:
    """`count` of `n`, with its 95 % Wilson interval; all between 0 and 1."""

    count: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.count / self.n


@dataclass(frozen=True)
class Difference:
    """One rate less another, with its 95 % interval; all between -1 and 1."""

    value: float
    low: float
    high: float


def rate(count: int, n: int) -> Rate:
    """A rate with its Wilson score interval (Wilson 1927; Newcombe 1998a, method 3).

    It covers close to 95 % on average also for small n and for rates near 0 and 1, without being as wide as the exact
    interval (Brown, Cai & DasGupta 2001). Raises ValueError unless 0 <= count <= n and n > 0.
    """
    if not 0 <= count <= n or n == 0:
        raise ValueError(f"{count} of {n} is no rate")
    z2 = _Z * _Z
    middle = (count + z2 / 2) / (n + z2)
    half = _Z / (n + z2) * math.sqrt(count * (n - count) / n + z2 / 4)
    # At the ends the limits are exactly 0 and 1; rounding must not move them.
    return Rate(count, n, 0.0 if count == 0 else middle - half, 1.0 if count == n else middle + half)


def rate_if_any(count: int, n: int) -> Rate | None:
    """The rate, or None where there is nothing to count."""
    return rate(count, n) if n else None


def difference(one: Rate, other: Rate) -> Difference:
    """`one` less `other`, two independent groups, with Newcombe's hybrid score interval (Newcombe 1998b, method 10)."""
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Difference(value, max(value - below, -1.0), min(value + above, 1.0))


def equality_p_value(one: Rate, other: Rate) -> float:
    """How often chance alone makes two equal rates differ at least this much: the N - 1 chi-squared test.

    Holds its level down to expected counts of 1 (Campbell 2007, after E. S. Pearson 1947); below that it is 1, as no
    claim can rest on such a table.
    """
    total = one.n + other.n
    yes = one.count + other.count
    no = total - yes
    if min(yes, no) * min(one.n, other.n) < total:  # an expected count below 1
        return 1.0
    cross = one.count * (other.n - other.count) - other.count * (one.n - one.count)
    chi_squared = (total - 1) * cross * cross / (one.n * other.n * yes * no)
    return math.erfc(math.sqrt(chi_squared / 2))


def false_discovery_q_values(p_values: Sequence[float]) -> list[float]:
    """For each test the share of chance findings to expect among all that are at least as clear as it.

    Benjamini & Hochberg 1995. As in `scipy.stats.false_discovery_control`, whose import takes seconds.
    """
    found = [1.0] * len(p_values)
    smallest = 1.0
    for rank, place in sorted(enumerate(sorted(range(len(p_values)), key=p_values.__getitem__), 1), reverse=True):
        smallest = min(smallest, p_values[place] * len(p_values) / rank)
        found[place] = smallest
    return found


def minimum_detectable_difference(n_one: int, n_other: int, base: float, power: float = 0.8) -> float | None:
    """The smallest difference in a rate near `base` that groups of these sizes would show with the given power.

    The delta at which delta = z_0.975 sqrt(pq(1/n1 + 1/n2)) + z_power sqrt(p1 q1/n1 + p2 q2/n2), with p2 = base,
    p1 = base + delta and p their mean over both groups (Fleiss, Levin & Paik 2003, ch. 4); two-sided at 5 %. None when
    a group is empty, or even a rate of 1 would not be seen.
    """
    if not n_one or not n_other:
        return None
    z_power = NormalDist().inv_cdf(power)

    def missing(delta: float) -> float:
        rate_one, rate_other = base + delta, base
        pooled = (n_one * rate_one + n_other * rate_other) / (n_one + n_other)
        under_equality = math.sqrt(max(pooled * (1 - pooled), 0.0) * (1 / n_one + 1 / n_other))
        as_it_is = math.sqrt(rate_one * (1 - rate_one) / n_one + rate_other * (1 - rate_other) / n_other)
        return _Z * under_equality + z_power * as_it_is - delta

    low, high = 0.0, 1.0 - base
    if missing(high) > 0:
        return None
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if missing(middle) > 0 else (low, middle)
    return high
