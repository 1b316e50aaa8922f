"""Logistic regression with a random intercept per group, fast enough to be fitted hundreds of times.

The model is logit P(y = 1) = β₀ + x'β + b_group with a ridge penalty on β and b ~ N(0, τ²). For a given τ² the
penalised likelihood is maximised by Newton's method (penalised quasi-likelihood; Breslow & Clayton 1993). The group
intercepts are eliminated from every step by their diagonal block, so that thousands of groups cost no more than one.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

_STEPS = 30
_SMALL = 20_000
"""Below this number of rows the models of a cross-fit are iterated until they stand still; above it, one Newton step
from the fit to all rows comes as close as matters: what remains is of the second order in (covariates / rows)."""


@dataclass(frozen=True)
class Sample:
    """n rows to fit a model to.

    `z` is n × q, its first column ones. `fold` and `group` number folds and groups from 0; rows are sorted by fold and
    within it by group. `weight` is how often a row counts; 0 leaves it out of the fit, not of the prediction.
    """

    z: Floats
    y: Floats
    weight: Floats
    fold: Ints
    group: Ints
    folds: int
    groups: int


@dataclass(frozen=True)
class Penalty:
    """`ridge` on every coefficient but the first; `spread` is τ², the variance of the group intercepts."""

    ridge: float
    spread: float


@dataclass(frozen=True)
class Fit:
    """Coefficients (q), group intercepts (k) and the variance of the latter given the data (k)."""

    beta: Floats
    intercepts: Floats
    intercept_variance: Floats
    spread: float

    def score(self, z: Floats, group: Ints) -> Floats:
        return z @ self.beta + self.intercepts[group]


@dataclass
class _Moments:
    """Gradient and Hessian of the log-likelihood over some rows; `z` and `d` stand for covariates and groups."""

    zz: Floats
    dz: Floats
    dd: Floats
    gz: Floats
    gd: Floats

    def __add__(self, other: "_Moments") -> "_Moments":
        return _Moments(
            self.zz + other.zz, self.dz + other.dz, self.dd + other.dd, self.gz + other.gz, self.gd + other.gd
        )

    def __sub__(self, other: "_Moments") -> "_Moments":
        return _Moments(
            self.zz - other.zz, self.dz - other.dz, self.dd - other.dd, self.gz - other.gz, self.gd - other.gd
        )


def fit(sample: Sample, ridge: float = 1.0, spread: float | None = None) -> Fit:
    """Fit to all rows. Without a given `spread` τ² is estimated by Laplace-EM: τ² = mean(b² + var(b))."""
    start = Fit(np.zeros(sample.z.shape[1]), np.zeros(sample.groups), np.zeros(sample.groups), spread or 0.25)
    found, _pieces = _iterate(sample, start, ridge, estimate_spread=spread is None, leave_out=None)
    return found


def cross_fit(sample: Sample, ridge: float = 1.0) -> Floats:
    """For each row the probability by the model fitted to the other folds (n).

    τ² is estimated once, on all rows.
    """
    start = Fit(np.zeros(sample.z.shape[1]), np.zeros(sample.groups), np.zeros(sample.groups), 0.25)
    whole, pieces = _iterate(sample, start, ridge, estimate_spread=True, leave_out=None)
    total = _sum(pieces)
    scores = np.empty(len(sample.y))
    for fold, rows in enumerate(_slices(sample.fold, sample.folds)):
        other = _step(whole, total - pieces[fold], ridge)
        if len(sample.y) <= _SMALL:
            other, _pieces = _iterate(sample, other, ridge, estimate_spread=False, leave_out=fold)
        scores[rows] = other.score(sample.z[rows], sample.group[rows])
    return np.asarray(expit(scores))


def _iterate(
    sample: Sample, start: Fit, ridge: float, *, estimate_spread: bool, leave_out: int | None
) -> tuple[Fit, list[_Moments]]:
    """Newton's method until no coefficient moves; returns the fit and the moments of each fold at it."""
    current = start
    slices = _slices(sample.fold, sample.folds)
    for _step_number in range(_STEPS):
        pieces = [_moments(sample, rows, current) for fold, rows in enumerate(slices) if fold != leave_out]
        following = _step(current, _sum(pieces), ridge)
        moved = np.max(np.abs(following.beta - current.beta))
        if estimate_spread and sample.groups > 1:
            spread = float(np.mean(following.intercepts**2 + following.intercept_variance))
            moved = max(moved, abs(spread - current.spread))
            following = Fit(following.beta, following.intercepts, following.intercept_variance, max(spread, 1e-6))
        current = following
        if moved < 1e-4:
            break
    return current, pieces


def _moments(sample: Sample, rows: slice, at: Fit) -> _Moments:
    z, group, weight = sample.z[rows], sample.group[rows], sample.weight[rows]
    probability = expit(at.score(z, group))
    residual = weight * (sample.y[rows] - probability)
    curvature = weight * probability * (1 - probability)
    scaled = z * np.sqrt(curvature)[:, None]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    present = group[starts]
    dz, dd, gd = np.zeros((sample.groups, z.shape[1])), np.zeros(sample.groups), np.zeros(sample.groups)
    if len(starts):
        dz[present] = np.add.reduceat(z * curvature[:, None], starts, axis=0)
        dd[present] = np.add.reduceat(curvature, starts)
        gd[present] = np.add.reduceat(residual, starts)
    return _Moments(scaled.T @ scaled, dz, dd, z.T @ residual, gd)


def _step(at: Fit, moments: _Moments, ridge: float) -> Fit:
    """One Newton step of the penalised likelihood, the group intercepts eliminated (Schur complement)."""
    penalty = np.full(len(at.beta), ridge)
    penalty[0] = 1e-8
    if len(at.intercepts) > 1:
        dd = moments.dd + 1 / at.spread
        gd = moments.gd - at.intercepts / at.spread
        share = moments.dz / dd[:, None]
        left = moments.zz - share.T @ moments.dz + np.diag(penalty)
        right = moments.gz - penalty * at.beta - share.T @ gd
        factor = cho_factor(left)
        change = cho_solve(factor, right)
        intercepts = at.intercepts + (gd - moments.dz @ change) / dd
        variance = 1 / dd + np.einsum("kq,qk->k", share, cho_solve(factor, share.T))
    else:
        change = cho_solve(cho_factor(moments.zz + np.diag(penalty)), moments.gz - penalty * at.beta)
        intercepts, variance = at.intercepts, at.intercept_variance
    longest = np.max(np.abs(change))
    return Fit(at.beta + change * min(1.0, 5.0 / max(longest, 5.0)), intercepts, variance, at.spread)


def _sum(pieces: list[_Moments]) -> _Moments:
    total = pieces[0]
    for piece in pieces[1:]:
        total = total + piece
    return total


def _slices(fold: Ints, folds: int) -> list[slice]:
    edges = np.searchsorted(fold, np.arange(folds + 1))
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]
