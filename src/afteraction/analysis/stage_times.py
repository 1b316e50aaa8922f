"""How long deals stay in each stage, where they go back, and where they stall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch
from afteraction.analysis.intervals import Rate, rate, rate_if_any
from afteraction.analysis.lifetimes import days_between
from afteraction.analysis.order import stage_order
from afteraction.analysis.survival import Duration, durations
from afteraction.analysis.visits import stage_visits
from afteraction.errors import NotEnoughData

SLOW: Final = 0.9
"""A deal stalls once it has been in a stage for longer than this share of the stays of won deals."""
ENOUGH_WON: Final = 20
"""Stays of won deals that it takes to say so: of fewer, the longest two decide where nine tenths lie."""


@dataclass(frozen=True)
class Stalled:
    """Open deals in a stage, and how many of them for longer than `days`, in which nine of ten won deals left it."""

    days: float
    deals: Rate | None


@dataclass(frozen=True)
class StageTimes:
    """The stays of deals in one stage.

    - `duration`: of all stays; deals that are still in the stage count as far as they have got
    - `by_outcome`: stays of deals that ended so, for as long as they took
    - `entered_again`: deals that entered it more than once, of those that entered it
    - `moved_back`: stays left for an earlier stage, of those left for another stage
    - `died`: stays in which the deal ended without being won, of those that are over
    - `stalled`: None where too few deals were won to say
    """

    stage: str
    deals: int
    duration: Duration
    by_outcome: Mapping[str, Duration]
    entered_again: Rate
    moved_back: Rate | None
    died: Rate | None
    stalled: Stalled | None


@dataclass(frozen=True)
class AllStageTimes:
    """Every stage in its usual order; `moved_back` of all moves from stage to stage."""

    stages: tuple[StageTimes, ...]
    moved_back: Rate | None


def stage_times(tables: Mapping[str, ibis.Table], log: EventLog, now: datetime | None) -> AllStageTimes | NotEnoughData:
    """Times in stages; `now` is the latest time in the record, until when open deals are followed."""
    stages = stage_order(log)
    if not stages or now is None:
        return NotEnoughData("no deal has a dated stage change", "stage changes: deal_id, stage and at")
    position = _.stage.cases(*((stage, number) for number, stage in enumerate(stages)))
    next_position = _.next_stage.cases(*((stage, number) for number, stage in enumerate(stages)))
    until = ibis.literal(now, "timestamp('UTC')")
    stays = stage_visits(tables, log).mutate(
        days=days_between(_.entered_at, ibis.coalesce(_.left_at, ibis.greatest(until, _.entered_at))),
        over=_.left_at.notnull(),
        back=next_position < position,
    )
    stays = stays.cache()  # read once for each measure
    all_stays = durations(stays, ["stage"])
    ended_stays = durations(stays.filter(_.outcome != "open"), ["stage", "outcome"])
    counts = {row["stage"]: row for row in _counts(stays)}
    waits = {row["stage"]: row for row in _waits(stays)}
    times = [
        StageTimes(
            stage=stage,
            deals=counts[stage]["deals"],
            duration=all_stays[stage,],
            by_outcome={outcome: d for (s, outcome), d in sorted(ended_stays.items()) if s == stage},
            entered_again=rate(counts[stage]["again"], counts[stage]["deals"]),
            moved_back=rate_if_any(counts[stage]["back"], counts[stage]["moved"]),
            died=rate_if_any(counts[stage]["died"], counts[stage]["over"]),
            stalled=_stalled(waits.get(stage)),
        )
        for stage in stages
        if stage in counts
    ]
    moved_back = rate_if_any(*(sum(row[key] for row in counts.values()) for key in ("back", "moved")))
    return AllStageTimes(tuple(times), moved_back)


def _counts(stays: ibis.Table) -> Sequence[Mapping[str, Any]]:
    per_deal = stays.group_by("stage", "deal_no").agg(
        stays=_.count(),
        over=_.over.sum(),
        moved=_.next_stage.notnull().sum(),
        back=_.back.fill_null(False).sum(),
        died=(_.over & _.next_stage.isnull() & _.outcome.isin(["lost", "no_decision"])).sum(),
    )
    counts = per_deal.group_by("stage").agg(
        deals=_.count(),
        again=(_.stays > 1).sum(),
        over=_.over.sum(),
        moved=_.moved.sum(),
        back=_.back.sum(),
        died=_.died.sum(),
    )
    return fetch(counts)


def _waits(stays: ibis.Table) -> Sequence[Mapping[str, Any]]:
    """Per stage with enough won deals: until when most of these had left it, and who is still waiting in it."""
    won = stays.filter(_.outcome == "won").group_by("stage").agg(days=_.days.quantile(SLOW), won=_.count())
    won = won.filter(_.won >= ENOUGH_WON).select("stage", slow="days")
    waiting = won.left_join(stays.filter(~_.over), "stage")
    counts = waiting.group_by("stage", "slow").agg(
        waiting=_.days.count(), stalled=(_.days > _.slow).fill_null(False).sum()
    )
    return fetch(counts)


def _stalled(row: Mapping[str, Any] | None) -> Stalled | None:
    return Stalled(row["slow"], rate_if_any(row["stalled"], row["waiting"])) if row else None
