"""Logistic regression with a random intercept per group, fast enough to be fitted hundreds of times.

The model is logit P(y = 1) = β₀ + x'β + b_group with a ridge penalty on β and b ~ N(0, τ²). For a given τ² the
penalised likelihood is maximised by Newton's method (penalised quasi-likelihood; Breslow & Clayton 1993). The group
intercepts are eliminated from every step by their diagonal block, so that thousands of groups cost no more than one.
"""

import math
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.sparse import csr_array
from scipy.special import expit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

_STEPS = 40
_EXACT = 1e-4
"""Iterations end when the next step, which is still taken, moves nothing further: what remains is its square."""
_CLOSE = 1e-2
"""The same for the models of a cross-fit."""
_PLENTY = 200
"""With this many rows per coefficient of either kind, y = 1 and y = 0, one Newton step from the fit to all rows brings
the models of a cross-fit as close as matters; with fewer they are iterated."""
_THIN = 20_000
_THINNED = 8
"""From `_THIN` rows on the fit to all begins at the fit to every eighth row: two passes over all rows then do."""
_LONGEST = 5.0
"""No step moves a coefficient further than this (logits)."""
_HALVINGS = 10
_SLACK = 1e-3
"""A loss of log-likelihood that is no reason to halve a step: β lags a little behind a τ² that has changed."""
_SPREADS = (1e-6, 25.0)
"""τ² is looked for between these."""
_FIRST_SPREAD = 0.25
_CHUNK = 1024
"""Rows that are multiplied at a time: they stay in the processor's cache."""


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

    def __len__(self) -> int:
        return len(self.y)

    def select(self, rows: slice | npt.NDArray[np.bool_]) -> "Sample":
        """Some of the rows, in their order."""
        return replace(
            self,
            z=self.z[rows],
            y=self.y[rows],
            weight=self.weight[rows],
            fold=self.fold[rows],
            group=self.group[rows],
        )

    def counted(self) -> "Sample":
        """The rows that have a weight."""
        return self if self.weight.all() else self.select(self.weight > 0)


@dataclass(frozen=True)
class Fit:
    """Coefficients (q), group intercepts (k) and the variance of the latter given the data (k)."""

    beta: Floats
    intercepts: Floats
    intercept_variance: Floats
    spread: float

    def score(self, z: Floats, group: Ints) -> Floats:
        """The logit of each row (n)."""
        return z @ self.beta + self.intercepts[group]


@dataclass(frozen=True)
class _Moments:
    """The log-likelihood of some rows, its gradient and its negative Hessian at some point.

    `z` and `d` stand for covariates and groups; the Hessian of the groups is diagonal.
    """

    value: float
    zz: Floats
    dz: Floats
    dd: Floats
    gz: Floats
    gd: Floats

    def plus(self, other: "_Moments", times: float = 1.0) -> "_Moments":
        return _Moments(
            self.value + times * other.value,
            self.zz + times * other.zz,
            self.dz + times * other.dz,
            self.dd + times * other.dd,
            self.gz + times * other.gz,
            self.gd + times * other.gd,
        )


def fit(sample: Sample, ridge: float | Floats = 1.0, spread: float | None = None, enough: float = _EXACT) -> Fit:
    """Fit to all rows; iterations end when the next step, which is still taken, moves nothing by more than `enough`.

    Without a given `spread` τ² is the one at which τ² = mean(b² + var(b)), where Laplace's approximation of the
    marginal likelihood is at its maximum; a given one is above 0.
    """
    sample = sample.counted()
    at, pieces = _newton(sample, _begin(sample, ridge, spread), ridge, spread is None, enough)
    return _step(at, _sum(pieces), ridge, spread is None)


def cross_fit(sample: Sample, ridge: float = 1.0) -> Floats:
    """For each row the probability by the model fitted to the other folds (n).

    τ² is estimated once, on all rows.
    """
    counted = sample.counted()
    whole, pieces = _newton(counted, _begin(counted, ridge, None), ridge, True, _CLOSE)
    total = _sum(pieces)
    yes = np.count_nonzero(counted.y)
    plenty = min(yes, len(counted) - yes) >= _PLENTY * counted.z.shape[1]
    scores = np.empty(len(sample))
    for fold, rows in enumerate(_slices(sample.fold, sample.folds)):
        other = _step(whole, total.plus(pieces[fold], -1.0), ridge, False)
        if not plenty:
            others = counted.select(counted.fold != fold)
            at, other_pieces = _newton(others, other, ridge, False, _CLOSE)
            other = _step(at, _sum(other_pieces), ridge, False)
        scores[rows] = other.score(sample.z[rows], sample.group[rows])
    return np.asarray(expit(scores))


def coefficients(sample: Sample, ridge: float | Floats = 1.0) -> tuple[Floats, Floats]:
    """Those of the fit to all rows (q) and their covariance (q × q), by the penalised likelihood's curvature.

    A ridge may be one for each coefficient; that of the intercept is never used.
    """
    counted = sample.counted()
    at, pieces = _newton(counted, _begin(counted, ridge, None), ridge, True, _CLOSE)
    total = _sum(pieces)
    covariance: Floats = cho_solve(_factor(at, total, ridge), np.eye(len(at.beta)))
    return _step(at, total, ridge, True).beta, covariance


def _begin(sample: Sample, ridge: float | Floats, spread: float | None) -> Fit:
    """Where the iterations begin: nothing known, or what a part of the rows says."""
    if len(sample) >= _THIN:
        return fit(sample.select(slice(None, None, _THINNED)), ridge, spread)
    none = np.zeros(sample.groups)
    return Fit(np.zeros(sample.z.shape[1]), none, none, _FIRST_SPREAD if spread is None else spread)


def _newton(
    sample: Sample, start: Fit, ridge: float | Floats, estimate_spread: bool, enough: float
) -> tuple[Fit, list[_Moments]]:
    """Newton's method until the next step would be shorter than `enough`.

    Returns the point from which that step goes, and the moments of each fold there.
    """
    at, pieces = start, _pieces(sample, start)
    for _step_number in range(_STEPS):
        following = _step(at, _sum(pieces), ridge, estimate_spread)
        if _distance(at, following) < enough:
            break
        at, pieces = _advance(sample, at, following, pieces, ridge)
    return at, pieces


def _advance(
    sample: Sample, at: Fit, following: Fit, pieces: list[_Moments], ridge: float | Floats
) -> tuple[Fit, list[_Moments]]:
    """Take a step; halve it as long as it makes the penalised likelihood smaller."""
    before = _objective(replace(at, spread=following.spread), pieces, ridge)
    for _halving in range(_HALVINGS):
        reached = _pieces(sample, following)
        if _objective(following, reached, ridge) > before - _SLACK:
            break
        following = replace(
            following,
            beta=(at.beta + following.beta) / 2,
            intercepts=(at.intercepts + following.intercepts) / 2,
        )
    return following, reached


def _objective(at: Fit, pieces: list[_Moments], ridge: float | Floats) -> float:
    """The penalised log-likelihood."""
    penalty = float(_penalties(at, ridge) @ at.beta**2 + at.intercepts @ at.intercepts / at.spread)
    return sum(piece.value for piece in pieces) - penalty / 2


def _distance(one: Fit, other: Fit) -> float:
    """The furthest that any coefficient moved, the spread and the intercepts' typical size among them (logits)."""
    beta = float(np.max(np.abs(one.beta - other.beta)))
    intercepts = float(np.sqrt(np.mean((one.intercepts - other.intercepts) ** 2)))
    return max(beta, intercepts, abs(math.sqrt(one.spread) - math.sqrt(other.spread)))


def _pieces(sample: Sample, at: Fit) -> list[_Moments]:
    return [_moments(sample, rows, at) for rows in _slices(sample.fold, sample.folds)]


def _moments(sample: Sample, rows: slice, at: Fit) -> _Moments:
    z, y, weight, group = sample.z[rows], sample.y[rows], sample.weight[rows], sample.group[rows]
    n, q = z.shape
    value, zz, gz = 0.0, np.zeros((q, q)), np.zeros(q)
    residual, curvature, buffer = np.empty(n), np.empty(n), np.empty((_CHUNK, q))
    for first in range(0, n, _CHUNK):
        part = slice(first, min(first + _CHUNK, n))
        score = at.score(z[part], group[part])
        probability = expit(score)
        value += float(weight[part] @ (y[part] * score - np.logaddexp(0, score)))
        residual[part] = weight[part] * (y[part] - probability)
        curvature[part] = weight[part] * probability * (1 - probability)
        scaled = np.multiply(z[part], np.sqrt(curvature[part])[:, None], out=buffer[: part.stop - first])
        zz += scaled.T @ scaled
        gz += residual[part] @ z[part]
    edges = np.searchsorted(group, np.arange(sample.groups + 1, dtype=np.int32))
    dz = csr_array((curvature, np.arange(n), edges), shape=(sample.groups, n)) @ z
    dd, gd = np.bincount(group, curvature, sample.groups), np.bincount(group, residual, sample.groups)
    return _Moments(value, zz, dz, dd.astype(np.float64), gz, gd.astype(np.float64))


def _step(at: Fit, moments: _Moments, ridge: float | Floats, estimate_spread: bool) -> Fit:
    """One Newton step of the penalised likelihood, the group intercepts eliminated (Schur complement)."""
    penalty, factor = _penalties(at, ridge), _factor(at, moments, ridge)
    if len(at.intercepts) == 1:
        change = cho_solve(factor, moments.gz - penalty * at.beta)
        return replace(at, beta=at.beta + _shortened(change))
    share = moments.dz / (moments.dd + 1 / at.spread)[:, None]
    change = _shortened(
        cho_solve(factor, moments.gz - penalty * at.beta - share.T @ (moments.gd - at.intercepts / at.spread))
    )
    # What the rows of each group ask its intercept to be, times their information; and what β adds to its variance.
    asked = moments.gd + moments.dd * at.intercepts - moments.dz @ change
    borrowed = np.sum(solve_triangular(factor[0], moments.dz.T, trans=1) ** 2, axis=0)
    spread = _spread(asked, moments.dd, borrowed) if estimate_spread else at.spread
    dd = moments.dd + 1 / spread
    return Fit(at.beta + change, asked / dd, 1 / dd + borrowed / dd**2, spread)


def _factor(at: Fit, moments: _Moments, ridge: float | Floats) -> tuple[Floats, bool]:
    """Cholesky's factor of the negative Hessian in β, the group intercepts eliminated, as `cho_solve` takes it."""
    negative = moments.zz + np.diag(_penalties(at, ridge))
    if len(at.intercepts) > 1:
        negative -= (moments.dz / (moments.dd + 1 / at.spread)[:, None]).T @ moments.dz
    factor: tuple[Floats, bool] = cho_factor(negative)
    return factor


def _spread(asked: Floats, information: Floats, borrowed: Floats) -> float:
    """The τ² at which τ² = mean(b² + var(b)), β held still."""

    def excess(log_spread: float) -> float:
        dd = information + np.exp(-log_spread)
        return float(np.mean((asked**2 + borrowed) / dd**2 + 1 / dd) * np.exp(-log_spread)) - 1

    low, high = np.log(_SPREADS)
    if excess(low) <= 0:
        return _SPREADS[0]
    if excess(high) >= 0:
        return _SPREADS[1]
    return float(np.exp(scipy.optimize.brentq(excess, low, high, xtol=1e-6)))


def _penalties(at: Fit, ridge: float | Floats) -> Floats:
    penalty = np.full(len(at.beta), ridge, dtype=np.float64)
    penalty[0] = 1e-8
    return penalty


def _shortened(change: Floats) -> Floats:
    return change * min(1.0, _LONGEST / max(float(np.max(np.abs(change))), _LONGEST))


def _sum(pieces: list[_Moments]) -> _Moments:
    return reduce(_Moments.plus, pieces)


def _slices(fold: Ints, folds: int) -> list[slice]:
    edges = np.searchsorted(fold, np.arange(folds + 1, dtype=np.int32))
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]
