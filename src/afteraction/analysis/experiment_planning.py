"""What a trial's size is computed from, as the record of deals that began before has it, each with interval and n.

The share or mean of the old way; how alike deals of one rep or team are; how much of an outcome the chance of winning,
as it was known before, explains; how many deals come a week, and how unevenly reps or teams come by them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.intervals import CONFIDENCE, rate
from afteraction.errors import NotEnoughData

FEWEST: Final = 40
"""Deals with a known outcome below which nothing is estimated."""
FEWEST_WEEKS: Final = 8
_FEWEST_GROUPS: Final = 4
_TAIL: Final = (1 - CONFIDENCE) / 2
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, and the `n` that it rests on."""

    value: float
    low: float
    high: float
    n: int


def share(counted: Flags) -> Estimate | NotEnoughData:
    """The share of n deals in which it happened (Wilson 1927)."""
    if refused := _too_few(len(counted)):
        return refused
    found = rate(int(counted.sum()), len(counted))
    return Estimate(found.value, found.low, found.high, found.n)


def mean(y: Floats) -> Estimate | NotEnoughData:
    """The mean of n deals, by Student's t."""
    if refused := _too_few(len(y)):
        return refused
    half = float(scipy.stats.t.ppf(1 - _TAIL, len(y) - 1)) * float(y.std(ddof=1)) / math.sqrt(len(y))
    return Estimate(float(y.mean()), float(y.mean()) - half, float(y.mean()) + half, len(y))


def likeness(y: Floats, cluster: Longs) -> Estimate | NotEnoughData:
    """The intraclass correlation of y (n) within clusters (n): by analysis of variance, uneven clusters allowed for.

    Donner (1986, Int. Stat. Rev. 54:67, eq. 2.3), interval by the F distribution (Searle 1971, p. 414; with n0 for
    uneven clusters Thomas & Hultquist 1978). It is never below 0 here: rivalry between the deals of a rep is no gain.
    """
    if refused := _too_few(len(y)):
        return refused
    _names, group, size = np.unique(cluster, return_inverse=True, return_counts=True)
    n, groups = len(y), len(size)
    if groups < _FEWEST_GROUPS or n - groups < FEWEST:
        return NotEnoughData(f"{n} deals of {groups} reps or teams", f"several deals of each of {_FEWEST_GROUPS}")
    means = np.bincount(group, weights=y) / size
    between = float(np.sum(size * (means - y.mean()) ** 2)) / (groups - 1)
    within = float(np.sum((y - means[group]) ** 2)) / (n - groups)
    if within <= 0:
        return NotEnoughData("deals of one rep or team do not differ at all", "outcomes that differ")
    usual = (n - float(np.sum(size**2)) / n) / (groups - 1)
    ratio = between / within

    def correlation(f: float) -> float:
        return min(max((f - 1) / (f + usual - 1), 0.0), 0.99)

    low, high = (float(scipy.stats.f.ppf(side, groups - 1, n - groups)) for side in (1 - _TAIL, _TAIL))
    return Estimate(correlation(ratio), correlation(ratio / low), correlation(ratio / high), n)


def explained(y: Floats, chance: Floats) -> Estimate | NotEnoughData:
    """The share of the variance of y (n) that a line on the chance of winning explains: the squared correlation.

    Interval by Fisher's z (1921). Deals without a chance (NaN) are left out.
    """
    known = ~np.isnan(chance)
    y, chance = y[known], chance[known]
    if refused := _too_few(len(y)):
        return refused
    if y.std() <= 0 or chance.std() <= 0:
        return NotEnoughData("the chance, or the outcome, is the same for all deals", "deals that differ")
    correlation = float(np.corrcoef(y, chance)[0, 1])
    z, half = math.atanh(min(max(correlation, -0.999999), 0.999999)), _Z / math.sqrt(len(y) - 3)
    ends = [math.tanh(z - half), math.tanh(z + half)]
    low = 0.0 if ends[0] < 0 < ends[1] else min(end**2 for end in ends)
    return Estimate(correlation**2, low, max(end**2 for end in ends), len(y))


def per_week(weeks: Sequence[float]) -> Estimate | NotEnoughData:
    """Deals a week, from the counts of whole weeks in a row; how they vary gives the interval, n is the weeks."""
    if len(weeks) < FEWEST_WEEKS or sum(weeks) <= 0:
        return NotEnoughData(
            f"{sum(weeks):.0f} deals that are in began in {len(weeks)} whole weeks",
            f"deals of {FEWEST_WEEKS} weeks at least",
        )
    counts = np.asarray(weeks, dtype=float)
    half = float(scipy.stats.t.ppf(1 - _TAIL, len(counts) - 1)) * float(counts.std(ddof=1)) / math.sqrt(len(counts))
    middle = float(counts.mean())
    return Estimate(middle, max(middle - half, 0.0), middle + half, len(counts))


def unevenness(sizes: Sequence[float]) -> Estimate | NotEnoughData:
    """The coefficient of variation of deals by rep or team; n is their number, the interval by leaving each out once.

    Jackknife (Efron & Tibshirani 1993, ch. 11).
    """
    counts = np.asarray(sizes, dtype=float)
    n = len(counts)
    if n < _FEWEST_GROUPS or counts.sum() <= 0:
        return NotEnoughData(f"{n} reps or teams", f"{_FEWEST_GROUPS} at least, with deals")
    value = _variation(counts)
    without = np.array([_variation(np.delete(counts, each)) for each in range(n)])
    error = math.sqrt((n - 1) / n * float(np.sum((without - without.mean()) ** 2)))
    half = float(scipy.stats.t.ppf(1 - _TAIL, n - 1)) * error
    return Estimate(value, max(value - half, 0.0), value + half, n)


def _variation(counts: Floats) -> float:
    middle = float(counts.mean())
    return float(counts.std(ddof=1)) / middle if middle > 0 else 0.0


def _too_few(n: int) -> NotEnoughData | None:
    return NotEnoughData(f"{n} deals whose outcome is known", f"{FEWEST} at least") if n < FEWEST else None
