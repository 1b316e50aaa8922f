"""What comes after what among the stages and steps of a process alone, as if nothing else had been logged.

Mails and calls that are logged throughout a deal come between almost any two steps; a map of everything would show them
in its middle and little else.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from afteraction.analysis.directly_follows import DirectlyFollows, directly_follows, with_times
from afteraction.analysis.event_log import EventLog, only
from afteraction.process.model import STAGE_ACTIVITY, Process

_AT_HOME: Final = 0.5
"""A step is done in its stage when at least half of what it follows is of that stage; else it is done at any time."""
_ROUNDS: Final = 6


def step_flow(log: EventLog, process: Process) -> DirectlyFollows:
    """The directly-follows graph, with times, of the activities that are steps or stages of `process`.

    Steps that are done at any time rather than in their stage are left out too. Linear in events.
    """
    stage_of = {STAGE_ACTIVITY + stage: stage for stage in process.stages}
    stage_of |= {activity: step.stage for step in process.steps for activity in step.activities}
    for _round in range(_ROUNDS):  # one at a time: leaving it out shows what the others really follow
        wanderer = _wanderer(process, directly_follows(only(log, stage_of)), stage_of)
        if wanderer is None:
            break
        del stage_of[wanderer]
    left = only(log, stage_of)
    return with_times(directly_follows(left), left)


def _wanderer(process: Process, flow: DirectlyFollows, stage_of: Mapping[str, str]) -> str | None:
    """Of the steps that mostly follow what belongs to other stages, the most frequent one.

    Where entering a stage is no event, its first step follows the stage before.
    """
    entered = {activity.name.removeprefix(STAGE_ACTIVITY) for activity in flow.activities if activity.is_stage}
    before = dict(zip(process.stages[1:], process.stages, strict=False))
    home = {stage: {stage} if stage in entered else {stage, before.get(stage, stage)} for stage in process.stages}
    follows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for edge in flow.edges:
        if edge.before is not None and edge.after is not None and edge.before != edge.after:
            follows[edge.after][stage_of[edge.before]] += edge.count
    wandering = {
        activity: stages.total()
        for activity, stages in follows.items()
        if not activity.startswith(STAGE_ACTIVITY)
        and sum(stages[stage] for stage in home[stage_of[activity]]) < _AT_HOME * stages.total()
    }
    return max(wandering, key=lambda activity: (wandering[activity], activity), default=None)
