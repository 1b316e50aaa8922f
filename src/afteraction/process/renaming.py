"""Steps and stages that are called differently in the next version of a process."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from afteraction.process.model import STAGE_ACTIVITY, Operand, Process, Step, later_stage_operand, stage_operand


def renamed_steps(old: Process, new: Process) -> dict[str, str]:
    """The new id by the old one, for steps that have another id and the same activities."""
    kept = {step.id for step in old.steps} & {step.id for step in new.steps}
    added = {step.id: frozenset(step.activities) for step in new.steps if step.id not in kept}
    names: dict[str, str] = {}
    for step in old.steps:
        same = (new_id for new_id, activities in added.items() if activities == frozenset(step.activities))
        if step.id not in kept and (new_id := next(same, None)):
            names[step.id] = new_id
            del added[new_id]
    return names


def renamed_stages(old: Process, new: Process) -> dict[str, str]:
    """The new name by the old one, for stages that have another name and the same steps, by their ids."""
    added = {stage: ids_of(new.steps_of(stage)) for stage in new.stages if stage not in old.stages}
    names: dict[str, str] = {}
    for stage in old.stages:
        steps = ids_of(old.steps_of(stage))
        same = (name for name, ids in added.items() if ids == steps)
        if stage not in new.stages and steps and (name := next(same, None)):
            names[stage] = name
            del added[name]
    return names


def ids_of(steps: Sequence[Step]) -> set[str]:
    """The ids of some steps."""
    return {step.id for step in steps}


def with_names(process: Process, step_names: Mapping[str, str], stage_names: Mapping[str, str]) -> Process:
    """The process with new names for some steps and stages, in everything that speaks of them."""
    stages = tuple(stage_names.get(stage, stage) for stage in process.stages)
    words = dict(step_names)
    for stage, name in stage_names.items():
        words |= {
            stage_operand(stage).name: stage_operand(name).name,
            stage_operand(stage).text: stage_operand(name).text,
        }
        words[later_stage_operand(stage, process.stages).name] = later_stage_operand(name, stages).name
    steps = tuple(
        replace(
            step,
            id=step_names.get(step.id, step.id),
            stage=stage_names.get(step.stage, step.stage),
            activities=tuple(_in_stages(activity, stage_names) for activity in step.activities),
            before=tuple(step_names.get(later, later) for later in step.before),
        )
        for step in process.steps
    )
    constraints = tuple(
        replace(
            rule,
            first=_in_words(rule.first, words, stage_names),
            second=_in_words(rule.second, words, stage_names) if rule.second else None,
        )
        for rule in process.constraints
    )
    return replace(process, stages=stages, steps=steps, constraints=constraints)


def _in_words(operand: Operand, words: Mapping[str, str], stage_names: Mapping[str, str]) -> Operand:
    name = " | ".join(words.get(part, part) for part in operand.name.split(" | "))
    return Operand(name, tuple(_in_stages(activity, stage_names) for activity in operand.activities))


def _in_stages(activity: str, stage_names: Mapping[str, str]) -> str:
    stage = activity.removeprefix(STAGE_ACTIVITY)
    return activity if stage == activity else STAGE_ACTIVITY + stage_names.get(stage, stage)
