"""Outcomes that come late: won within so many days of being assigned, known without favouring what ends early.

A deal that has ended is known early, one that goes on is not. Counting what has ended so far counts wins that come
fast and leaves out the deals that will still be lost, or the other way round: an arm that only speeds deals up looks
better, until everything is known. So a deal counts from the day its horizon has passed, whenever it ended; or all are
watched from the start and the share won by the horizon is that of Aalen & Johansen, which needs ends to be independent
of when the deal was assigned.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.aalen_johansen import cumulative_incidence
from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.confidence_sequence import Look
from afteraction.errors import NotEnoughData

FEWEST_AT_RISK: Final = 10
"""Deals of an arm that must have been watched up to the horizon before a share by then is given."""
_OTHER_END: Final = 1


@dataclass(frozen=True)
class Assigned:
    """n deals of a trial, times in days since any one day.

    `at` is when each was assigned, `treated` whether to the new arm; `ended` when it was won, lost or given up, NaN
    while it is open, and `won` how.
    """

    at: Floats
    treated: Flags
    ended: Floats
    won: Flags


def matured(deals: Assigned, horizon: float, now: float) -> tuple[Flags, Flags]:
    """Which deals count `now`, and which of all n were won within `horizon` days of being assigned.

    A deal counts once horizon days have passed, even where it ended before. `won` is meaningless where it does not.
    """
    counts = deals.at + horizon <= now
    with np.errstate(invalid="ignore"):
        won = deals.won & (deals.ended <= np.minimum(deals.at + horizon, now))
    return counts, won


def share_won_by(deals: Assigned, horizon: float, now: float) -> Look | NotEnoughData:
    """The difference, new less old, of the shares won within `horizon` days, with all that is known `now`.

    Each arm's share is the cumulative incidence of winning, its variance the delta method's (`cumulative_incidence`).
    Refused until FEWEST_AT_RISK deals of each arm have been watched to the horizon.
    """
    began = deals.at <= now
    with np.errstate(invalid="ignore"):
        ended = began & (deals.ended <= now)
    time = np.where(ended, deals.ended, now) - deals.at
    cause = np.where(ended, np.where(deals.won, 0, _OTHER_END), -1).astype(np.int32)
    shares, variance = [], 0.0
    for name, side in (("new", deals.treated), ("old", ~deals.treated)):
        rows = began & side
        watched = int(np.sum(rows & (deals.at + horizon <= now)))
        share, own = _share(time[rows], cause[rows], horizon) if watched >= FEWEST_AT_RISK else (0.0, 0.0)
        if own <= 0:
            return NotEnoughData(
                f"{watched} deals of the {name} arm have been watched for {horizon:g} days, "
                "or all of them came to the same end",
                f"at least {FEWEST_AT_RISK} of each arm, some won and some not",
            )
        shares.append(share)
        variance += own
    return Look(shares[0] - shares[1], float(np.sqrt(variance)))


def _share(time: Floats, cause: Ints, horizon: float) -> tuple[float, float]:
    """The share won by the horizon, and its variance."""
    curve = cumulative_incidence(time, cause, 2)
    place = int(np.searchsorted(curve.time, horizon, side="right")) - 1
    return (float(curve.share[place, 0]), float(curve.variance[place, 0])) if place >= 0 else (0.0, 0.0)
