"""Whether an effect differs between segments, and what it then is in each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags
from afteraction.analysis.deal_frame import Category
from afteraction.analysis.effect import Estimate, augmented, too_little
from afteraction.analysis.nuisance import Comparison, Nuisance
from afteraction.analysis.verdict import FALSE_DISCOVERIES, interval

_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class SegmentEffect:
    """An effect among the deals of one segment; effects and intervals are probabilities from -1 to 1.

    `pooled` and its interval draw each segment towards the mean of all, the more so the less it has to say for
    itself; they are given only where the segments differ.
    """

    segment: str
    n: int
    did: int
    effect: float
    standard_error: float
    low: float
    high: float
    pooled: float | None = None
    pooled_low: float | None = None
    pooled_high: float | None = None


@dataclass(frozen=True)
class BySegment:
    """The effect in each segment that carries one, largest segment first, and whether they differ.

    `too_small` are segments with too few deals to tell. `p` is that of Cochran's Q, `q` the same adjusted for all
    effects looked at together; `spread` is the standard deviation of the true effects over segments.
    """

    segments: tuple[SegmentEffect, ...]
    too_small: tuple[str, ...]
    p: float
    spread: float
    q: float = 1.0

    @property
    def differ(self) -> bool:
        return self.q <= FALSE_DISCOVERIES


def by_segment(compared: Comparison, nuisance: Nuisance, segment: Category) -> BySegment | None:
    """The effect in each segment; `segment` has one code per compared deal. None where fewer than two can tell.

    The models of the whole comparison serve every segment; only the averages are taken apart. Q = Σ w (θ - θ̄)² with
    w = 1 / se² is referred to chi-squared (Cochran 1954), the spread is τ of DerSimonian & Laird (1986).
    """
    found, too_small = [], []
    for code in np.argsort(-np.bincount(segment.codes[segment.codes >= 0], minlength=len(segment.levels))):
        name, here = segment.levels[code], segment.codes == code
        result = _only(compared, nuisance, here)
        if result is None:
            too_small.append(name)
        else:
            low, high = interval(result)
            found.append(SegmentEffect(name, result.n, result.did, result.effect, result.standard_error, low, high))
    if len(found) < 2:
        return None
    effects, weights = np.array([s.effect for s in found]), np.array([s.standard_error for s in found]) ** -2.0
    statistic = float(np.sum(weights * (effects - np.average(effects, weights=weights)) ** 2))
    beyond_chance = statistic - (len(found) - 1)
    scale = float(np.sum(weights) - np.sum(weights**2) / np.sum(weights))
    spread = float(np.sqrt(max(beyond_chance / scale, 0.0)))
    return BySegment(tuple(found), tuple(too_small), float(scipy.stats.chi2.sf(statistic, len(found) - 1)), spread)


def judged(of_all: Sequence[BySegment], q_values: Sequence[float]) -> tuple[BySegment, ...]:
    """The same with their adjusted p-values, and pooled effects where the segments differ."""
    known = (replace(one, q=q) for one, q in zip(of_all, q_values, strict=True))
    return tuple(replace(one, segments=_pooled(one)) if one.differ else one for one in known)


def _only(compared: Comparison, nuisance: Nuisance, here: Flags) -> Estimate | None:
    part = Comparison(
        compared.did[here], compared.won[here], compared.weight[here], compared.x[here], compared.owner[here]
    )
    if too_little(part):
        return None
    models = Nuisance(nuisance.propensity[here], nuisance.won_if_did[here], nuisance.won_if_not[here])
    result = augmented(part, models)
    return result if isinstance(result, Estimate) and result.standard_error > 0 else None


def _pooled(found: BySegment) -> tuple[SegmentEffect, ...]:
    """Each effect as a mean of its own and the common one, weighted by their precision (Raudenbush & Bryk 1985).

    With B = τ² / (τ² + se²): θ̃ = B θ + (1 - B) μ and var θ̃ = B se² + (1 - B)² var μ; τ is taken as known.
    """
    variance = found.spread**2
    weights = np.array([1 / (variance + s.standard_error**2) for s in found.segments])
    mean = float(np.average([s.effect for s in found.segments], weights=weights))
    of_mean = 1 / float(np.sum(weights))
    pooled = []
    for one in found.segments:
        own = variance / (variance + one.standard_error**2)
        effect = own * one.effect + (1 - own) * mean
        half = _Z * float(np.sqrt(own * one.standard_error**2 + (1 - own) ** 2 * of_mean))
        pooled.append(
            replace(one, pooled=effect, pooled_low=max(effect - half, -1.0), pooled_high=min(effect + half, 1.0))
        )
    return tuple(pooled)
