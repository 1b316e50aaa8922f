"""How often, when and how many times each piece of work is done in the deals that could have had it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_row
from afteraction.analysis.lifetimes import days_between, lifetimes
from afteraction.analysis.small_tables import small_table

DEADLINE: Final = 0.9
"""The share of those who do it at all that has done it by the deadline: one in ten is late."""
_GRACE_DAYS: Final = 1.0
"""Many closing times are dates; what happens on the same day may have come before."""


@dataclass(frozen=True)
class Practice:
    """One piece of work in the deals that reached its place in the process and had the time to do it.

    A deal had the time when it reached a later place, was won, or lasted until the `deadline_days`, by which 90 % of
    those who did it after reaching the place had done it. Whether it had the time does not depend on whether it was
    done, so the share of `done` is not pushed up by deals that did it and ended soon after. `again`: more than once.
    `timed` deals did it after reaching the place; days count from there. `after_end` did it after the deal had ended.
    """

    had_time: int
    done: int
    again: int
    timed: int
    median_days: float | None
    deadline_days: float | None
    after_end: int


def from_the_start(log: EventLog) -> ibis.Table:
    """deal_no, place, at: the place 0 alone, reached with the deal's first event."""
    return log.events.filter(_.pos == 0).select("deal_no", "at", place=ibis.literal(0, "int64"))


def from_entering(log: EventLog, opening: Mapping[int, int]) -> ibis.Table:
    """deal_no, place, at: when each deal reached each place, given as `activity that opens it: place`.

    A deal that passes a place by for a later one reaches both at once, as when adherence is judged.
    """
    reached = [
        (activity, earlier) for activity, place in opening.items() for earlier in opening.values() if earlier <= place
    ]
    columns = {"activity": [activity for activity, _ in reached], "place": [place for _, place in reached]}
    opened = small_table(columns, {"activity": "int16", "place": "int64"})
    return log.events.join(opened, "activity").group_by("deal_no", "place").agg(at=_.at.min())


def practices(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    work: Mapping[int, int],
    reached: ibis.Table,
    now: datetime,
) -> dict[int, Practice]:
    """How each piece of work, given as `activity: its place`, is done. Activities that no deal has are left out.

    `reached` is a table of deal_no, place, at; `now` the latest time in the record. One pass over the events.
    """
    if not work:
        return {}
    stays = _stays(tables, log, reached, now).cache()
    firsts = log.events.filter(_.activity.isin(list(work))).group_by("deal_no", "activity")
    firsts = firsts.agg(first_at=_.at.min(), times=_.count())
    firsts = firsts.mutate(place=_.activity.cases(*work.items()).cast("int64"))
    done = firsts.join(stays, ["deal_no", "place"]).mutate(delay=days_between(_.at, _.first_at)).cache()
    timing = done.group_by("activity").agg(
        timed=(_.delay >= 0).sum(),
        median_days=_.delay.median(where=_.delay >= 0),
        deadline_days=_.delay.quantile(DEADLINE, where=_.delay >= 0),
        after_end=(days_between(_.ended_at, _.first_at) > _GRACE_DAYS).fill_null(False).sum(),
    )
    timed = {row["activity"]: row for row in fetch(timing)}
    return _counted(stays, done, {activity: place for activity, place in work.items() if activity in timed}, timed)


def _stays(tables: Mapping[str, ibis.Table], log: EventLog, reached: ibis.Table, now: datetime) -> ibis.Table:
    """deal_no, place, at, ended_at, lasted (days until the end or now), passed (won, or at a later place)."""
    lives = lifetimes(tables, log).select("deal_no", "ended_at", won=_.outcome == "won", is_open=_.outcome == "open")
    furthest = reached.group_by("deal_no").agg(furthest=_.place.max())
    together = reached.join(lives, "deal_no").join(furthest, "deal_no")
    until = ibis.coalesce(together.ended_at, ibis.literal(now, "timestamp('UTC')"))
    return together.select(
        "deal_no",
        "place",
        "at",
        "ended_at",
        "is_open",
        lasted=days_between(together["at"], until),
        passed=together.won | (together.furthest > together.place),
    )


def _counted(
    stays: ibis.Table, done: ibis.Table, work: Mapping[int, int], timed: Mapping[int, Mapping[str, Any]]
) -> dict[int, Practice]:
    if not work:
        return {}
    deadlines = {activity: timed[activity]["deadline_days"] for activity in work}
    # Each activity has its own deadline, and so its own number of deals that had the time.
    had_time = {
        f"n{activity}": ((_.place == place) & _had_time(deadlines[activity])).sum() for activity, place in work.items()
    }
    reached = fetch_row(stays.agg(**had_time))
    in_time = ibis.or_(*((_.activity == activity) & _had_time(deadlines[activity]) for activity in work))
    counts = done.filter(in_time).group_by("activity").agg(done=_.count(), again=(_.times > 1).sum())
    counted = {row["activity"]: row for row in fetch(counts)}
    nothing = {"done": 0, "again": 0}
    return {
        activity: Practice(
            had_time=reached[f"n{activity}"] or 0,
            done=counted.get(activity, nothing)["done"],
            again=counted.get(activity, nothing)["again"],
            **{name: timed[activity][name] for name in ("timed", "median_days", "deadline_days", "after_end")},
        )
        for activity in work
    }


def _had_time(deadline: float | None) -> ibis.Deferred:
    """Without a deadline, because nobody did it after reaching the place, every deal that has ended had the time."""
    return _.passed | (~_.is_open if deadline is None else _.lasted >= deadline)
