"""Few clusters, looked at daily: how often another draw of the arms would have shown as much, at any look so far.

Under the hypothesis that the arm changes nothing (or shifts every cluster's mean by one amount) the outcomes are the
same whatever was drawn, so each arrangement that might have been drawn has a known course of the statistic over all
looks (Fisher 1935; Lehmann & Romano 2005, ch. 15.2). Of these a share alpha at most is rejected, spent over the looks
(Lan & DeMets 1983): at each look the most extreme arrangements among those not rejected yet. That set does not depend
on what was drawn, so the one that was drawn is in it with probability alpha at most: exact, for any number of looks
and of clusters, however late outcomes come. The statistic is studentised, so that it also holds in large samples where
effects differ between clusters (Wu & Ding 2021, JASA 116:1898).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from statistics import NormalDist
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.confidence_sequence import ALPHA
from afteraction.errors import NotEnoughData

DRAWS: Final = 1999
"""Arrangements drawn at random, beside the real one, where there are more to list."""
_LISTED: Final = 5000
_NORMAL: Final = NormalDist()
_FINEST: Final = 1e-4
_NEARLY_NONE: Final = 1e-18
FEWEST_CLUSTERS: Final = 4


@dataclass(frozen=True)
class ClusterCourse:
    """What counts at each of k looks, in each of G clusters: sums of the outcome and numbers of deals (k × G).

    `treated` (G) is what was drawn, `stratum` (G) within which strata or pairs. `likeness` is the intraclass
    correlation that the protocol expects: with it large clusters weigh as much as they tell.
    """

    total: Floats
    deals: Floats
    treated: Flags
    stratum: Longs
    likeness: float


@dataclass(frozen=True)
class Drawn:
    """The difference new less old at the last look, its standard error there, its interval over all looks, and the
    look that excluded 0."""

    value: float
    error: float
    low: float
    high: float
    excluded_at: int | None
    arrangements: int


Studentised = Callable[[int, float], tuple[Floats, Floats] | None]
"""At a look (from 0), without a shift that is tested: the estimate and its standard error of each of R arrangements,
what was drawn first. None where they cannot all be compared yet."""


def spent(fraction: float, alpha: float = ALPHA) -> float:
    """How much of alpha is used up when that share of the planned information is in: 4 - 4 Φ(z_{alpha/4} / √t).

    The spending of O'Brien & Fleming's line, each side half (Lan & DeMets 1983, Biometrika 70:659): nearly all late.
    """
    if fraction <= 0:
        return 0.0
    return min(4 - 4 * _NORMAL.cdf(_NORMAL.inv_cdf(1 - alpha / 4) / math.sqrt(min(fraction, 1.0))), alpha)


def arrangements(treated: Flags, stratum: Longs, rng: np.random.Generator, draws: int = DRAWS) -> Flags:
    """All that might have been drawn with as many treated in each stratum (R × G), what was drawn first.

    Where there are more than a few thousand, `draws` of them at random and what was drawn: the test stays exact
    (Phipson & Smyth 2010). The same `rng` seed must be used at every look.
    """
    members = [np.flatnonzero(stratum == each) for each in np.unique(stratum)]
    ways = math.prod(math.comb(len(each), int(treated[each].sum())) for each in members)
    if ways <= _LISTED:
        found = np.zeros((ways, len(treated)), dtype=np.bool_)
        each_way = (combinations(each.tolist(), int(treated[each].sum())) for each in members)
        for row, chosen in enumerate(product(*each_way)):
            found[row, [place for part in chosen for place in part]] = True
        first = int(np.flatnonzero((found == treated).all(axis=1))[0])
        found[[0, first]] = found[[first, 0]]
        return found
    found = np.empty((draws + 1, len(treated)), dtype=np.bool_)
    found[0] = treated
    for each in members:
        found[1:, each] = rng.permuted(np.tile(treated[each], (draws, 1)), axis=1)
    return found


def randomisation_sequence(
    course: ClusterCourse, fractions: Floats, arranged: Flags, alpha: float = ALPHA
) -> Drawn | NotEnoughData:
    """The effect with an interval that holds at every look; `fractions` (k) of the planned information, by plan.

    `fractions` must not depend on what was drawn: planned deals, or days. The interval is of the amounts by which the
    arm may shift clusters' means that are not rejected so far, to a hundredth of a point.
    """
    fewest = math.ceil(2 / alpha)  # an arrangement and its mirror image are equally extreme
    if len(arranged) < fewest:
        return NotEnoughData(
            f"these clusters can be drawn in {len(arranged)} ways only, so the most extreme comes by chance in "
            f"{2 / len(arranged):.0%} of trials",
            f"at least {fewest} ways: 8 clusters, or 7 pairs",
        )
    if not (course.deals[-1] > 0).all():
        return NotEnoughData("clusters without a single deal that counts", "deals that count in every cluster")
    return by_draws(_of_clusters(course, arranged), fractions, len(arranged), alpha)


def by_draws(statistic: Studentised, fractions: Floats, count: int, alpha: float = ALPHA) -> Drawn | NotEnoughData:
    """The same for any design, from the statistic of each of `count` arrangements at each look of `fractions`."""
    last = statistic(len(fractions) - 1, 0.0)
    if last is None:
        return NotEnoughData("too little counts to compare all that might have been drawn", "more deals that count")
    value, error = float(last[0][0]), float(last[1][0])

    def excluded(shift: float) -> bool:
        return first_rejection(statistic, fractions, count, shift, alpha) is not None

    low, high = _edge(excluded, value, -1.0), _edge(excluded, value, 1.0)
    return Drawn(value, error, low, high, first_rejection(statistic, fractions, count, 0.0, alpha), count)


def rejected_at(
    course: ClusterCourse, fractions: Floats, arranged: Flags, shift: float, alpha: float = ALPHA
) -> int | None:
    """The first look at which it is rejected that the arm shifts every cluster's mean by `shift`; None where none."""
    return first_rejection(_of_clusters(course, arranged), fractions, len(arranged), shift, alpha)


def first_rejection(
    statistic: Studentised, fractions: Floats, count: int, shift: float, alpha: float = ALPHA
) -> int | None:
    """The first look at which a shift is rejected; None where none. Looks at which no alpha is left cost nothing."""
    left = np.ones(count, dtype=np.bool_)
    for look, fraction in enumerate(fractions):
        more = int(count * spent(float(fraction), alpha) + 1e-9) - int(count - left.sum())
        found = statistic(look, shift) if more > 0 else None
        if found is None:
            continue
        value, error = found
        size = np.abs(value) / error
        size[~left] = -1.0
        bar = np.partition(size, count - more - 1)[count - more - 1]
        out = left & (size > bar * (1 + 1e-9))  # of equals none, where not all may go
        if out[0]:
            return look
        left &= ~out
    return None


def _of_clusters(course: ClusterCourse, arranged: Flags) -> Studentised:
    new = arranged.astype(np.float64)

    def statistic(look: int, shift: float) -> tuple[Floats, Floats] | None:
        return _statistic(course, look, shift, new) if _comparable(course.deals[look], course.stratum) else None

    return statistic


def _comparable(deals: Floats, stratum: Longs) -> bool:
    """Whether every cluster has a deal that counts, so that all arrangements compare the same clusters."""
    return bool((deals > 0).all()) and len(stratum) >= FEWEST_CLUSTERS


def _statistic(course: ClusterCourse, look: int, shift: float, new: Floats) -> tuple[Floats, Floats]:
    """For each arrangement (`new`, R × G, 1 or 0) the difference of weighted means, and its standard error.

    Outcomes are what they would be without the `shift` that is tested, less their stratum's mean.
    """
    deals = course.deals[look]
    weight = deals / (1 + (deals - 1) * course.likeness)
    mean = course.total[look] / deals - shift * course.treated
    centre = np.array(mean)
    for each in np.unique(course.stratum):
        rows = course.stratum == each
        centre[rows] -= np.average(mean[rows], weights=weight[rows])
    squares = weight**2
    columns = np.column_stack([weight, weight * centre, squares, squares * centre, squares * centre**2])
    of_new, everyone = new @ columns, columns.sum(axis=0)
    (mean_new, spread_new), (mean_old, spread_old) = (_arm(sums) for sums in (of_new, everyone - of_new))
    return mean_new - mean_old, np.sqrt(np.maximum(spread_new + spread_old, _NEARLY_NONE))


def _arm(sums: Floats) -> tuple[Floats, Floats]:
    """The weighted mean and its variance Σ w² (y - mean)² / (Σ w)², from Σ w, w y, w², w² y and w² y² (R × 5)."""
    weight, of_y, squares, products, plain = sums.T
    mean = of_y / weight
    return mean, (plain - 2 * mean * products + mean**2 * squares) / weight**2


def _edge(excluded: Callable[[float], bool], value: float, direction: float) -> float:
    """Where shifts begin to be excluded, going from the value one way; ±inf where none up to 1 off is."""
    step = 0.01
    near, far = value, value + direction * step
    while not excluded(far):
        step *= 2
        if step > 2:
            return direction * math.inf
        near, far = far, value + direction * step
    while abs(far - near) > _FINEST:
        middle = (near + far) / 2
        near, far = (near, middle) if excluded(middle) else (middle, far)
    return far
