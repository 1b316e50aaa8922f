"""What comes after what among the stages and steps of a process alone, as if nothing else had been logged.

Mails and calls that are logged throughout a deal come between almost any two steps; a map of everything would show them
in its middle and little else.
"""

from collections.abc import Mapping
from dataclasses import replace

import ibis
from ibis import _

from afteraction.analysis.directly_follows import DirectlyFollows, directly_follows, with_times
from afteraction.analysis.event_log import EventLog
from afteraction.process.model import STAGE_ACTIVITY, Process


def step_flow(tables: Mapping[str, ibis.Table], log: EventLog, process: Process) -> DirectlyFollows:
    """The directly-follows graph, with times, of the activities that are steps or stages of `process`.

    One pass over all events; linear in them.
    """
    numbers = log.activity_numbers()
    names = {STAGE_ACTIVITY + stage for stage in process.stages}
    names |= {activity for step in process.steps for activity in step.activities}
    kept = [numbers[name] for name in sorted(names) if name in numbers]
    in_order = ibis.window(group_by="variant", order_by="pos")
    variant_events = log.variant_events.filter(_.activity.isin(kept))
    only = replace(
        log,
        events=log.events.filter(_.activity.isin(kept)),
        variant_events=variant_events.mutate(pos=ibis.row_number().over(in_order).cast("int32")),
    )
    return with_times(directly_follows(tables, only), only)
