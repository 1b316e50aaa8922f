"""Whether a score still fits: are the newest leads of another kind, and does what it promises still come."""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import scipy
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.calibration import Measured, wilson

ALPHA: Final = 0.05
TOLERANCE: Final = 0.2
"""Logits by which a score may be off all along without an alarm: odds of 1.22 to 1, a chance of 10 % being 12 %."""
_SHIFTS: Final = (0.2, 0.4, 0.8, 1.6)
"""Shifts beyond the tolerance that are bet on, in logits."""
_BANDS: Final = 10
_EDGE: Final = 1e-6


@dataclass(frozen=True)
class Stability:
    """How far the chances of newer leads are spread otherwise than those of the leads that the score learned from.

    `psi` is the population stability index over bands of the earlier chances; `true` what it is without the noise of
    small numbers, with its 95 % interval; `by_chance` what it reaches in one of twenty cases when nothing has changed,
    `p` how often chance alone makes it this large. By custom below 0.1 is stable and above 0.25 another population.
    """

    earlier: int
    newer: int
    psi: float
    true: Measured
    by_chance: float
    p: float


@dataclass(frozen=True)
class Watch:
    """Promises held against what came, lead by lead, in the order in which it became known.

    Of `n` leads `expected` were promised to be won and `came` were; `ratio` is came / expected with its interval.
    `evidence` (n) is how many times better a score that is off by more than the tolerance tells what came; an `alarm`
    is the number of leads after which it was first 1 / alpha: a score that stays within the tolerance ever raises one
    with probability alpha at most, however often one looks. `too_high` says whether the promises were too high.
    """

    n: int
    came: int
    expected: float
    ratio: Measured | None
    evidence: Floats = field(repr=False)
    alarm: int | None
    too_high: bool | None
    alpha: float


def stability(earlier: Floats, newer: Floats) -> Stability | None:
    """Compare two sets of chances; None where one has fewer leads than bands.

    PSI = Σ (q - p) ln(q / p). With n and m leads, PSI n m / (n + m) is about chi-squared with (bands - 1) degrees of
    freedom when nothing has changed (Yurdakul & Naranjo 2020, J. Risk Model Valid. 14:4), and non-central otherwise,
    from which the interval.
    """
    n, m = len(earlier), len(newer)
    edges = np.unique(np.quantile(earlier, np.arange(1, _BANDS) / _BANDS)) if n else np.zeros(0)
    bands = len(edges) + 1
    if min(n, m) < _BANDS or bands < 2:
        return None
    p, q = (_shares(each, edges) for each in (earlier, newer))
    psi = float(np.sum((q - p) * np.log(q / p)))
    scale, freedom = n * m / (n + m), bands - 1
    statistic = psi * scale
    low, high = (_noncentrality(statistic, freedom, level) / scale for level in (0.975, 0.025))
    true = Measured(max(statistic - freedom, 0.0) / scale, low, high)
    return Stability(
        n,
        m,
        psi,
        true,
        float(scipy.stats.chi2.ppf(1 - ALPHA, freedom)) / scale,
        float(scipy.stats.chi2.sf(statistic, freedom)),
    )


def _shares(values: Floats, edges: Floats) -> Floats:
    """The share in each band; half a lead more in each, so that none is empty."""
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1) + 0.5
    return np.asarray(counts / counts.sum())


def _noncentrality(statistic: float, freedom: int, level: float) -> float:
    """The non-centrality at which so large a statistic, or a smaller one, has this probability; 0 where none has."""
    if scipy.stats.chi2.cdf(statistic, freedom) <= level:
        return 0.0
    top = statistic + 20 * math.sqrt(statistic + freedom) + 100
    return float(scipy.optimize.brentq(lambda nc: scipy.stats.ncx2.cdf(statistic, freedom, nc) - level, 1e-9, top))


def watch(chance: Floats, won: Flags, alpha: float = ALPHA, tolerance: float = TOLERANCE) -> Watch:
    """Hold chances (n) against what came (n), in the order in which it became known.

    For each shift beyond the tolerance the likelihood ratio of the shifted chances to those at the tolerance's edge is
    a supermartingale as long as the true chances lie within it, and so is the mean over the shifts (Ville 1939; Ramdas,
    Grünwald, Vovk & Shafer 2023, Stat. Sci. 38:576): it exceeds 1 / alpha ever with probability alpha at most.
    """
    p = np.clip(chance, _EDGE, 1 - _EDGE)
    score = logit(p)
    sides = []
    for side in (1.0, -1.0):
        edge = expit(score + side * tolerance)
        bets = [_log_ratio(expit(score + side * (tolerance + shift)), edge, won) for shift in _SHIFTS]
        sides.append(np.logaddexp.reduce([np.cumsum(each) for each in bets], axis=0) - math.log(2 * len(_SHIFTS)))
    both = np.logaddexp(sides[0], sides[1])
    beyond = np.flatnonzero(both >= -math.log(alpha))
    alarm = int(beyond[0]) + 1 if len(beyond) else None
    came, expected = int(won.sum()), float(p.sum())
    return Watch(
        n=len(p),
        came=came,
        expected=expected,
        ratio=_ratio(came, expected, len(p)),
        evidence=np.exp(np.minimum(both, 700.0)),
        alarm=alarm,
        too_high=None if alarm is None else bool(sides[1][alarm - 1] > sides[0][alarm - 1]),
        alpha=alpha,
    )


def _log_ratio(one: Floats, other: Floats, won: Flags) -> Floats:
    return np.where(won, np.log(one / other), np.log((1 - one) / (1 - other)))


def _ratio(came: int, expected: float, n: int) -> Measured | None:
    if not n or expected <= 0:
        return None
    share = wilson(came / n, n)
    return Measured(came / expected, share.low * n / expected, share.high * n / expected)
