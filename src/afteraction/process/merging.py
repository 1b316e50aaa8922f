"""An edit of a process, made again on a version that came after the one that was edited (a three-way merge)."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from afteraction.errors import Refused
from afteraction.process.editing import without_step
from afteraction.process.model import Process, Step, duration_text
from afteraction.process.renaming import renamed_stages, renamed_steps, with_names

T = TypeVar("T", bound=Hashable)
_VALUES: Final = {
    "name": "how it is shown",
    "stage": "its stage",
    "buyer": "what the buyer does",
    "required": "whether it is required",
    "within": "when it is due",
    "role": "who does it",
    "exit": "whether the stage may be left without it",
}
_LISTS: Final = ("activities", "before")


def rebased(base: Process, edited: Process, newest: Process) -> Process:
    """What `edited` changes about `base`, changed about `newest`; what either changes alone stays changed.

    Raises `Refused` with every place where both changed the same thing differently, or one needs what the other took
    away.
    """
    theirs = renamed_steps(base, newest), renamed_stages(base, newest)
    base, edited = with_names(base, *theirs), with_names(edited, *theirs)
    ours = renamed_steps(base, edited), renamed_stages(base, edited)
    base, newest = with_names(base, *ours), with_names(newest, *ours)
    conflicts: list[str] = []
    merged = _merged(base, edited, newest, conflicts)
    if conflicts:
        raise Refused(
            "\n".join(conflicts), "an edit that fits the newest process", "open the newest process and make it again"
        )
    return merged


def _merged(base: Process, edited: Process, newest: Process, conflicts: list[str]) -> Process:
    old, ours, theirs = ({step.id: step for step in each.steps} for each in (base, edited, newest))
    steps = {}
    for step_id in _list(tuple(old), tuple(ours), tuple(theirs), "the order of the steps", conflicts):
        if step_id not in old and step_id in ours and step_id in theirs and ours[step_id] != theirs[step_id]:
            conflicts.append(f"step '{step_id}' was added here and in the newest process, in different words")
        elif step_id in old and step_id in ours and step_id in theirs:
            steps[step_id] = _step(old[step_id], ours[step_id], theirs[step_id], conflicts)
            continue
        steps[step_id] = ours.get(step_id) or theirs[step_id]
    conflicts += _taken_out(old, ours, theirs)
    words = {rule.text: rule for each in (base, edited, newest) for rule in each.constraints}
    rules = [tuple(rule.text for rule in each.constraints) for each in (base, edited, newest)]
    merged = replace(
        newest,
        name=_value(base.name, edited.name, newest.name, "the name of the process", conflicts),
        notes=_value(base.notes, edited.notes, newest.notes, "the notes", conflicts),
        stages=tuple(_list(base.stages, edited.stages, newest.stages, "the order of the stages", conflicts)),
        steps=tuple(steps.values()),
        constraints=tuple(words[text] for text in _list(rules[0], rules[1], rules[2], "the rules", conflicts)),
    )
    conflicts += _leaning(merged, ours, theirs)
    for gone in old.keys() - steps.keys():
        # Whatever else the other side has said of it meanwhile goes with it.
        merged = without_step(merged, gone)
    return merged


def _leaning(merged: Process, ours: dict[str, Step], theirs: dict[str, Step]) -> Iterator[str]:
    """What the edit needs and the newest process no longer has: a stage, or a step to come before."""
    there = {step.id for step in merged.steps}
    for step in merged.steps:
        if step.stage not in merged.stages:
            yield f"step '{step.id}' is in stage {step.stage}, which was removed"
        own = ours.get(step.id, step).before
        for later in step.before:
            if later not in there and later not in theirs and later in own:
                yield f"step '{step.id}' is to come before '{later}', which was removed"


def _taken_out(old: dict[str, Step], ours: dict[str, Step], theirs: dict[str, Step]) -> Iterator[str]:
    """Steps that one side took out and the other changed."""
    for step_id, step in old.items():
        if step_id not in ours and step_id in theirs and theirs[step_id] != step:
            yield f"step '{step_id}' is taken out here, and was changed in the newest process"
        if step_id not in theirs and step_id in ours and ours[step_id] != step:
            yield f"step '{step_id}' is changed here, and was taken out of the newest process"


def _step(old: Step, ours: Step, theirs: Step, conflicts: list[str]) -> Step:
    values: dict[str, Any] = {
        field: _value(
            getattr(old, field), getattr(ours, field), getattr(theirs, field), f"step '{old.id}', {words}", conflicts
        )
        for field, words in _VALUES.items()
    }
    values |= {
        field: tuple(
            _list(
                getattr(old, field),
                getattr(ours, field),
                getattr(theirs, field),
                f"step '{old.id}', {field}",
                conflicts,
            )
        )
        for field in _LISTS
    }
    return replace(theirs, **values)


def _value(old: Any, ours: Any, theirs: Any, what: str, conflicts: list[str]) -> Any:
    """What the side that changed it says."""
    if ours in (old, theirs):
        return theirs
    if theirs != old:
        conflicts.append(f"{what}: {_said(ours)} here, {_said(theirs)} in the newest process, {_said(old)} before")
    return ours


def _list(old: Sequence[T], ours: Sequence[T], theirs: Sequence[T], what: str, conflicts: list[str]) -> list[T]:
    """`theirs` without what `ours` took out, with what it put in behind the same neighbour, in its order if changed."""
    if tuple(ours) in (tuple(old), tuple(theirs)):
        return list(theirs)
    if tuple(theirs) == tuple(old):
        return list(ours)
    common = {*old} & {*ours} & {*theirs}
    mine, other, before = ([each for each in one if each in common] for one in (ours, theirs, old))
    found = [each for each in theirs if each in ours or each not in old]
    if mine != before:
        if other not in (before, mine):
            conflicts.append(f"{what} was changed here and in the newest process")
        following = iter(mine)
        found = [next(following) if each in common else each for each in found]
    for place, each in enumerate(ours):
        if each not in old and each not in found:
            neighbour = next((one for one in reversed(ours[:place]) if one in found), None)
            found.insert(found.index(neighbour) + 1 if neighbour is not None else 0, each)
    return found


def _said(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return duration_text(value) if hasattr(value, "total_seconds") else f"“{value}”"
