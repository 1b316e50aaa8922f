"""How many deals and weeks a trial needs before anyone commits to it, and when it can never tell.

Shares or means, two arms, deals one by one or in clusters (reps, teams). The information needed is the squared drift
over the effect; clusters cost the design effect of uneven sizes (Eldridge, Ashby & Kerry 2006, Int. J. Epidemiol.
35:1292). Below FEW_CLUSTERS a trial is decided by randomisation inference, which costs what was measured of it
(RANDOMISED); from there on quantiles of t with G - 2 degrees of freedom (Donner & Klar 2000, ch. 5). More deals of
the same few reps add ever less: there is a smallest effect that G clusters can show, however long one waits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.cluster_inference import FEW_CLUSTERS
from afteraction.analysis.confidence_sequence import ALPHA, level
from afteraction.errors import NotEnoughData

_NORMAL: Final = NormalDist()
_WEEK: Final = 7.0
_MOST_CLUSTERS: Final = 10_000
RANDOMISED: Final = ((8, 1.44), (10, 1.14), (12, 1.07), (16, 1.04), (20, 1.04), (30, 1.04), (40, 1.02))
"""Clusters, and by how much larger a drift must be for randomisation inference to show it with 80 % at daily looks.

Measured by `benchmarks.power_of_few`. With 8 clusters 2 of 70 ways may be rejected, whatever is observed.
"""

LONGEST_WEEKS: Final = 520
"""Ten years: what takes longer is no answer to anyone who asks, and is not told in weeks."""


@dataclass(frozen=True)
class Measure:
    """What is counted: its share `base` in the old arm, the smallest `effect` that matters, known `horizon` days after.

    `likeness` is the intraclass correlation of deals of one cluster, `explained` the share of the variance that is
    known before assignment. With a `spread`, the standard deviation of one deal, `base` is a mean, such as days.
    """

    name: str
    base: float
    effect: float
    horizon: float
    likeness: float = 0.0
    explained: float = 0.0
    spread: float | None = None


@dataclass(frozen=True)
class Supply:
    """Deals to come: `per_week` in all arms, in `clusters` (None: drawn one by one), for `longest` weeks at most.

    `unevenness` is the coefficient of variation of deals by cluster. `balance` is the share of its information that a
    deal keeps where arms are not of one size all the time: 4 p (1 - p), its mean over a stepped roll-out.
    """

    per_week: float
    longest: float
    clusters: int | None = None
    unevenness: float = 0.0
    balance: float = 1.0


@dataclass(frozen=True)
class Size:
    """Deals to assign, weeks until the last horizon has passed, and the information (1 / squared error) to plan for."""

    deals: int
    weeks: float
    information: float


@dataclass(frozen=True)
class NotAnswerable(NotEnoughData):
    """A trial that cannot tell, with what would.

    `weeks` it would take (None: no time is enough), `clusters` it would take in the time there is (None: not known or
    none are needed), the smallest `effect` that can be told in that time (None: none), and `leading`: the measures
    that can be answered in it.
    """

    weeks: float | None
    clusters: int | None
    effect: float | None
    leading: tuple[str, ...]


def size(
    measure: Measure, supply: Supply, *, power: float = 0.8, alpha: float = ALPHA, leading: Sequence[Measure] = ()
) -> Size | NotAnswerable:
    """What a trial that is looked at daily needs, or why it cannot be answered.

    Raises ValueError for shares outside (0, 1), no effect, or no deals.
    """
    _check(measure, supply)
    found = _size(measure, supply, power, alpha)
    if found is not None and found.weeks <= supply.longest:
        return found
    answerable = []
    for other in leading:
        _check(other, supply)
        its = _size(other, supply, power, alpha)
        if its is not None and its.weeks <= supply.longest:
            answerable.append(other.name)
    clusters = _clusters(measure, supply, power, alpha)
    least = smallest_effect(measure, supply, power=power, alpha=alpha)
    shown = f"{_amount(measure, measure.effect)} in {measure.name}"
    reason = (
        f"{supply.clusters} clusters can never show {shown}, however long one waits"
        if found is None
        else f"{shown} takes {found.deals:,} deals, {_weeks(found.weeks)} with {supply.per_week:g} a week; at most "
        f"{supply.longest:g} are planned"
    )
    wanted = [_weeks(found.weeks)] if found is not None and found.weeks <= LONGEST_WEEKS else []
    wanted += [f"{clusters} clusters"] if clusters is not None else []
    wanted += [f"an effect of {_amount(measure, least)}"] if least is not None else []
    wanted += [f"as a leading measure {name}" for name in answerable]
    return NotAnswerable(
        reason,
        ", or ".join(wanted) or "more deals a week, or deals in more clusters",
        found.weeks if found is not None else None,
        clusters,
        least,
        tuple(answerable),
    )


def smallest_effect(
    measure: Measure, supply: Supply, *, power: float = 0.8, alpha: float = ALPHA, weeks: float | None = None
) -> float | None:
    """The smallest effect that `weeks` (or the longest there are) show with that power; None where none does."""
    deals = supply.per_week * ((weeks or supply.longest) - measure.horizon / _WEEK)
    if deals < 1:
        return None
    # Of a mean the largest effect is all of it: nothing is left.
    low, high = 0.0, 1 - measure.base if measure.spread is None else measure.base
    for _step in range(60):
        middle = (low + high) / 2
        needed = _deals(_at(measure, middle), supply, power, alpha)
        low, high = (low, middle) if needed is not None and needed <= deals else (middle, high)
    reached = _deals(_at(measure, high), supply, power, alpha)
    return high if reached is not None and reached <= deals * (1 + 1e-9) else None


def variance(measure: Measure, deals: float, supply: Supply) -> float:
    """Of the difference of shares, `deals` in both arms together: 4 σ² (1 + ((cv² + 1) m - 1) ρ) / n."""
    one = _one(measure)
    if supply.clusters is None:
        return 4 * one / deals
    mean = deals / supply.clusters
    return 4 * one * (1 + ((supply.unevenness**2 + 1) * mean - 1) * measure.likeness) / deals


@lru_cache(maxsize=64)
def drift(power: float, alpha: float = ALPHA) -> float:
    """The effect in standard errors at the planned end that a sequence until then shows with that power at some look.

    Of |B(t)| with drift reaching c on [0, 1]: Φ(d - c) + exp(2 d c) Φ(-d - c) (the other side is negligible; Siegmund
    1985, eq. 3.15). 2.86 for 80 %, where a single look needs 2.80.
    """
    c = level(alpha)
    low, high = 0.0, 20.0
    for _step in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if crossing(c, middle, 1.0) < power else (low, middle)
    return high


def crossing(distance: float, trend: float, time: float) -> float:
    """How likely a Brownian motion with that trend rises by `distance` within `time` (Siegmund 1985, eq. 3.15)."""
    if distance <= 0:
        return 1.0
    if time <= 0:
        return 0.0
    root = math.sqrt(time)
    direct = _NORMAL.cdf((trend * time - distance) / root)
    turned = _NORMAL.cdf((-trend * time - distance) / root)
    return min(direct + (math.exp(min(2 * trend * distance, 700.0)) * turned if turned > 0 else 0.0), 1.0)


def _size(measure: Measure, supply: Supply, power: float, alpha: float) -> Size | None:
    deals = _deals(measure, supply, power, alpha)
    if deals is None:
        return None
    weeks = deals / supply.per_week + measure.horizon / _WEEK
    return Size(math.ceil(deals), weeks, (drift(power, alpha) / abs(measure.effect)) ** 2)


def _deals(measure: Measure, supply: Supply, power: float, alpha: float) -> float | None:
    """n with n (1 / I - 4 σ² (cv² + 1) ρ / G) = 4 σ² (1 - ρ), I stretched by the quantile of t; None where none is."""
    if not measure.effect:
        return None
    needed = (drift(power, alpha) / measure.effect) ** 2
    one = 4 * _one(measure)
    if supply.clusters is None:
        return one * needed / supply.balance
    stretch = stretched(supply.clusters, alpha)
    if stretch is None:
        return None
    between = one * (supply.unevenness**2 + 1) * measure.likeness / supply.clusters
    left = 1 / (needed * stretch**2) - between
    return max(one * (1 - measure.likeness) / left / supply.balance, float(supply.clusters)) if left > 0 else None


def stretched(clusters: int, alpha: float = ALPHA) -> float | None:
    """By how much larger a drift must be than without clusters; None where fewer arrangements exist than a test needs.

    Below FEW_CLUSTERS by randomisation inference, as measured; above, t with G - 2 degrees of freedom.
    """
    if clusters < 4 or 2 / math.comb(clusters, clusters // 2) > alpha:
        return None
    if clusters < FEW_CLUSTERS:
        measured, times = ([each[place] for each in RANDOMISED] for place in (0, 1))
        return float(np.interp(clusters, measured, times))
    return float(scipy.stats.t.ppf(1 - alpha / 2, clusters - 2)) / _NORMAL.inv_cdf(1 - alpha / 2)


def _clusters(measure: Measure, supply: Supply, power: float, alpha: float) -> int | None:
    """The fewest clusters, with as many deals each as now, that answer in the time there is."""
    if supply.clusters is None:
        return None
    each = supply.per_week / supply.clusters
    low, high = supply.clusters, _MOST_CLUSTERS

    def enough(clusters: int) -> bool:
        found = _size(measure, replace(supply, per_week=each * clusters, clusters=clusters), power, alpha)
        return found is not None and found.weeks <= supply.longest

    if not enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _one(measure: Measure) -> float:
    """The variance of one deal's outcome, the mean of both arms'."""
    if measure.spread is not None:
        return measure.spread**2 * (1 - measure.explained)
    new = min(max(measure.base + measure.effect, 0.0), 1.0)
    return (measure.base * (1 - measure.base) + new * (1 - new)) / 2 * (1 - measure.explained)


def _at(measure: Measure, effect: float) -> Measure:
    return replace(measure, effect=effect)


def _weeks(weeks: float) -> str:
    return f"{weeks:.0f} weeks" if weeks <= LONGEST_WEEKS else f"more than {LONGEST_WEEKS // 52} years"


def _amount(measure: Measure, effect: float) -> str:
    return f"{effect:+.1%}" if measure.spread is None else f"{effect:+.1f} days"


def _check(measure: Measure, supply: Supply) -> None:
    wrong = []
    if measure.spread is not None:
        if not (measure.base > 0 and measure.spread > 0 and 0 < abs(measure.effect) <= measure.base):
            wrong.append(
                f"a mean of {measure.base:g}, {measure.spread:g} about it, and an effect of {measure.effect:g}"
            )
    elif not (0 < measure.base < 1 and 0 <= measure.base + measure.effect <= 1 and measure.effect):
        wrong.append(f"a share of {measure.base:g} and an effect of {measure.effect:g}")
    if not (0 <= measure.likeness < 1 and 0 <= measure.explained < 1):
        wrong.append(f"a likeness of {measure.likeness:g} and an explained share of {measure.explained:g}")
    if supply.per_week <= 0 or measure.horizon < 0:
        wrong.append(f"{supply.per_week:g} deals a week and a horizon of {measure.horizon:g} days")
    if wrong:
        raise ValueError("found " + "; ".join(wrong) + "; expected shares within 0 and 1, an effect, and deals to come")
