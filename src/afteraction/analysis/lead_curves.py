"""When leads are won, become deals, or die: ends that compete, young leads being censored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from afteraction.analysis.aalen_johansen import Incidence, band, cumulative_incidence
from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.calibration import Measured
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.settled import weighted_quantile

HORIZONS: Final = (30.0, 90.0, 180.0, 365.0)
"""Days after a lead came in at which is told what had become of it."""
WATCHED: Final = 10
"""Leads that must have been watched for so long before anything is told of that age."""
MOST_OF_IT: Final = 0.9
"""The share of all wins that has come by the age at which leads are judged."""
Of = Literal["won", "deal"]


@dataclass(frozen=True)
class Curves:
    """What has come of some leads by each day: the share that reached the goal, and the share that died before."""

    incidence: Incidence
    follow_up: Floats

    def watched(self, days: float) -> int:
        """How many of the leads came in at least so long before the end of the record."""
        return int(np.sum(self.follow_up >= days))

    def reached(self, days: Floats) -> list[Measured]:
        """The share that had reached the goal, with 95 % intervals."""
        return self._read(0, days)

    def died(self, days: Floats) -> list[Measured]:
        """The share that had died without reaching it."""
        return self._read(1, days)

    def _read(self, k: int, days: Floats) -> list[Measured]:
        found = self.incidence
        if not len(found.time):
            # Nothing has come of any: as many as were watched so long, and none of them.
            upper = [min(_Z2 / (max(self.watched(day), 1) + _Z2), 1.0) for day in days]
            return [Measured(0.0, 0.0, high) for high in upper]
        read = band(found, found.share[:, k], found.variance[:, k], 0.0, days)
        values = zip(read.share, read.low, read.high, strict=True)
        return [Measured(float(value), float(low), float(high)) for value, low, high in values]


_Z2: Final = 1.959963984540054**2


def ends(frame: LeadFrame, of: Of) -> tuple[Floats, Ints]:
    """How many days each lead was watched until it ended, and how: 0 goal reached, 1 dead before, -1 neither yet."""
    goal = frame.won if of == "won" else frame.converted
    dead = np.where(np.isnan(goal), frame.dead, np.nan)
    cause = np.where(~np.isnan(goal), 0, np.where(~np.isnan(dead), 1, -1)).astype(np.int32)
    end = np.where(cause == 0, goal, np.where(cause == 1, dead, frame.end))
    return np.maximum(end - frame.created, 0.0), cause


def curves(frame: LeadFrame, of: Of, rows: Ints | Flags | None = None) -> Curves:
    """The curves of some leads of a frame (all without `rows`), by Aalen & Johansen (1978)."""
    time, cause = ends(frame, of)
    follow_up = frame.follow_up
    if rows is not None:
        time, cause, follow_up = time[rows], cause[rows], follow_up[rows]
    return Curves(cumulative_incidence(time, cause, 2), follow_up)


def told_horizons(frame: LeadFrame, horizons: Sequence[float] = HORIZONS) -> list[float]:
    """Those ages that enough leads of a frame have reached."""
    return [each for each in horizons if int(np.sum(frame.follow_up >= each)) >= WATCHED]


def judging_age(frame: LeadFrame, of: Of, horizons: Sequence[float] = HORIZONS) -> float | None:
    """The age at which leads are judged: by which MOST_OF_IT of what comes has come, as far as half of them are as old.

    None where not even the first of the horizons has been reached by half of the leads.
    """
    reached = [each for each in horizons if np.mean(frame.follow_up >= each) >= 0.5]
    if not reached:
        return None
    time, cause = ends(frame, of)
    came = cause == 0
    if not came.any():
        return reached[-1]
    weight = ended_weights(time, frame.follow_up, came)
    most = weighted_quantile(time[came], weight[came], MOST_OF_IT)
    return next((each for each in reached if each >= most), reached[-1])
