"""A process as the rules that a deal keeps or breaks."""

from collections.abc import Iterator
from itertools import chain

from afteraction.process.model import (
    Constraint,
    Kind,
    Process,
    Step,
    Template,
    later_stage_operand,
    stage_operand,
)


def compile_process(process: Process) -> tuple[Constraint, ...]:
    """Every rule of a process: those that its steps stand for, in their order, then those written directly.

    A step that is
    - `required`: once its stage was entered it must be done, at some time (responded existence; else *skipped*)
    - bound `within` a time: where it is done at all, its first occurrence is no later than that after the stage was
      first entered (responded existence with a deadline; else *late*)
    - `before` another: the other must not come first (precedence; else *out of order*)
    - an `exit` step: no later stage is entered first (precedence; else *out of order*)

    The order of stages is free unless a rule says otherwise. `process` must have passed `check_text`.
    """
    return (*chain.from_iterable(step_constraints(process, step) for step in process.steps), *process.constraints)


def step_constraints(process: Process, step: Step) -> Iterator[Constraint]:
    """The rules that one step of a process stands for."""
    stage = stage_operand(step.stage)
    if step.required:
        yield Constraint(Template.RESPONDED_EXISTENCE, stage, step.operand, step=step.id, kind=Kind.SKIPPED)
    if step.within is not None:
        yield Constraint(
            Template.RESPONDED_EXISTENCE,
            stage,
            step.operand,
            within=step.within,
            step=step.id,
            kind=Kind.LATE,
            deadline=True,
        )
    for later in step.before:
        second = process.step(later).operand
        yield Constraint(Template.PRECEDENCE, step.operand, second, step=step.id, kind=Kind.OUT_OF_ORDER)
    if step.exit:
        second = later_stage_operand(step.stage, process.stages)
        if second.activities:
            yield Constraint(Template.PRECEDENCE, step.operand, second, step=step.id, kind=Kind.OUT_OF_ORDER)
