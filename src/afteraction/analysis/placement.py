"""Which work deals have, and where in the process it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_count
from afteraction.analysis.order import Order, usual_order
from afteraction.analysis.phases import phases, stage_of_work
from afteraction.analysis.practice import Practice, from_entering, from_the_start, practices
from afteraction.analysis.work import LONGEST_NAME, Work, pieces_of_work
from afteraction.process.model import STAGE_ACTIVITY

STAGED: Final = 0.5
"""The stages of the record are used when at least half of the deals with events have entered one."""
RARE_STAGE: Final = 0.02
"""A stage that fewer than one deal in fifty enters is an exception."""
STEPS: Final = 60
STAGES: Final = 30
"""The most pieces of work and stages that are looked at, the commonest first: more than anyone would call a process."""
MOMENT: Final = "another moment of"
"""Why an activity is left out that is the scheduling or the start of work whose completion is a step."""


@dataclass(frozen=True)
class ActivityCount:
    """An activity and the number of deals that have it."""

    number: int
    name: str
    is_stage: bool
    deals: int


@dataclass(frozen=True)
class LeftOut:
    """An activity or stage that is no part of the process: in how many deals it is, and why it was left out."""

    name: str
    deals: int
    reason: str


@dataclass(frozen=True)
class Stages:
    """The stages of a record in their usual order: the place of each by the activity of entering it."""

    names: tuple[str, ...]
    entering: Mapping[int, int]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class PlacedWork:
    """A piece of work and its place.

    `practice` is how it is done in deals that reached the place. `judged` is the same from where a process file would
    judge it: entering the stage or, where stages are derived from the work, the start of the deal.
    """

    work: Work
    number: int
    place: int
    practice: Practice
    judged: Practice


@dataclass(frozen=True)
class Placement:
    """All work at its place, in its usual order within it, and the names of the places; `gates` open derived ones."""

    places: tuple[str, ...]
    work: tuple[PlacedWork, ...]
    gates: tuple[int, ...] = ()


def activity_counts(log: EventLog) -> list[ActivityCount]:
    """Every activity with the number of deals that have it, the commonest first."""
    each = log.variant_events.select("variant", "activity").distinct().join(log.variants, "variant")
    counts = each.group_by("activity").agg(deals=_.deals.sum()).join(log.activities, "activity")
    rows = fetch(counts.order_by(_.deals.desc(), "activity"))
    return [ActivityCount(row["activity"], row["name"], row["is_stage"], row["deals"]) for row in rows]


def usual_stages(log: EventLog, counts: Sequence[ActivityCount], deals: int) -> Stages:
    """The stages of the record in their usual order; none when too few of the `deals` with events enter any."""
    names = {one.number: one.name.removeprefix(STAGE_ACTIVITY) for one in counts if one.is_stage}
    entered = [one for one in counts if one.is_stage]
    staged = log.variant_events.filter(_.activity.isin(list(names))).select("variant").distinct() if names else None
    if staged is None or fetch_count(staged.join(log.variants, "variant").deals.sum()) < STAGED * deals:
        return Stages((), {}, tuple(LeftOut(one.name, one.deals, "most deals have no stages") for one in entered))
    named = [one for one in entered if names[one.number].strip() and len(names[one.number]) <= LONGEST_NAME]
    common = [one.number for one in named if one.deals >= RARE_STAGE * deals][:STAGES]
    usual = usual_order(log, {number: number for number in common}).usual
    rare = [one for one in entered if one.number not in usual]
    return Stages(
        tuple(names[number] for number in usual),
        {number: place for place, number in enumerate(usual)},
        tuple(LeftOut(one.name, one.deals, f"entered in fewer than {RARE_STAGE:.0%} of deals") for one in rare),
    )


def common_work(counts: Sequence[ActivityCount]) -> tuple[dict[int, Work], list[LeftOut]]:
    """The commonest pieces of work by the number of their activity, and every other activity that is no stage."""
    touches = {one.name: one for one in counts if not one.is_stage}
    works = {touches[work.activity].number: work for work in pieces_of_work(touches)}
    common = sorted(works, key=lambda number: (-touches[works[number].activity].deals, number))[:STEPS]
    pieces = {number: works[number] for number in common}
    taken = {work.activity for work in pieces.values()}
    moments = {moment: f"{MOMENT} {work.name}" for work in works.values() for moment in work.further}
    others = [one for name, one in touches.items() if name not in taken]
    return pieces, [LeftOut(one.name, one.deals, moments.get(one.name, "rare")) for one in others]


def place_in_stages(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    pieces: Mapping[int, Work],
    order: Order,
    stages: Stages,
    now: datetime,
) -> Placement:
    """Each piece of work in the stage in which most deals do it first; of equally many, in the earlier one."""
    found = stage_of_work(log, stages.entering, list(pieces))
    place = {
        number: max(found.get(number, {0: 0}).items(), key=lambda item: (item[1], -item[0]))[0] for number in pieces
    }
    done = practices(tables, log, place, from_entering(log, stages.entering), now)
    return Placement(stages.names, _in_order(pieces, place, order, done, done))


def place_in_phases(
    tables: Mapping[str, ibis.Table], log: EventLog, pieces: Mapping[int, Work], order: Order, deals: int, now: datetime
) -> Placement:
    """Each piece of work in the phase that its order shows, for a record without stages."""
    found = phases(order, deals)
    names = ["Start" if found.gates else "Deal", *(f"From {pieces[gate].name}" for gate in found.gates)]
    opening = {gate: place for place, gate in enumerate(found.gates, 1)}
    start = from_the_start(log)
    reached = start.union(from_entering(log, opening).select(*start.columns)) if opening else start
    done = practices(tables, log, found.place, reached, now)
    judged = practices(tables, log, dict.fromkeys(found.place, 0), start, now)
    return Placement(tuple(names), _in_order(pieces, found.place, order, done, judged), found.gates)


def _in_order(
    pieces: Mapping[int, Work],
    place: Mapping[int, int],
    order: Order,
    done: Mapping[int, Practice],
    judged: Mapping[int, Practice],
) -> tuple[PlacedWork, ...]:
    placed = [PlacedWork(pieces[n], n, place[n], done[n], judged[n]) for n in order.usual if n in done]
    return tuple(sorted(placed, key=lambda one: one.place))
