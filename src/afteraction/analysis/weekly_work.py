"""What every rep did and won, week by week: what leading measures are found in.

Weeks are whole, from Monday, in UTC. What was done counts for the rep who owns the deal, and only on deals that were
still open when the week ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis
import numpy as np
from ibis import _

from afteraction.analysis.arrays import Floats, Ints, Longs
from afteraction.analysis.conduct import MEETING_WORDS
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.leading_measures import Cube, WeeklyWork
from afteraction.analysis.leaks import find_leaks
from afteraction.analysis.lifetimes import lifetimes
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

MEETINGS: Final = "meetings"
MESSAGES: Final = "messages"
BUYER_PEOPLE: Final = "buyer_people"
QUICK_ANSWERS: Final = "quick_answers"
NEW_DEALS: Final = "new_deals"
STEPS_IN_TIME: Final = "steps_in_time"
WORDS: Final[dict[str, str]] = {
    MEETINGS: "Meetings with the buyer",
    MESSAGES: "Calls, messages and other work",
    BUYER_PEOPLE: "New people of the buyer reached",
    QUICK_ANSWERS: "New deals answered within a day",
    NEW_DEALS: "New deals opened",
    STEPS_IN_TIME: "Key steps done in time",
}
SHORTEST, LONGEST = 4, 26
"""Bounds of the horizon in weeks."""
MOST_WEEKS: Final = 208
"""Older weeks say little of how a deal is won today."""
_MONDAY: Final = 4.0
"""1970-01-01 was a Thursday: days from it to the first Monday."""


@dataclass(frozen=True)
class DatedWork:
    """The work of reps, and the Monday on which its first week begins."""

    work: WeeklyWork
    first: np.datetime64


@dataclass(frozen=True)
class _Deals:
    """Deals with an owner: the rep's number, and the weeks in which each began and ended (or after the last: open)."""

    rep: Ints
    began: Ints
    ended: Ints
    won: Ints


def weekly_work(
    tables: Mapping[str, ibis.Table], log: EventLog, process: Process, frame: DealFrame
) -> DatedWork | NotEnoughData:
    """What every rep did on open deals, what they had open and what they won, in the last MOST_WEEKS whole weeks."""
    lives = lifetimes(tables, log).select("deal_no", "deal_id", "started_at", "ended_at").order_by("deal_no")
    rows = lives.to_pyarrow()
    started, ended = (_days(rows[name].to_numpy())[frame.deal_no] for name in ("started_at", "ended_at"))
    owned = (frame.owner.codes >= 0) & ~np.isnan(started)
    shift = _shift(frame)
    last = int(np.floor((frame.end + shift) / 7)) - 1 if owned.any() else -1
    first = max(int(np.floor(np.nanmin(np.where(owned, started, np.nan)) - _MONDAY) // 7) if owned.any() else 0, 0)
    origin_week = last - MOST_WEEKS + 1
    first = max(first, origin_week)
    if last < first:
        return NotEnoughData("no deal has an owner and dates", "deals with `owner`, `created_at` and `closed_at`")
    weeks = last - first + 1
    began = np.floor((started - _MONDAY) / 7) - first
    over = np.where(np.isnan(ended), np.inf, np.floor((ended - _MONDAY) / 7) - first)
    deals = _Deals(
        frame.owner.codes,
        np.where(owned, began, weeks).astype(np.int32),
        np.minimum(over, weeks).astype(np.int32),
        frame.won.astype(np.int32),
    )
    activity = np.zeros((len(frame.owner.levels), weeks, len(WORDS)))
    before = np.zeros_like(activity)
    place = {name: number for number, name in enumerate(WORDS)}
    row_of = np.full(int(frame.deal_no.max()) + 1, -1, dtype=np.int64)
    row_of[frame.deal_no] = np.arange(len(frame))
    for name, found in _touched(tables, lives).items():
        number = place[name]
        _add(activity[:, :, number], before[:, :, number], deals, row_of, found, first)
    _count(activity[:, :, place[NEW_DEALS]], deals, np.arange(len(frame)), deals.began)
    _steps(activity[:, :, place[STEPS_IN_TIME]], frame, process, deals, first, shift)
    stages, open_deals = _pipeline(frame, deals, weeks, first, shift)
    pipeline = np.concatenate([stages, before], axis=2)
    wins = np.zeros((len(frame.owner.levels), weeks))
    _count(wins, deals, np.flatnonzero(frame.won), deals.ended[frame.won], still_open=False)
    horizon = _horizon(started, ended, frame)
    work = WeeklyWork(frame.owner.levels, tuple(WORDS), activity, pipeline, open_deals, wins, horizon)
    return DatedWork(work, np.datetime64("1970-01-05", "D") + np.timedelta64(7 * first, "D"))


def _shift(frame: DealFrame) -> float:
    """Added to the days of a frame it gives days since the first Monday of 1970."""
    return float((frame.origin - np.datetime64(0, "us")) / np.timedelta64(1, "D")) - _MONDAY


def _days(moments: Any) -> Floats:
    """Days since 1970, NaN where there is none."""
    return np.asarray((moments - np.datetime64(0, "us")) / np.timedelta64(1, "D"), dtype=np.float64)


def _horizon(started: Floats, ended: Floats, frame: DealFrame) -> int:
    """The weeks that half of the won deals took, within bounds: an outcome needs that long to show."""
    took = (ended - started)[frame.won]
    took = took[took >= 0]
    weeks = int(np.ceil(np.median(took) / 7)) if len(took) else SHORTEST
    return min(max(weeks, SHORTEST), LONGEST)


def _touched(tables: Mapping[str, ibis.Table], lives: ibis.Table) -> dict[str, Any]:
    """deal_no, week (of 1970), count; one scan over the touches for each measure."""
    touches = tables["touches"].select("deal_id", "at", "side", "channel", "person_id")
    touches = touches.join(lives.select("deal_no", "deal_id", "started_at"), "deal_id")
    channel = touches.channel.lower()
    meeting = ibis.or_(*(channel.contains(word) for word in MEETING_WORDS)).fill_null(False)
    week = ((touches.at.epoch_seconds().cast("float64") / 86_400.0 - _MONDAY) / 7).floor().cast("int64")
    touches = touches.mutate(week=week, meeting=meeting, ours=_.side.fill_null("us") != "buyer")
    counts = touches.group_by("deal_no", "week").agg(meetings=_.meeting.sum(), messages=(~_.meeting & _.ours).sum())
    ours = tables["people"].filter(_.side == "us").select("person_id")
    met = touches.filter(_.person_id.notnull()).anti_join(ours, "person_id")
    met = met.group_by("deal_no", "person_id").agg(week=_.week.min())
    answers = touches.filter(_.ours & (_.at >= _.started_at)).group_by("deal_no", "started_at")
    answers = answers.agg(answered=_.at.min(), week=_.week.min())
    day = ibis.interval(days=1)
    return {
        MEETINGS: counts.select("deal_no", "week", count=_.meetings).filter(_["count"] > 0).to_pyarrow(),
        MESSAGES: counts.select("deal_no", "week", count=_.messages).filter(_["count"] > 0).to_pyarrow(),
        BUYER_PEOPLE: met.group_by("deal_no", "week").agg(count=_.count()).to_pyarrow(),
        QUICK_ANSWERS: answers.filter(_.answered <= _.started_at + day)
        .select("deal_no", "week", count=ibis.literal(1))
        .to_pyarrow(),
    }


def _add(target: Floats, before: Floats, deals: _Deals, row_of: Longs, found: Any, first: int) -> None:
    """Adds counts by deal and week to the rep and week, of deals still open at its end, and to what came before it in
    every later week until the deal ends: what a deal owes to earlier weeks is not put down to the one that is asked of.
    """
    weeks = target.shape[1]
    row = row_of[found["deal_no"].to_numpy()]
    week = found["week"].to_numpy() - first
    count = found["count"].to_numpy().astype(np.float64)
    kept = (row >= 0) & (week < weeks)
    row, week, count = row[kept], week[kept], count[kept]
    still = (deals.ended[row] > week) & (deals.rep[row] >= 0)
    row, week, count = row[still], week[still], count[still]
    here = week >= 0
    np.add.at(target, (deals.rep[row][here], week[here]), count[here])
    later, until = np.maximum(week + 1, 0), np.maximum(deals.ended[row], 0)
    change = np.zeros((len(target), weeks + 1))
    np.add.at(change, (deals.rep[row], np.minimum(later, weeks)), count)
    np.add.at(change, (deals.rep[row], np.minimum(until, weeks)), -count)
    before += np.cumsum(change, axis=1)[:, :weeks]


def _count(target: Floats, deals: _Deals, rows: Any, week: Ints, *, still_open: bool = True) -> None:
    kept = (week >= 0) & (week < target.shape[1]) & (deals.rep[rows] >= 0) & (deals.began[rows] <= week)
    if still_open:
        kept &= deals.ended[rows] > week
    np.add.at(target, (deals.rep[rows][kept], week[kept]), 1.0)


def _steps(target: Floats, frame: DealFrame, process: Process, deals: _Deals, first: int, shift: float) -> None:
    """First times of required steps, within their time where one is stated; what follows the decision is none."""
    leaks = find_leaks(frame, process)
    for number, step in enumerate(process.steps):
        if leaks[number] is not None or not step.required:
            continue
        done = frame.done[:, number]
        if step.within is not None:
            entered = frame.entered[:, process.stages.index(step.stage)]
            done = np.where(done - entered <= step.within.total_seconds() / 86_400.0, done, np.nan)
        rows = np.flatnonzero(~np.isnan(done))
        week = (np.floor((done[rows] + shift) / 7) - first).astype(np.int32)
        _count(target, deals, rows, week)


def _pipeline(frame: DealFrame, deals: _Deals, weeks: int, first: int, shift: float) -> tuple[Cube, Floats]:
    """The deals open at the end of each week by the furthest stage they had entered when it began, and the old ones;
    beside them all that were open. Those opened in the week itself are what `new_deals` counts, and no pipeline yet.
    """
    reps, stages = len(frame.owner.levels), frame.entered.shape[1]
    entered = np.where(np.isnan(frame.entered), np.inf, np.floor((frame.entered + shift) / 7) - first)
    # Being in a stage or a later one is known from the end of the week before.
    reached = np.minimum.accumulate(entered[:, ::-1], axis=1)[:, ::-1] + 1
    counted = [_open_by_week(deals, deals.began + 1, weeks, reps)]
    counted += [
        _open_by_week(deals, np.minimum(reached[:, stage], weeks).astype(np.int32), weeks, reps)
        for stage in range(1, stages)
    ]
    life = (deals.ended - deals.began)[deals.rep >= 0]
    half = int(np.median(life)) if len(life) else 0
    old = np.minimum(deals.began.astype(np.int64) + max(half, 1), weeks).astype(np.int32)
    counted.append(_open_by_week(deals, old, weeks, reps))
    return np.stack(counted, axis=2), _open_by_week(deals, deals.began, weeks, reps)


def _open_by_week(deals: _Deals, since: Ints, weeks: int, reps: int) -> Floats:
    """How many deals of each rep were open at the end of each week, and something had come true by then."""
    starts = np.maximum(np.maximum(since, deals.began), 0)
    kept = (deals.rep >= 0) & (starts < weeks) & (deals.ended > starts)
    change = np.zeros((reps, weeks + 1))
    np.add.at(change, (deals.rep[kept], starts[kept]), 1.0)
    np.add.at(change, (deals.rep[kept], deals.ended[kept]), -1.0)
    return np.asarray(np.cumsum(change, axis=1)[:, :weeks])
