"""Shares of deals that stand for different numbers of others, with intervals that keep their word on few of them."""

from dataclasses import dataclass

import numpy as np
import scipy

from afteraction.analysis.arrays import Floats, Places
from afteraction.analysis.calibration import wilson


@dataclass(frozen=True)
class WeightedShare:
    """A share of `n` deals with its 95 % interval; `effective` independent, equally weighted ones would say as much."""

    value: float
    low: float
    high: float
    n: int
    effective: float


def weighted_share(yes: Floats, weight: Floats, cluster: Places | None = None) -> WeightedShare:
    """The weighted share of deals (n) with `yes` 1, the others having 0. Weights are above 0; there is a deal or more.

    Wilson's interval for the effective number of deals. `cluster` numbers what is independent, such as owners.
    """
    mean = float(np.average(yes, weights=weight))
    found = wilson(mean, effective_for(yes, weight, cluster))
    return WeightedShare(mean, found.low, found.high, len(yes), effective_n(weight))


def effective_n(weight: Floats) -> float:
    """(Σw)² / Σw²: the number of equally weighted deals that are as precise (Kish 1965, Survey Sampling, 11.7)."""
    return float(np.sum(weight) ** 2 / np.sum(weight**2))


def effective_for(value: Floats, weight: Floats, cluster: Places | None = None) -> float:
    """As how many independent, equally weighted deals these are for the mean of `value` (n).

    The variance of one deal over the one of the weighted mean, corrected for the degrees of freedom of few clusters
    (Korn & Graubard 1998, Survey Methodology 24:193). Where nothing varies, and never above, that of the weights alone.
    """
    most, clusters = effective_n(weight), len(value) if cluster is None else len(np.unique(cluster))
    mean = float(np.average(value, weights=weight))
    variance = standard_error(value, weight, cluster) ** 2
    if variance <= 0 or clusters < 2:
        return most if cluster is None else min(most, float(clusters))
    found = float(np.average((value - mean) ** 2, weights=weight)) / variance
    stretch = scipy.stats.t.ppf(0.975, max(found - 1, 1.0)) / scipy.stats.t.ppf(0.975, clusters - 1)
    return min(most, found * (float(stretch) ** 2 if cluster is not None else 1.0))


def standard_error(value: Floats, weight: Floats, cluster: Places | None = None) -> float:
    """Of the weighted mean: linearised, deals or clusters independent (Binder 1983, Int. Stat. Rev. 51:279)."""
    part = weight * (value - float(np.average(value, weights=weight))) / np.sum(weight)
    total = part if cluster is None else np.bincount(np.unique(cluster, return_inverse=True)[1], part)
    return float(np.sqrt(np.sum(total**2)))
