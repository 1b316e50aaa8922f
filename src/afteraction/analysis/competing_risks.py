"""When deals are won, lost, or fade away, as three ends that compete; and in which stage they stand still."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.aalen_johansen import Band, band, cumulative_incidence
from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.calibration import wilson
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import starts
from afteraction.errors import NotEnoughData
from afteraction.lake.schema import ENDED
from afteraction.process.model import Process

FEWEST: Final = 25
"""Ended deals of a group below which no curve is drawn."""
_AT_RISK: Final = 10
"""A curve ends where fewer deals than this are still watched: what comes after rests on a handful."""
_POINTS: Final = 60
CREATED: Final = "created"
STALL_DAYS: Final = (7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0)


@dataclass(frozen=True)
class TimeToEnd:
    """What had come of deals so many `days` after their start, as shares from 0 to 1 with 95 % intervals.

    `since` is CREATED (or else the first event), or the stage that was entered. Of `n` deals `ended` have; `at_risk`
    are watched on each day. `won`, `lost`, `no_decision` and `open` add up to 1 on every day.
    """

    since: str
    segment: str | None
    n: int
    ended: int
    days: Floats
    at_risk: Floats
    won: Band
    lost: Band
    no_decision: Band
    open: Band


@dataclass(frozen=True)
class Stall:
    """The share of the deals that entered a stage that is still in it so many days later, with its 95 % interval.

    `n` deals are known to be. `won` is the share of them that is won in the end, open ones weighted for, with its
    interval; all three are None where fewer than FEWEST of them have ended.
    """

    stage: str
    days: float
    n: int
    share: float
    low: float
    high: float
    won: float | None = None
    won_low: float | None = None
    won_high: float | None = None


@dataclass(frozen=True)
class CompetingRisks:
    """Time to the end over all deals, by segment and since each stage; `stalls` are stage by stage, day by day."""

    overall: TimeToEnd
    by_segment: tuple[TimeToEnd, ...]
    by_stage: tuple[TimeToEnd, ...]
    stalls: tuple[Stall, ...]

    def worst(self, days: float) -> Stall | None:
        """Where most of those that came are still standing after so many of STALL_DAYS."""
        return max((stall for stall in self.stalls if stall.days == days), key=lambda stall: stall.share, default=None)


def competing_risks(frame: DealFrame, process: Process) -> CompetingRisks | NotEnoughData:
    """Cumulative incidence of winning, losing and fading away. Deals are taken as independent.

    Assumes that deals which are still open behave as those of the same age that have ended (independent censoring).
    A deal whose start or end is not on record, or that ends before it starts, is left out.
    """
    everyone, start = np.ones(len(frame), dtype=np.bool_), starts(frame)
    overall = _time_to_end(frame, start, everyone, CREATED, None)
    if overall is None:
        return NotEnoughData(
            "too few deals have ended whose start is on record", f"{FEWEST} ended deals with both dates"
        )
    of_segments = []
    if segments := frame.categories.get(SEGMENT):
        for code, name in enumerate(segments.levels):
            of_segments.append(_time_to_end(frame, start, segments.codes == code, CREATED, name))
    of_stages = [
        _time_to_end(frame, frame.entered[:, place], everyone, stage, None)
        for place, stage in enumerate(process.stages)
    ]
    return CompetingRisks(
        overall,
        tuple(each for each in of_segments if each is not None),
        tuple(each for each in of_stages if each is not None),
        tuple(stall for place, stage in enumerate(process.stages) for stall in _stalls(frame, place, stage)),
    )


def _time_to_end(frame: DealFrame, start: Floats, chosen: Flags, since: str, segment: str | None) -> TimeToEnd | None:
    rows, time, cause = _watched(frame, start, chosen)
    if np.count_nonzero(cause >= 0) < FEWEST:
        return None
    found = cumulative_incidence(time, cause, len(ENDED))
    days = np.linspace(0.0, _horizon(time), _POINTS + 1)
    ends = {name: band(found, found.share[:, k], found.variance[:, k], 0.0, days) for k, name in enumerate(ENDED)}
    going_on = band(found, found.remaining, found.remaining_variance, 1.0, days)
    at_risk = len(rows) - np.searchsorted(np.sort(time), days, side="left").astype(np.float64)
    return TimeToEnd(since, segment, len(rows), int(np.count_nonzero(cause >= 0)), days, at_risk, open=going_on, **ends)


def _watched(frame: DealFrame, start: Floats, chosen: Flags) -> tuple[Ints, Floats, Ints]:
    """Which deals can be followed from a start, how long, and how they ended (a place in ENDED, -1 for still open)."""
    end = np.where(frame.open, frame.end, frame.closed)
    rows = np.flatnonzero(chosen & (end >= start)).astype(np.int32)
    return rows, end[rows] - start[rows], outcomes(frame)[rows]


def outcomes(frame: DealFrame) -> Ints:
    """How each deal ended: a place in ENDED, -1 for still open."""
    places = [ENDED.index(level) if level in ENDED else -1 for level in frame.outcome.levels]
    return np.array([*places, -1], dtype=np.int32)[frame.outcome.codes]


def _horizon(time: Floats) -> float:
    return float(np.partition(time, -_AT_RISK)[-_AT_RISK]) if len(time) >= _AT_RISK else float(time.max(initial=0.0))


def _stalls(frame: DealFrame, place: int, stage: str) -> list[Stall]:
    """How many deals are still in a stage, day by day; leaving it for a later one and ending are both ways out."""
    entered = frame.entered[:, place]
    moved = np.fmin.reduce(frame.entered[:, place + 1 :], axis=1, initial=np.inf)
    out = np.fmin(np.where(moved >= entered, moved, np.inf), np.where(frame.open, np.inf, frame.closed))
    until = np.fmin(out, frame.end)
    known = until >= entered
    stay, left = (until - entered)[known], np.where(np.isfinite(out[known]), 0, -1).astype(np.int32)
    if np.count_nonzero(left == 0) < FEWEST:
        return []
    found = cumulative_incidence(stay, left, 1)
    days = np.array([day for day in STALL_DAYS if np.count_nonzero(stay >= day) >= _AT_RISK])
    still = band(found, found.remaining, found.remaining_variance, 1.0, days)
    stalls = []
    for number, day in enumerate(days):
        there = known & (until - entered > day)
        won = _won_from(frame, entered + day, there)
        interval = (float(each[number]) for each in (still.share, still.low, still.high))
        stalls.append(Stall(stage, float(day), int(np.count_nonzero(there)), *interval, *won))
    return stalls


def _won_from(frame: DealFrame, start: Floats, chosen: Flags) -> tuple[float, float, float] | tuple[None, None, None]:
    """The chance that deals which are open at a start are won in the end, those that still are weighted for.

    The mean over the ended ones, each standing for 1 / G deals as in `ended_weights`, with Wilson's interval for the
    number of equally weighted deals that they are worth (Kish 1965). The curve alone, read where few are left to be
    watched, would count whoever is open then as not won.
    """
    rows, time, cause = _watched(frame, start, chosen)
    ended = cause >= 0
    if np.count_nonzero(ended) < FEWEST:
        return None, None, None
    weight = ended_weights(time, frame.end - start[rows], ended)
    total = float(np.sum(weight))
    won = wilson(float(np.sum(weight[cause == ENDED.index("won")])) / total, total**2 / float(np.sum(weight**2)))
    return won.value, won.low, won.high
