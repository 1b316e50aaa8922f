"""What changed between two versions of a process, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from afteraction.process.declare import describe
from afteraction.process.model import Constraint, Process, Step, duration_text
from afteraction.process.renaming import ids_of, renamed_stages, renamed_steps, with_names


class ChangeKind(StrEnum):
    """What kind of thing changed."""

    PROCESS_RENAMED = "process_renamed"
    NOTES = "notes"
    STAGE_ADDED = "stage_added"
    STAGE_REMOVED = "stage_removed"
    STAGE_RENAMED = "stage_renamed"
    STAGE_ORDER = "stage_order"
    STEP_ADDED = "step_added"
    STEP_REMOVED = "step_removed"
    STEP_RENAMED = "step_renamed"
    STEP_MOVED = "step_moved"
    STEP_ORDER = "step_order"
    ACTIVITIES = "activities"
    BUYER = "buyer"
    REQUIRED = "required"
    BEFORE = "before"
    WITHIN = "within"
    ROLE = "role"
    EXIT = "exit"
    RULE_ADDED = "rule_added"
    RULE_REMOVED = "rule_removed"
    RULE_TIME = "rule_time"


@dataclass(frozen=True)
class Change:
    """One change: its kind, the stage, step or rule that it is about (as now called), and a sentence."""

    kind: ChangeKind
    subject: str
    sentence: str


def diff(old: Process, new: Process) -> tuple[Change, ...]:
    """What `new` changes about `old`, from the whole to the parts.

    A step with another id and the same activities was renamed, and so was a stage with another name and the same
    steps. The frequency that discovery writes is information, no part of the process, and not compared.
    """
    changes = list(_process_changes(old, new))
    step_names = renamed_steps(old, new)
    old = with_names(old, step_names, {})
    stage_names = renamed_stages(old, new)
    old = with_names(old, {}, stage_names)
    changes += _stage_changes(old, new, stage_names)
    changes += _step_changes(old, new, step_names)
    changes += _rule_changes(old, new)
    return tuple(changes)


def _process_changes(old: Process, new: Process) -> Iterator[Change]:
    if old.name != new.name:
        sentence = f"The process is now called “{new.name}” instead of “{old.name}”."
        yield Change(ChangeKind.PROCESS_RENAMED, new.name, sentence)
    if old.notes != new.notes:
        yield Change(
            ChangeKind.NOTES, new.name, "The notes were rewritten." if new.notes else "The notes were removed."
        )


def _stage_changes(old: Process, new: Process, names: Mapping[str, str]) -> Iterator[Change]:
    for before, now in names.items():
        yield Change(ChangeKind.STAGE_RENAMED, now, f"Stage {before} is now called {now}.")
    for stage in old.stages:
        if stage not in new.stages:
            yield Change(ChangeKind.STAGE_REMOVED, stage, f"Stage {stage} was removed.")
    for index, stage in enumerate(new.stages):
        if stage not in old.stages:
            place = f"after {new.stages[index - 1]}" if index else "as the first"
            yield Change(ChangeKind.STAGE_ADDED, stage, f"Stage {stage} was added {place}.")
    if order := _new_order(old.stages, new.stages):
        yield Change(ChangeKind.STAGE_ORDER, "", f"The stages now come in the order {order}.")


def _step_changes(old: Process, new: Process, names: Mapping[str, str]) -> Iterator[Change]:
    for before, now in names.items():
        yield Change(ChangeKind.STEP_RENAMED, now, f"Step '{before}' is now called '{now}'.")
    now_ids = ids_of(new.steps)
    for step in old.steps:
        if step.id not in now_ids:
            yield Change(ChangeKind.STEP_REMOVED, step.id, f"Step '{step.id}' was removed from stage {step.stage}.")
    before_by_id = {step.id: step for step in old.steps}
    for step in new.steps:
        if step.id in before_by_id:
            yield from _changes_of_step(before_by_id[step.id], step)
        else:
            required = "required " if step.required else ""
            sentence = f"The {required}step '{step.id}' was added to stage {step.stage}."
            yield Change(ChangeKind.STEP_ADDED, step.id, sentence)
    for stage in new.stages:
        before_order = [step.id for step in old.steps_of(stage)]
        if order := _new_order(before_order, [step.id for step in new.steps_of(stage)]):
            yield Change(ChangeKind.STEP_ORDER, stage, f"The steps of {stage} now come in the order {order}.")


def _changes_of_step(old: Step, new: Step) -> Iterator[Change]:
    step = f"Step '{new.id}'"
    if old.stage != new.stage:
        yield Change(ChangeKind.STEP_MOVED, new.id, f"{step} moved from stage {old.stage} to {new.stage}.")
    if old.name != new.name:
        sentence = f"{step} is now shown as “{new.name or new.id}” instead of “{old.name or old.id}”."
        yield Change(ChangeKind.STEP_RENAMED, new.id, sentence)
    for verb, activities in _gained_and_lost(old.activities, new.activities, "now also counts", "no longer counts"):
        yield Change(ChangeKind.ACTIVITIES, new.id, f"{step} {verb} {_listed(activities)}.")
    if old.buyer != new.buyer:
        sentence = f"What the buyer does at step '{new.id}' is {_now(old.buyer, new.buyer, 'described')}."
        yield Change(ChangeKind.BUYER, new.id, sentence)
    if old.required != new.required:
        yield Change(ChangeKind.REQUIRED, new.id, f"{step} is {'now' if new.required else 'no longer'} required.")
    for verb, later in _gained_and_lost(old.before, new.before, "must now come before", "need no longer come before"):
        yield Change(ChangeKind.BEFORE, new.id, f"{step} {verb} {_listed(later)}.")
    if old.within != new.within:
        yield Change(ChangeKind.WITHIN, new.id, f"{step} {_time_change(old.within, new.within, new.stage)}.")
    if old.role != new.role:
        sentence = f"Who does step '{new.id}' is {_now(old.role, new.role, 'laid down')}."
        yield Change(ChangeKind.ROLE, new.id, sentence)
    if old.exit != new.exit:
        verb = "may no longer be left" if new.exit else "may now be left"
        yield Change(ChangeKind.EXIT, new.id, f"Stage {new.stage} {verb} without step '{new.id}'.")


def _rule_changes(old: Process, new: Process) -> Iterator[Change]:
    old_rules = {rule.text: rule for rule in old.constraints}
    new_rules = {rule.text: rule for rule in new.constraints}
    dropped = {_untimed(rule): rule for text, rule in old_rules.items() if text not in new_rules}
    for text, rule in new_rules.items():
        if text in old_rules:
            continue
        before = dropped.pop(_untimed(rule), None)
        if before:
            times = [
                f"a limit of {duration_text(each)}" if each else "no limit" for each in (rule.within, before.within)
            ]
            sentence = f"The rule {_untimed(rule)} now has {times[0]} instead of {times[1]}."
            yield Change(ChangeKind.RULE_TIME, text, sentence)
        else:
            yield Change(ChangeKind.RULE_ADDED, text, f"New rule: {describe(rule, new)}")
    for rule in dropped.values():
        yield Change(ChangeKind.RULE_REMOVED, rule.text, f"Rule dropped: {describe(rule, old)}")


def _untimed(rule: Constraint) -> str:
    return replace(rule, within=None).text


def _limit(rule: Constraint) -> str:
    return f"a limit of {duration_text(rule.within)}" if rule.within else "no limit"


def _time_change(old: timedelta | None, new: timedelta | None, stage: str) -> str:
    if new is None:
        return f"no longer has a time limit; it was {duration_text(old or timedelta())}"
    if old is None:
        return f"must now be done within {duration_text(new)} of entering {stage}"
    number, unit = duration_text(old).split()
    same_unit = duration_text(new).split()[1].rstrip("s") == unit.rstrip("s")
    return f"must now be done within {duration_text(new)} instead of {number if same_unit else f'{number} {unit}'}"


def _new_order(old: Sequence[str], new: Sequence[str]) -> str:
    """The order of what both have, if it changed: `a, b, c instead of b, a, c`."""
    before = [each for each in old if each in new]
    now = [each for each in new if each in old]
    return f"{', '.join(now)} instead of {', '.join(before)}" if before != now else ""


def _gained_and_lost(old: Sequence[str], new: Sequence[str], gained: str, lost: str) -> Iterator[tuple[str, list[str]]]:
    for verb, here, there in ((gained, new, old), (lost, old, new)):
        if difference := [each for each in here if each not in there]:
            yield verb, difference


def _now(old: str, new: str, said: str) -> str:
    if not new:
        return f"no longer {said}; it was “{old}”"
    return f"now “{new}” instead of “{old}”" if old else f"now {said}: “{new}”"


def _listed(words: Sequence[str]) -> str:
    *rest, last = [f"'{word}'" for word in words]
    return f"{', '.join(rest)} and {last}" if rest else last
