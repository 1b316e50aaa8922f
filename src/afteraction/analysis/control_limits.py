"""How far a win rate strays by chance alone: the control limits of a funnel plot."""

import numpy as np
from scipy.stats import binom

from afteraction.analysis.arrays import Floats, Ints


def control_limits(rate: float, deals: Ints, outside: float) -> tuple[Floats, Floats]:
    """The lower and the upper limit of the share won (k each) of so many deals (k), each won with chance `rate`.

    By chance alone the share is beyond them `outside` of the time, half of it on either side. Limits of the binomial
    distribution, interpolated between whole numbers of wins (Spiegelhalter 2005, Statist. Med. 24:1185, app. A.1.1).
    Deals of unequal chances with this mean stray a little less, so that the limits are then slightly wide.
    """
    return _limit(rate, deals, outside / 2), _limit(rate, deals, 1 - outside / 2)


def _limit(rate: float, deals: Ints, level: float) -> Floats:
    wins = binom.ppf(level, deals, rate)
    above, below = binom.cdf(wins, deals, rate), binom.cdf(wins - 1, deals, rate)
    steps = above - below
    part = np.divide(above - level, steps, out=np.zeros(len(deals)), where=steps > 0)
    return np.asarray(np.clip((wins - part) / deals, 0.0, 1.0))
