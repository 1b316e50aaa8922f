"""The usual edits of a process, each giving a new one: a step taken out, put in, renamed, due by another time."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from afteraction.process.model import Constraint, Process, Step

_NO_ID = re.compile(r"[^a-z0-9]+")


def without_step(process: Process, step_id: str) -> Process:
    """The process without a step, and without everything that speaks of it: the orders it stands in, and its rules."""
    steps = tuple(
        replace(step, before=tuple(later for later in step.before if later != step_id))
        for step in process.steps
        if step.id != step_id
    )
    rules = tuple(rule for rule in process.constraints if not _names(rule, step_id))
    return replace(process, steps=steps, constraints=rules)


def with_step(process: Process, step: Step, after: str | None = None) -> Process:
    """The process with one more step: behind the step `after`, else as the last of its stage.

    Raises ValueError where there is a step of that id already; `new_id` makes one that is free.
    """
    if any(each.id == step.id for each in process.steps):
        raise ValueError(f"found a step {step.id!r} already; expected an id that is free")
    order = {stage: place for place, stage in enumerate(process.stages)}
    place = 0
    for number, each in enumerate(process.steps, start=1):
        if each.id == after or (
            after is None and order.get(each.stage, len(order)) <= order.get(step.stage, len(order))
        ):
            place = number
    return replace(process, steps=(*process.steps[:place], step, *process.steps[place:]))


def with_changed_step(
    process: Process,
    step_id: str,
    *,
    name: str,
    required: bool,
    within: timedelta | None,
    before: Collection[str],
) -> Process:
    """The process with a step that is called, asked for, due and ordered otherwise."""
    wanted = set(before)

    def changed(step: Step) -> Step:
        kept = [later for later in step.before if later in wanted]
        added = [each.id for each in process.steps if each.id in wanted and each.id not in kept]
        shown = name if name != step.id else step.name
        return replace(step, name=shown, required=required, within=within, before=(*kept, *added))

    return replace(process, steps=tuple(changed(step) if step.id == step_id else step for step in process.steps))


def new_id(process: Process, name: str) -> str:
    """An id for a step of that name which no step has: `Call the CFO` becomes `call_the_cfo`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _NO_ID.sub("_", plain).strip("_") or "step"
    stem = f"step_{stem}" if stem[0].isdigit() else stem
    taken = {step.id for step in process.steps}
    number, found = 2, stem
    while found in taken:
        found, number = f"{stem}_{number}", number + 1
    return found


def _names(rule: Constraint, step_id: str) -> bool:
    """Whether a rule speaks of a step, alone or as one of several that it may be."""
    return any(step_id in operand.name.split(" | ") for operand in rule.operands)
