"""What may be said about an effect: verdicts, the deals that would settle it, and how strong a hidden cause must be."""

import math
from enum import StrEnum
from statistics import NormalDist
from typing import Final

import scipy

from afteraction.analysis.effect import Estimate

MATTERS: Final = 0.05
"""An effect whose interval lies within plus or minus this (in probability) is none that matters."""
FALSE_DISCOVERIES: Final = 0.05


class Verdict(StrEnum):
    HELPS = "helps"
    HURTS = "hurts"
    NO_EFFECT = "no_effect"
    LEAK = "leak"
    CANT_TELL = "cant_tell"


def interval(estimate: Estimate, confidence: float = 0.95) -> tuple[float, float]:
    """The confidence interval of an effect, from Student's t."""
    half = float(scipy.stats.t.ppf((1 + confidence) / 2, estimate.degrees)) * estimate.standard_error
    return max(estimate.effect - half, -1.0), min(estimate.effect + half, 1.0)


def p_value(estimate: Estimate) -> float:
    """Of the hypothesis that there is no effect, two-sided."""
    size = abs(estimate.effect) / estimate.standard_error if estimate.standard_error else math.inf
    return float(2 * scipy.stats.t.sf(size, estimate.degrees))


def verdict(estimate: Estimate, q: float) -> Verdict:
    """`q` is the p-value adjusted for all effects that were looked at together (Benjamini & Hochberg 1995)."""
    low, high = interval(estimate)
    if q <= FALSE_DISCOVERIES:
        return Verdict.HELPS if estimate.effect > 0 else Verdict.HURTS
    return Verdict.NO_EFFECT if low >= -MATTERS and high <= MATTERS else Verdict.CANT_TELL


def deals_needed(estimate: Estimate, power: float = 0.8) -> int:
    """Further deals with which the question would probably be settled, should the effect be what it seems.

    The standard error shrinks with the root of the number of deals. The question is settled when an effect of the
    estimated size is told from none with the given power, or an interval around it lies within `MATTERS`, whichever
    comes first.
    """
    z, z_power = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(power)
    size = abs(estimate.effect)
    wanted = max(size / (z + z_power), (MATTERS - size) / z)
    return max(math.ceil(estimate.compared * ((estimate.standard_error / wanted) ** 2 - 1)), 0)


def e_value(rate_did: float, rate_not: float) -> float:
    """How strongly a hidden cause would have to be tied to both doing it and winning to explain the effect away.

    On the scale of risk ratios: RR + sqrt(RR (RR - 1)) (VanderWeele & Ding 2017); 1 means that none is needed.
    """
    low, high = sorted((max(rate_did, 1e-9), max(rate_not, 1e-9)))
    ratio = high / low
    return ratio + math.sqrt(ratio * (ratio - 1))
