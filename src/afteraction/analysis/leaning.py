"""Estimates of several groups that lean on each other, as far as they are unsure and the groups alike."""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.pooling import Posterior

_POINTS = 60


@dataclass(frozen=True)
class Leaning:
    """Estimates (k) after pooling, with their 95 % intervals."""

    value: Floats
    low: Floats
    high: Floats


def lean(estimate: Floats, error: Floats) -> Leaning:
    """Pool k estimates with standard errors: θ_g ~ N(μ, τ²), μ and τ unknown and flat.

    Averaged over the posterior of τ (Gelman et al. 2013, sec. 5.4, eq. 5.17 to 5.21), so that the intervals know that
    the spread between groups is itself uncertain. A single group stays as it is.
    """
    if len(estimate) < 2:
        return Leaning(estimate, estimate - 1.96 * error, estimate + 1.96 * error)
    spreads = np.linspace(0.0, 3 * max(float(np.std(estimate)), float(np.min(error))), _POINTS)
    total = error**2 + spreads[:, None] ** 2
    precision = np.sum(1 / total, axis=1)
    middle = np.sum(estimate / total, axis=1) / precision
    gap = (estimate - middle[:, None]) ** 2 / total
    log_posterior = -(np.log(precision) + np.sum(np.log(total) + gap, axis=1)) / 2
    weights = np.exp(log_posterior - log_posterior.max())
    weights /= weights.sum()
    pull = spreads[:, None] ** 2 / total
    means = pull * estimate + (1 - pull) * middle[:, None]
    deviations = np.sqrt(pull * error**2 + (1 - pull) ** 2 / precision[:, None])
    found = Posterior(weights, means, np.maximum(deviations, 1e-12))
    return Leaning(found.mean, found.quantile(0.025), found.quantile(0.975))
