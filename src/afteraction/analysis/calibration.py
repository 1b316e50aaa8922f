"""How good probabilities are: do they tell wins from the rest, and do they mean what they say.

Every measure takes weights (how many deals each stands for) and comes with a 95 % interval from its influence
function, deals being independent.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats, Places

_Z: Final = 1.959963984540054
BANDS: Final = 10
_EDGE: Final = 1e-6


@dataclass(frozen=True)
class Measured:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Band:
    """Deals of similar probability: `n` ended ones, what was predicted on average, and the share won with interval."""

    n: int
    predicted: float
    won: Measured


@dataclass(frozen=True)
class Accuracy:
    """How good the probabilities of n ended deals are, of which `won` were won.

    `auc`: how often a won deal had a higher one than a deal not won (0.5 is chance). `brier` and `log_loss`: mean
    squared error and mean surprise, lower is better. `slope` 1 and `intercept` 0 are perfect calibration; a slope
    below 1 means too bold, an intercept above 0 that more is won than predicted. `curve` are BANDS bands.
    """

    n: int
    won: int
    auc: Measured
    brier: Measured
    log_loss: Measured
    intercept: Measured
    slope: Measured
    curve: tuple[Band, ...]


def accuracy(probability: Floats, won: Flags, weight: Floats, deal: Places | None = None) -> Accuracy:
    """The accuracy of probabilities (n) of deals that ended (weight > 0). There must be both wins and others.

    `deal` numbers the deals where one may come more than once (at each stage, say): intervals then allow for that.
    """
    ended = weight > 0
    p, y, w = np.clip(probability[ended], _EDGE, 1 - _EDGE), won[ended].astype(float), weight[ended]
    same = None if deal is None else np.unique(deal[ended], return_inverse=True)[1]
    intercept, slope = _recalibration(p, y, w, same)
    return Accuracy(
        n=len(p),
        won=int(y.sum()),
        auc=_auc(p, y, w, same),
        brier=_mean((p - y) ** 2, w, same),
        log_loss=_mean(-np.where(y > 0, np.log(p), np.log1p(-p)), w, same),
        intercept=intercept,
        slope=slope,
        curve=_curve(p, y, w),
    )


def brier_gain(probability: Floats, other: Floats, won: Flags, weight: Floats, deal: Places | None = None) -> Measured:
    """By how much the first has the lower Brier score, on the same predictions (a paired difference)."""
    ended = weight > 0
    y = won[ended].astype(float)
    same = None if deal is None else np.unique(deal[ended], return_inverse=True)[1]
    return _mean((other[ended] - y) ** 2 - (probability[ended] - y) ** 2, weight[ended], same)


def area_under_curve(value: Floats, won: Floats, weight: Floats) -> float:
    """How often a won deal has the higher value, ties half. There must be both wins and others."""
    return float(np.sum(weight * won * _placed(value, weight * (1 - won))) / np.sum(weight * won))


def _half(influence: Floats, same: Places | None) -> float:
    """Half a 95 % interval, from what every row (or all rows of a deal together) contributes."""
    total = influence if same is None else np.bincount(same, influence)
    return _Z * float(np.sqrt(np.sum(total**2)))


def _mean(values: Floats, weight: Floats, same: Places | None) -> Measured:
    mean = float(np.average(values, weights=weight))
    half = _half(weight * (values - mean) / np.sum(weight), same)
    return Measured(mean, mean - half, mean + half)


def _auc(p: Floats, y: Floats, w: Floats, same: Places | None) -> Measured:
    """Weighted area under the curve; its variance from the placements (DeLong, DeLong & Clarke-Pearson 1988).

    The interval is taken on the logit scale, so that it stays within 0 and 1 (Pepe 2003, sec. 5.2.2).
    """
    up, down = w * y, w * (1 - y)
    area = area_under_curve(p, y, w)
    influence = up / np.sum(up) * (_placed(p, down) - area) + down / np.sum(down) * (_placed(-p, up) - area)
    inside = min(max(area, _EDGE), 1 - _EDGE)
    half = _half(influence, same) / (inside * (1 - inside))
    return Measured(area, float(expit(logit(inside) - half)), float(expit(logit(inside) + half)))


def _placed(p: Floats, weight: Floats) -> Floats:
    """For each value the weight of those below it, ties half, as a share of all weight."""
    order = np.argsort(p, kind="stable")
    values, first = np.unique(p[order], return_index=True)
    sums = np.add.reduceat(weight[order], first)
    below = np.cumsum(sums) - sums / 2
    return np.asarray(below[np.searchsorted(values, p)] / np.sum(weight))


def _recalibration(p: Floats, y: Floats, w: Floats, same: Places | None) -> tuple[Measured, Measured]:
    """Intercept (with slope 1) and slope of logit P(won) on logit p (Cox 1958; Van Calster et al. 2016)."""
    score = logit(p)
    ones = np.ones((len(p), 1))
    slope = np.hstack([ones, score[:, None]])
    return _fitted(ones, y, w, score, same)[0], _fitted(slope, y, w, np.zeros(len(p)), same)[1]


def _fitted(z: Floats, y: Floats, w: Floats, offset: Floats, same: Places | None) -> list[Measured]:
    """Coefficients of a small logistic regression with sandwich intervals."""
    beta = np.zeros(z.shape[1])
    for _step in range(25):
        fitted = expit(offset + z @ beta)
        hessian = (z * (w * fitted * (1 - fitted))[:, None]).T @ z + 1e-9 * np.eye(z.shape[1])
        change = np.clip(np.linalg.solve(hessian, z.T @ (w * (y - fitted))), -2.0, 2.0)
        beta = beta + change
        if np.max(np.abs(change)) < 1e-8:
            break
    influence = (z * (w * (y - fitted))[:, None]) @ np.linalg.inv(hessian)
    halves = [_half(column, same) for column in influence.T]
    return [Measured(float(b), float(b - h), float(b + h)) for b, h in zip(beta, halves, strict=True)]


def _curve(p: Floats, y: Floats, w: Floats) -> tuple[Band, ...]:
    """Bands of equal weight by probability; shares with Wilson intervals for the effective number of deals."""
    order = np.argsort(p, kind="stable")
    place = (np.cumsum(w[order]) - w[order] / 2) / np.sum(w)
    bands = []
    for band in np.split(order, np.searchsorted(place, np.arange(1, BANDS) / BANDS)):
        if len(band):
            mean = float(np.average(y[band], weights=w[band]))
            effective = float(np.sum(w[band]) ** 2 / np.sum(w[band] ** 2))
            bands.append(Band(len(band), float(np.average(p[band], weights=w[band])), wilson(mean, effective)))
    return tuple(bands)


def wilson(share: float, n: float) -> Measured:
    """A share with its interval as in `intervals.rate`, for a number of deals that need not be whole."""
    z2 = _Z * _Z
    middle = (share * n + z2 / 2) / (n + z2)
    half = _Z / (n + z2) * float(np.sqrt(n * share * (1 - share) + z2 / 4))
    return Measured(share, max(middle - half, 0.0), min(middle + half, 1.0))
