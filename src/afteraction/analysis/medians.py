"""The median of independent values with an interval that holds for any distribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Floats

_MISSED: Final = 0.025


@dataclass(frozen=True)
class Median:
    """The median of `n` values and its exact 95 % interval; `low` and `high` are None with five values or fewer, which
    are too few for any interval to be right 95 times of 100."""

    value: float
    low: float | None
    high: float | None
    n: int


def median(values: Sequence[float] | Floats) -> Median | None:
    """The median, between the order statistics that hold the true one at least 95 times of 100; None of no values.

    The number of values below the true median is binomial with 1/2, so that the r-th smallest and the r-th largest
    leave out 2 P(B < r) at most (Thompson 1936; Hahn & Meeker 1991, sec. 5.2). Ties make it wider than needed only.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    if not n:
        return None
    # The largest r with P(B <= r - 1) <= 2.5 %; ppf is the smallest number whose cumulated chance reaches that.
    r = int(scipy.stats.binom.ppf(_MISSED, n, 0.5))
    if scipy.stats.binom.cdf(r, n, 0.5) <= _MISSED:
        r += 1
    middle = float(np.median(ordered))
    return Median(middle, float(ordered[r - 1]), float(ordered[n - r]), n) if r else Median(middle, None, None, n)
