"""Logistic regression that shrinks its coefficients block by block, by as much as the data ask.

The coefficients of a block (the sources, say) are taken as draws from N(0, σ²_block) and σ² is found from the data:
blocks that say nothing shrink to nothing, a level with few deals leans on the others, and no strength of penalty has
to be chosen (empirical Bayes; MacKay 1992; Wood 2017, sec. 6.2).
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from afteraction.analysis.arrays import Floats, Ints

FREE: int = -1
"""The block of coefficients that are not shrunk, such as the intercept."""
_STEPS = 12
_INNER = 25
_PRIOR_WEIGHT = 1.0
_PRIOR_VARIANCE = 0.04
"""Each σ² is held up by one more coefficient of this size (a spread of 0.2 logits): with few coefficients the data
would otherwise often say that they are exactly nothing."""
_FREE_PRECISION = 1e-6
_CHUNK = 65_536


@dataclass(frozen=True)
class Shrunken:
    """Coefficients (q), their posterior covariance (q × q), and σ² of each block."""

    beta: Floats
    covariance: Floats
    variances: Floats

    def score(self, z: Floats) -> Floats:
        """The logit for each row of z (n × q)."""
        return z @ self.beta


def fit(
    z: Floats,
    y: Floats,
    weight: Floats,
    block: Ints,
    offset: Floats | None = None,
    start: Shrunken | None = None,
) -> Shrunken:
    """Fit P(y = 1) = expit(offset + z β) to n rows; `weight` is how often a row counts, `block` (q) numbers blocks.

    Newton's method for β; at each step the σ² are brought to rest on the quadratic that the likelihood then is
    (Laplace's approximation, MacKay's fixed point σ² = Σβ² / Σ(1 - var/σ²)). `start` is a fit to begin with.
    """
    blocks = int(block.max(initial=FREE)) + 1
    beta = np.zeros(z.shape[1]) if start is None else start.beta
    variances = np.full(blocks, 0.25) if start is None else start.variances
    offset = np.zeros(len(y)) if offset is None else offset
    for _step in range(_STEPS):
        gradient, hessian = _moments(z, y, weight, offset, beta)
        target = hessian @ beta + gradient
        following, covariance, variances = _settle(hessian, target, block, variances)
        change = following - beta
        beta = beta + change * min(1.0, 5.0 / max(float(np.max(np.abs(change), initial=0.0)), 5.0))
        if np.max(np.abs(change), initial=0.0) < 1e-3:
            break
    return Shrunken(beta, covariance, variances)


def unshrunken(z: Floats, y: Floats, weight: Floats) -> Floats:
    """The coefficients of ordinary logistic regression (and a ridge of 1e-6: levels may add up to one)."""
    return fit(z, y, weight, np.full(z.shape[1], FREE, dtype=np.int32)).beta


def _moments(z: Floats, y: Floats, weight: Floats, offset: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """The gradient and the negative Hessian of the log-likelihood; by chunks, so that no second n × q is needed."""
    gradient, hessian = np.zeros(z.shape[1]), np.zeros((z.shape[1], z.shape[1]))
    for first in range(0, len(y), _CHUNK):
        part = slice(first, first + _CHUNK)
        probability = expit(offset[part] + z[part] @ beta)
        gradient += z[part].T @ (weight[part] * (y[part] - probability))
        scaled = z[part] * np.sqrt(weight[part] * probability * (1 - probability))[:, None]
        hessian += scaled.T @ scaled
    return gradient, hessian


def _settle(hessian: Floats, target: Floats, block: Ints, variances: Floats) -> tuple[Floats, Floats, Floats]:
    """β, its covariance and the σ² at rest, for a quadratic log-likelihood."""
    for _step in range(_INNER):
        precision = np.where(block == FREE, _FREE_PRECISION, 1 / np.append(variances, 1.0)[block])
        factor = cho_factor(hessian + np.diag(precision))
        beta = cho_solve(factor, target)
        covariance = cho_solve(factor, np.eye(len(beta)))
        if not len(variances):
            break
        shrunk = block != FREE
        known = np.bincount(block[shrunk], (1 - np.diag(covariance) * precision)[shrunk], len(variances))
        size = np.bincount(block[shrunk], (beta**2)[shrunk], len(variances))
        found = (size + _PRIOR_WEIGHT * _PRIOR_VARIANCE) / (known + _PRIOR_WEIGHT)
        moved = np.max(np.abs(np.log(found / variances)))
        variances = found
        if moved < 0.01:
            break
    return beta, covariance, variances
