"""How much groups differ beyond chance: reps, or managers' teams, in a measure taken once per deal or rep."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from afteraction.errors import NotEnoughData

ENOUGH_GROUPS: Final = 3
"""Groups below which nothing can be said about how groups differ."""


@dataclass(frozen=True)
class Moments:
    """A measure in one group: `n` values, their sum and the sum of their squares."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def within(self) -> float:
        """The sum of squared distances from the group's mean."""
        return max(self.squares - self.total * self.total / self.n, 0.0)


@dataclass(frozen=True)
class Mean:
    """A mean of `n` values with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Spread:
    """The standard deviation of `groups` true group means, chance taken out, with its 95 % interval.

    `share` is the part of all variation of the `n` values that lies between groups (the intraclass correlation).
    """

    value: float
    low: float
    high: float
    groups: int
    n: int
    share: float


def pooled(groups: Sequence[Moments]) -> Moments:
    """All groups as one."""
    return Moments(sum(g.n for g in groups), sum(g.total for g in groups), sum(g.squares for g in groups))


def simple_mean(values: Moments) -> Mean | NotEnoughData:
    """The mean of independent values with Student's interval."""
    if values.n < 2:
        return NotEnoughData(f"{values.n} values", "at least 2")
    error = math.sqrt(values.within / (values.n - 1) / values.n)
    half = _student(values.n - 1) * error
    return Mean(values.mean, values.mean - half, values.mean + half, values.n)


def clustered_mean(groups: Sequence[Moments], alone: Moments | None = None) -> Mean | NotEnoughData:
    """The mean over all values when values of one group are alike: the ratio estimator over groups as clusters.

    Variance k/(k-1) sum (T - p n)^2 / N^2 with T and n per cluster (Cochran 1977, theorem 2.5, without the finite
    population correction), Student's interval with k - 1 degrees of freedom. Each of the values `alone`, of which no
    group is known, is a cluster of its own.
    """
    alone = alone or Moments(0, 0.0, 0.0)
    clusters = len(groups) + alone.n
    if clusters < 2:
        return simple_mean(pooled([*groups, alone]))
    everything = pooled([*groups, alone])
    mean = everything.mean
    squares = sum((group.total - mean * group.n) ** 2 for group in groups)
    squares += alone.squares - 2 * mean * alone.total + mean * mean * alone.n
    half = _student(clusters - 1) * math.sqrt(max(squares, 0.0) * clusters / (clusters - 1)) / everything.n
    return Mean(mean, mean - half, mean + half, everything.n)


def mean_difference(one: Moments, other: Moments) -> Mean | NotEnoughData:
    """The mean of one set of independent values less that of another: Welch's interval (Welch 1947)."""
    if min(one.n, other.n) < 2:
        return NotEnoughData(f"{one.n} values beside {other.n}", "at least 2 on each side")
    parts = [group.within / (group.n - 1) / group.n for group in (one, other)]
    variance = sum(parts)
    value, n = one.mean - other.mean, one.n + other.n
    if variance == 0:
        return Mean(value, value, value, n)
    freedom = variance**2 / sum(part**2 / (g.n - 1) for part, g in zip(parts, (one, other), strict=True))
    half = _student(freedom) * math.sqrt(variance)
    return Mean(value, value - half, value + half, n)


def spread(groups: Sequence[Moments]) -> Spread | NotEnoughData:
    """The standard deviation between groups in a one-way random model with groups of unequal size.

    From F = h S / W, with h the harmonic mean of the sizes, S the variance of the group means and W the variance
    within groups: the ratio of the variances between and within is (F - 1) / h, and its limits are (F / q - 1) / h with
    the quantiles q of the F distribution (Thomas & Hultquist 1978; Burdick & Graybill 1992).
    """
    groups = [group for group in groups if group.n > 0]
    values = pooled(groups).n if groups else 0
    if len(groups) < ENOUGH_GROUPS or values <= len(groups):
        return NotEnoughData(f"{len(groups)} groups with {values} values", f"{ENOUGH_GROUPS} groups with several each")
    from scipy.special import fdtri  # only where groups are compared; its import takes a while

    between, within = len(groups) - 1, values - len(groups)
    center = sum(group.mean for group in groups) / len(groups)
    of_means = sum((group.mean - center) ** 2 for group in groups) / between
    noise = sum(group.within for group in groups) / within
    if noise == 0:
        return NotEnoughData("values do not vary within groups", "values that vary")
    size = len(groups) / sum(1 / group.n for group in groups)
    ratio = size * of_means / noise

    def deviation(divisor: float) -> float:
        return math.sqrt(max(ratio / divisor - 1, 0.0) / size * noise)

    value = deviation(1.0)
    share = value**2 / (value**2 + noise)
    low, high = deviation(float(fdtri(between, within, 0.975))), deviation(float(fdtri(between, within, 0.025)))
    return Spread(value, low, high, len(groups), values, share)


def _student(freedom: float) -> float:
    """The quantile of Student's distribution that leaves 2.5 % above it."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
