"""The difference between arms whose units come in clusters: reps, teams, weeks.

Least squares with the bias-reduced cluster-robust variance CR2 (Bell & McCaffrey 2002, Surv. Methodol. 28:169) and
its degrees of freedom by Satterthwaite (Pustejovsky & Tipton 2018, J. Bus. Econ. Stat. 36:672, eq. 8 to 11), under
the working model that units are independent. With few clusters those degrees are few, and the interval is wide, as it
must be. Below FEW_CLUSTERS `randomisation_inference` needs no such model.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.confidence_sequence import Look
from afteraction.errors import NotEnoughData

FEW_CLUSTERS: Final = 40
_EXACT: Final = 1e-10
FEWEST_OF_ARM: Final = 2
"""Clusters of an arm below which nothing says how clusters differ."""


@dataclass(frozen=True)
class Regression:
    """Coefficients (p) by least squares with their cluster-robust standard errors and degrees of freedom (p each).

    `stata` (p) are the errors of CR1, scaled by G / (G - 1) · (n - 1) / (n - p), as most packages give them.
    """

    slope: Floats
    error: Floats
    freedom: Floats
    stata: Floats
    clusters: int


def clustered_difference(
    y: Floats, treated: Flags, cluster: Longs, before: Floats | None = None
) -> Look | NotEnoughData:
    """New less old mean of n units, adjusted for `before` (n × q) as in `arm_difference.adjusted` where given.

    Clusters are whole in one arm, or not: both are allowed for.
    """
    short = min(len(np.unique(cluster[side])) for side in (treated, ~treated))
    if short < FEWEST_OF_ARM:
        return NotEnoughData(f"{short} clusters in one of the arms", f"at least {FEWEST_OF_ARM} in each arm, better 10")
    columns = [np.ones(len(y)), treated.astype(np.float64)]
    if before is not None:
        centred = before - before.mean(axis=0)
        columns += [*centred.T, *(centred * treated[:, None]).T]
    x = np.column_stack(columns)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return NotEnoughData("what was known before is the same for all units of an arm", "covariates that differ")
    found = clustered_regression(y, x, cluster, only=1)
    if not found.error[1] > 0 or not found.freedom[1] > 0:
        return NotEnoughData("clusters of an arm do not differ at all", "clusters that differ")
    return Look(float(found.slope[1]), float(found.error[1]), float(found.freedom[1]))


def clustered_regression(y: Floats, x: Floats, cluster: Longs, only: int | None = None) -> Regression:
    """Least squares of y (n) on x (n × p, of full rank), units of one `cluster` (n) being alike.

    CR2: V = M (Σ X_g' A_g e_g e_g' A_g X_g) M with M = (X'X)⁻¹, A_g = (I - X_g M X_g')^(-1/2), generalised inverse
    where a cluster is fitted exactly. Degrees of freedom of coefficient j: (Σ_g h_gg)² / Σ_gh h_gh², h_gh = p_g' p_h,
    p_g = (I - H)_g' A_g X_g M e_j. `only` limits the degrees of freedom to one coefficient; others are then NaN.
    """
    n, p = x.shape
    order = np.argsort(cluster, kind="stable")
    x, y = x[order], y[order]
    starts = np.flatnonzero(np.r_[True, np.diff(cluster[order]) != 0])
    bread = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
    slope = bread @ (x.T @ y)
    residual = y - x @ slope
    count = len(starts)
    weighted = _weighted(x, bread, starts)
    scores = np.add.reduceat(weighted * residual[:, None], starts, axis=0)
    plain = np.add.reduceat((x @ bread) * residual[:, None], starts, axis=0)
    scale = count / (count - 1) * (n - 1) / (n - p)
    freedom = np.full(p, np.nan)
    for j in range(p) if only is None else (only,):
        freedom[j] = _satterthwaite(weighted[:, j], x, bread, starts)
    return Regression(
        slope,
        np.sqrt(np.sum(scores**2, axis=0)),
        freedom,
        np.sqrt(scale * np.sum(plain**2, axis=0)),
        count,
    )


def _weighted(x: Floats, bread: Floats, starts: Longs) -> Floats:
    """A_g X_g M of all clusters (n × p)."""
    size = np.diff(np.r_[starts, len(x)])
    one = x[starts]
    if np.array_equal(x, np.repeat(one, size, axis=0)):  # X_g = 1 x': A_g X_g = X_g / √(1 - n_g x'Mx)
        left = 1 - size * np.einsum("ij,jk,ik->i", one, bread, one)
        factor = np.where(left > _EXACT, 1 / np.sqrt(np.maximum(left, _EXACT)), 0.0)
        return np.repeat(factor[:, None] * (one @ bread), size, axis=0)
    found = np.empty_like(x)
    for rows in np.split(np.arange(len(x)), starts[1:]):
        found[rows] = _adjustment(x[rows], bread) @ bread
    return found


def _adjustment(x: Floats, bread: Floats) -> Floats:
    """A X of one cluster, A = (I - X M X')^(-1/2), by the p eigenvectors of X M X' that are not in its kernel.

    With X M X' = Q Λ Q': A X = Q (1 - Λ)^(-1/2) Q' X, as X lies in the span of Q.
    """
    root = np.linalg.cholesky(bread)
    q, values, _ = np.linalg.svd(x @ root, full_matrices=False)
    left = 1 - values**2
    factor = np.where(left > _EXACT, 1 / np.sqrt(np.maximum(left, _EXACT)), 0.0)
    found: Floats = q @ (factor[:, None] * (q.T @ x))
    return found


def _satterthwaite(weighted: Floats, x: Floats, bread: Floats, starts: Longs) -> float:
    """(tr h)² / tr h² with h_gh = a_g'a_g [g = h] - (X_g'a_g)' M (X_h'a_h), a = A X M e_j."""
    own = np.add.reduceat(weighted**2, starts)
    crossed = np.add.reduceat(x * weighted[:, None], starts, axis=0)
    h = np.diag(own) - crossed @ bread @ crossed.T
    total = float(np.sum(h**2))
    return float(np.trace(h)) ** 2 / total if total > 0 else 0.0
