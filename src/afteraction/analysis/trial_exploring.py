"""Looks outside of the protocol: other measures and parts of the deals, each as if it were the only look at all.

Whoever looks at enough of them finds something by chance. They are to think with, never to decide by.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arm_difference import of_means, of_shares
from afteraction.analysis.arrays import Floats
from afteraction.analysis.cluster_inference import clustered_difference
from afteraction.analysis.confidence_sequence import Interval, Look
from afteraction.analysis.trial_measures import Outcome, TrialDeals, measured
from afteraction.analysis.trial_plan import TrialPlan
from afteraction.errors import NotEnoughData

_SIDE: Final = 0.975
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Explored:
    """A difference, new less old, with its plain 95 % interval of this look alone, and the deals and means of both."""

    interval: Interval | NotEnoughData
    deals: tuple[int, int]
    means: tuple[float | None, float | None]


def explore(plan: TrialPlan, outcome: Outcome, deals: TrialDeals, now: float) -> Explored:
    """One measure of some deals on day `now`; of units with cluster-robust errors, which few units make wide."""
    found = measured(outcome, deals, now)
    y, new = found.value[found.counts], deals.new[found.counts]
    sides = [np.abs(y[side]) for side in (~new, new)]
    return Explored(
        _interval(plan, outcome, y, deals.only(found.counts)),
        (len(sides[0]), len(sides[1])),
        (_mean(sides[0]), _mean(sides[1])),
    )


def _interval(plan: TrialPlan, outcome: Outcome, y: Floats, deals: TrialDeals) -> Interval | NotEnoughData:
    if len(y) == 0 or deals.new.all() or not deals.new.any():
        return NotEnoughData("no deal counts in one of the arms", "deals of both whose horizon has passed")
    look: Look | NotEnoughData = of_shares(y > 0, deals.new) if outcome.share else of_means(y, deals.new)
    if plan.units and isinstance(look, Look):
        look = clustered_difference(y, deals.new, deals.unit)
    if isinstance(look, NotEnoughData):
        return look
    quantile = float(scipy.stats.t.ppf(_SIDE, look.freedom)) if np.isfinite(look.freedom) else _NORMAL.inv_cdf(_SIDE)
    return Interval(look.value, look.value - quantile * look.error, look.value + quantile * look.error)


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None
