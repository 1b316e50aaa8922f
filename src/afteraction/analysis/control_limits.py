"""How far a figure strays by chance alone: the limits of a funnel plot, and those of a run of weeks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Ints

_OF_MOVING_RANGE: Final = 2.66
"""3 / 1.128: three standard deviations, told from the mean distance of neighbours."""
_RUN: Final = 8
"""So many in a row on one side of the middle are no chance (Nelson 1984, J. Qual. Technol. 16:237, rule 2)."""


@dataclass(frozen=True)
class Steadiness:
    """A run of counts: its middle, its limits, and which of them (n) no chance explains."""

    middle: float
    low: float
    high: float
    unusual: Flags


def steadiness(counts: Floats) -> Steadiness:
    """The limits within which a steady run of counts strays: the chart of individuals (Montgomery 2013, sec. 6.4).

    What happens less than once a time is mostly nought: runs on one side of its middle say nothing and do not count.
    Raises ValueError for fewer than eight counts.
    """
    if len(counts) < _RUN:
        raise ValueError(f"{len(counts)} counts are too few for limits: at least {_RUN}")
    middle = float(counts.mean())
    half = _OF_MOVING_RANGE * float(np.abs(np.diff(counts)).mean())
    low, high = max(middle - half, 0.0), middle + half
    side = np.sign(counts - middle)
    run = np.zeros(len(counts), dtype=np.int64)
    for place in range(len(counts)):
        same = place > 0 and side[place] and side[place] == side[place - 1]
        run[place] = run[place - 1] + 1 if same else 1
    return Steadiness(middle, low, high, (counts < low) | (counts > high) | ((run >= _RUN) & (middle >= 1)))


def control_limits(rate: float, deals: Ints, outside: float) -> tuple[Floats, Floats]:
    """The lower and the upper limit of the share won (k each) of so many deals (k), each won with chance `rate`.

    By chance alone the share is beyond them `outside` of the time, half of it on either side. Limits of the binomial
    distribution, interpolated between whole numbers of wins (Spiegelhalter 2005, Statist. Med. 24:1185, app. A.1.1).
    Deals of unequal chances with this mean stray a little less, so that the limits are then slightly wide.
    """
    return _limit(rate, deals, outside / 2), _limit(rate, deals, 1 - outside / 2)


def _limit(rate: float, deals: Ints, level: float) -> Floats:
    wins = scipy.stats.binom.ppf(level, deals, rate)
    above, below = scipy.stats.binom.cdf(wins, deals, rate), scipy.stats.binom.cdf(wins - 1, deals, rate)
    steps = above - below
    part = np.divide(above - level, steps, out=np.zeros(len(deals)), where=steps > 0)
    return np.asarray(np.clip((wins - part) / deals, 0.0, 1.0))
