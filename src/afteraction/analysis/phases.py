"""Where in a process work belongs: the stages that deals are moved through, or phases that the work itself shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch
from afteraction.analysis.order import Order

ALWAYS: Final = 0.95
"""One thing always comes before another when it does so in 19 of 20 deals that have the other: the rest is noise of
logging (dates without times, work entered late)."""
COMMON: Final = 0.1
"""A phase is one that at least a tenth of the deals reach."""
DROP: Final = 0.9
"""A phase begins where at least a tenth of the deals that were in the one before are left behind."""
MOST: Final = 0.5
"""Behind the gate to a phase lies more than half of the work that usually comes later."""


@dataclass(frozen=True)
class Phases:
    """Phases of work: `gates` are the activities that open them, the first phase excepted, which every deal begins in.

    `place` is the phase of each activity, counted from 0.
    """

    gates: tuple[int, ...]
    place: Mapping[int, int]


def phases(order: Order, deals: int) -> Phases:
    """The phases of a record without stages, from the order of its activities in `deals` deals.

    Sales are a funnel: at some activities many deals are left behind, and most of what comes later is only done in
    deals that got past them. Such an activity is a gate. Work belongs to the phase of the last gate that always comes
    before it.
    """
    gates: list[int] = []
    reached = deals
    for place, activity in enumerate(order.usual):
        later = order.usual[place + 1 :]
        behind = sum(order.deals[other] for other in later if _always_before(order, activity, other))
        is_gate = (
            COMMON * deals <= order.deals[activity] <= DROP * reached
            and behind > MOST * sum(order.deals[other] for other in later)
            and all(_always_before(order, gate, activity) for gate in gates)
        )
        if is_gate:
            gates.append(activity)
            reached = order.deals[activity]
    place_of = {activity: _phase(order, gates, activity) for activity in order.usual}
    return Phases(tuple(gates), place_of)


def _phase(order: Order, gates: Sequence[int], activity: int) -> int:
    behind = [n for n, gate in enumerate(gates, 1) if gate == activity or _always_before(order, gate, activity)]
    return max(behind, default=0)


def _always_before(order: Order, one: int, other: int) -> bool:
    return order.before.get((one, other), 0) >= ALWAYS * order.deals[other]


def stage_of_work(log: EventLog, stages: Mapping[int, int], work: Sequence[int]) -> dict[int, dict[int, int]]:
    """In which stage each piece of work is first done: activity: stage: deals. `stages` are `activity: place`.

    Work done before any of the stages was entered is not counted. Once per variant.
    """
    if not stages or not work:
        return {}
    many = max(stages.values()) + 1
    events = log.variant_events.filter(_.activity.isin([*stages, *work]))
    entered = ibis.cases((events.activity.isin(list(stages)), events.activity.cases(*stages.items())))
    # The latest entry so far is the largest of `pos * many + stage`, a running maximum that every engine knows.
    so_far = ibis.cumulative_window(group_by="variant", order_by="pos")
    events = events.mutate(latest=(_.pos.cast("int64") * many + entered).max().over(so_far))
    done = events.filter(_.activity.isin(list(work)))
    firsts = done.group_by("variant", "activity").agg(latest=_.latest.argmin(_.pos)).filter(_.latest.notnull())
    counts = firsts.join(log.variants, "variant").group_by("activity", stage=_.latest % many).agg(found=_.deals.sum())
    found: dict[int, dict[int, int]] = {}
    for row in fetch(counts.order_by("activity", "stage")):
        found.setdefault(row["activity"], {})[row["stage"]] = row["found"]
    return found
