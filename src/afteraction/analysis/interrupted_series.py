"""Everyone changed at once: how the course of a share went on from the day of the change. A description, no more.

Segmented regression (Wagner, Soumerai, Zhang & Ross-Degnan 2002, J. Clin. Pharm. Ther. 27:299): a level and a slope
before, a step and another slope after. Nobody is left to compare with, so whatever else happened on that day is in it.
Errors hang together from one period to the next (Newey & West 1987, Econometrica 55:703).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Floats
from afteraction.errors import NotEnoughData

FEWEST: Final = 6
"""Periods on each side below which a course is no course."""
_TERMS: Final = 4


@dataclass(frozen=True)
class Interrupted:
    """The step at the change with its 95 % interval, and both courses.

    `shares`, `course` and `expected` (periods): as it was, as the lines have it, and as the line of before goes on;
    NaN in periods without deals.
    """

    step: float
    low: float
    high: float
    shares: Floats
    course: Floats
    expected: Floats
    deals: int


def interrupted_series(deals: Floats, total: Floats, change: int) -> Interrupted | NotEnoughData:
    """The step at period `change`, from the deals that count in each period and the totals of their outcomes."""
    known = deals > 0
    sides = [int(known[:change].sum()), int(known[change:].sum())]
    if min(sides) < FEWEST:
        return NotEnoughData(
            f"{sides[0]} periods with deals before the change and {sides[1]} after it",
            f"at least {FEWEST} on each side",
        )
    time = np.arange(len(deals)) - change
    after = time >= 0
    x = np.column_stack([np.ones(len(deals)), time, after, time * after])
    shares = np.where(known, total / np.where(known, deals, 1.0), np.nan)
    w, z, y = deals[known], x[known], shares[known]
    bread = np.linalg.inv(z.T @ (w[:, None] * z))
    slope = bread @ (z.T @ (w * y))
    scores = z * (w * (y - z @ slope))[:, None]
    n = len(y)
    lags = int(np.floor(4 * (n / 100) ** (2 / 9)))
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    variance = bread @ meat @ bread * n / (n - _TERMS)
    half = float(scipy.stats.t.ppf(0.975, n - _TERMS)) * float(np.sqrt(max(variance[2, 2], 0.0)))
    step = float(slope[2])
    expected = slope[0] + slope[1] * time
    return Interrupted(step, step - half, step + half, shares, x @ slope, expected, int(deals.sum()))
