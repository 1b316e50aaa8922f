"""How often each of several ends has come by each day, when some deals have not ended yet."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats, Ints

_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Incidence:
    """At each of m times at which something ended: what had come of a deal by then.

    `at_risk` (m) were still going on just before. `remaining` (m) is the share that goes on after it, `share` (m × k)
    the share that had ended in each of the k ways; the variances are those of the estimates.
    """

    time: Floats
    at_risk: Floats
    remaining: Floats
    remaining_variance: Floats
    share: Floats
    variance: Floats


@dataclass(frozen=True)
class Band:
    """Shares at some times with their pointwise 95 % intervals."""

    share: Floats
    low: Floats
    high: Floats


def cumulative_incidence(time: Floats, cause: Ints, causes: int) -> Incidence:
    """The Aalen-Johansen estimator; n deals, `cause` numbers their ends from 0, -1 where they go on after `time`.

    F_k(t) = Σ S(t_j-) d_kj / n_j over the times up to t (Aalen & Johansen 1978), S that of Kaplan & Meier with
    Greenwood's variance. The variance of F_k is the delta method's (Dinse & Larson 1986; Choudhury 2002, eq. 7):
    Σ [(F - F_j)² d_j / (n_j (n_j - d_j)) + S_j-² d_kj (n_j - d_kj) / n_j³ - 2 (F - F_j) S_j- d_kj / n_j²].
    One sort, then linear in n.
    """
    times, place = np.unique(time, return_inverse=True)
    m = len(times)
    ended = np.column_stack([np.bincount(place[cause == k], minlength=m) for k in range(causes)]).astype(np.float64)
    at_risk = len(time) - np.concatenate([[0], np.cumsum(np.bincount(place, minlength=m))[:-1]]).astype(np.float64)
    happened = ended.sum(axis=1) > 0
    times, ended, at_risk = times[happened], ended[happened], at_risk[happened]
    total = ended.sum(axis=1)
    remaining = np.cumprod(1 - total / at_risk)
    before = np.concatenate([[1.0], remaining[:-1]])
    share = np.cumsum(before[:, None] * ended / at_risk[:, None], axis=0)
    # Where all that are at risk end, nothing comes after: the term only ever meets F - F_j = 0.
    left = at_risk - total
    greenwood = np.divide(total, at_risk * left, out=np.zeros(len(total)), where=left > 0)
    return Incidence(
        times,
        at_risk,
        remaining,
        remaining**2 * np.cumsum(greenwood),
        share,
        _variance(share, before, ended, at_risk, greenwood),
    )


def _variance(share: Floats, before: Floats, ended: Floats, at_risk: Floats, greenwood: Floats) -> Floats:
    """The three sums with F(t) taken out of them, so that each is one running total."""
    n = at_risk[:, None]
    own = before[:, None] ** 2 * ended * (n - ended) / n**3
    crossed = before[:, None] * ended / n**2
    spread = greenwood[:, None]

    def so_far(terms: Floats) -> Floats:
        return np.cumsum(terms, axis=0)

    squared = share**2 * so_far(spread) - 2 * share * so_far(spread * share) + so_far(spread * share**2)
    found: Floats = squared + so_far(own) - 2 * (share * so_far(crossed) - so_far(crossed * share))
    return np.maximum(found, 0.0)


def band(incidence: Incidence, share: Floats, variance: Floats, at_start: float, at: Floats) -> Band:
    """A curve of an incidence read at some times, which come after all that are at risk are counted.

    `share` and `variance` (m) are the curve's, `at_start` its value before the first time. The intervals are symmetric
    for log(-log F) (Kalbfleisch & Prentice 2002, sec. 1.4); where F is 0 or 1 they are Wilson's for as many as it is
    known of by then: those that have ended, in whatever way, and those that still go on.
    """
    place = np.searchsorted(incidence.time, at, side="right")
    value = np.concatenate([[at_start], share])[place]
    error = np.sqrt(np.concatenate([[0.0], variance])[place])
    inside = (value > 1e-12) & (value < 1 - 1e-12)
    log = np.log(np.where(inside, value, 0.5))
    # At the very last time the spread may be 0, and the interval is the point.
    width = _Z * error / np.abs(log) / np.where(inside, value, 0.5)
    low, high = np.exp(log * np.exp(width)), np.exp(log * np.exp(-width))
    beyond = _Z**2 / (_known(incidence)[place] + _Z**2)
    low = np.where(inside, low, np.where(value > 0.5, 1 - beyond, 0.0))
    high = np.where(inside, high, np.where(value > 0.5, 1.0, beyond))
    return Band(value, low, high)


def _known(incidence: Incidence) -> Floats:
    """How many ended or still go on, before the first of the m times and after each of them: m + 1, at least 1."""
    if not len(incidence.time):
        return np.ones(1)
    before = np.concatenate([[1.0], incidence.remaining[:-1]])
    ended = incidence.at_risk * (1 - incidence.remaining / before)
    going_on = np.append(incidence.at_risk, incidence.at_risk[-1] - ended[-1])
    known: Floats = np.maximum(np.concatenate([[0.0], np.cumsum(ended)]) + going_on, 1.0)
    return known
