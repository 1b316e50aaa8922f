"""A sales process on paper: stages, the steps in them, and what must hold.

Everything here is frozen: a process version is a document, and a change makes a new one.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

STAGE_ACTIVITY: Final = "stage: "
"""Prefix of the activity that entering a stage is in a deal's events: `stage: Propose`."""


class Template(StrEnum):
    """The DECLARE templates (Pesic, Schonenberg & van der Aalst 2007; Maggi et al. 2011), by their standard names."""

    EXISTENCE = "existence"
    ABSENCE = "absence"
    EXACTLY_ONE = "exactly_one"
    INIT = "init"
    RESPONDED_EXISTENCE = "responded_existence"
    RESPONSE = "response"
    ALTERNATE_RESPONSE = "alternate_response"
    CHAIN_RESPONSE = "chain_response"
    PRECEDENCE = "precedence"
    ALTERNATE_PRECEDENCE = "alternate_precedence"
    CHAIN_PRECEDENCE = "chain_precedence"
    SUCCESSION = "succession"
    ALTERNATE_SUCCESSION = "alternate_succession"
    CHAIN_SUCCESSION = "chain_succession"
    CO_EXISTENCE = "co_existence"
    NOT_CO_EXISTENCE = "not_co_existence"
    NOT_SUCCESSION = "not_succession"
    NOT_CHAIN_SUCCESSION = "not_chain_succession"

    @property
    def unary(self) -> bool:
        return self in _UNARY


_UNARY = frozenset({Template.EXISTENCE, Template.ABSENCE, Template.EXACTLY_ONE, Template.INIT})


@dataclass(frozen=True)
class Operand:
    """What a constraint speaks of: any of these activities, under the name people call it."""

    name: str
    activities: tuple[str, ...]

    @property
    def text(self) -> str:
        """The operand as written in a rule: a step's id, `stage: Propose`, or an activity, quoted where it must be."""
        if self.activities != (self.name,):
            return self.name
        if self.name.startswith(STAGE_ACTIVITY):
            return STAGE_ACTIVITY + _quoted(self.name.removeprefix(STAGE_ACTIVITY))
        return _quoted(self.name)


def _quoted(name: str) -> str:
    """A name as it stands in a rule: in quotes unless it is plain words."""
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


_PLAIN = re.compile(r"[^\W\d_](?:[\w ./&+'-]*[\w./&+'-])?")


def stage_operand(stage: str) -> Operand:
    """Entering a stage, as an operand."""
    activity = STAGE_ACTIVITY + stage
    return Operand(activity, (activity,))


def later_stage_operand(stage: str, stages: tuple[str, ...]) -> Operand:
    """Entering any stage that comes after `stage`; without activities when none does."""
    later = stages[stages.index(stage) + 1 :]
    return Operand(f"stage after: {_quoted(stage)}", tuple(STAGE_ACTIVITY + each for each in later))


class Kind(StrEnum):
    """What a broken constraint means to a sales manager."""

    SKIPPED = "skipped"
    LATE = "late"
    OUT_OF_ORDER = "out_of_order"
    BROKEN_RULE = "broken_rule"


@dataclass(frozen=True)
class Constraint:
    """One rule over the events of a deal.

    `first` and `second` are the operands in the order in which the template names them: in `response(a, b)` every
    a is followed by a b. A unary template has no `second`. `within` bounds the time between the two events, or for
    a unary template the time since the deal's first event. `count` is the n of existence (at least n) and absence
    (at most n - 1).

    `deadline` changes what `within` means, for responded_existence alone. With it the rule is judged only for deals
    that have an event of `second` at all; it is kept when the earliest of these is at or before e + `within`, where e
    is the earliest event of `first`: doing it before e is never late, and not doing it is another rule's matter. A
    deal without an event of `first` keeps the rule, unless the caller knows another start for it.

    `step` is the process step that the rule came from and `kind` what breaking it means; a rule written directly has
    neither.
    """

    template: Template
    first: Operand
    second: Operand | None = None
    within: timedelta | None = None
    count: int = 1
    step: str | None = None
    kind: Kind = Kind.BROKEN_RULE
    deadline: bool = False

    @property
    def text(self) -> str:
        """The rule as written in a process file: `response(demo, proposal) within 14 days`.

        Reading it back with the same stages and steps gives the same rule, without `step` and `kind`.
        """
        operands = [operand.text for operand in self.operands]
        if self.count != 1:
            operands.append(str(self.count))
        bound = ""
        if self.within is not None:
            bound = f" {'no later than' if self.deadline else 'within'} {duration_text(self.within)}"
        return f"{self.template.value}({', '.join(operands)}){bound}"

    @property
    def operands(self) -> tuple[Operand, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)


@dataclass(frozen=True)
class Step:
    """What the process prescribes at one point of a stage, and what the buyer does then.

    `activities` are the logged activities that count as having done it. `before` names steps that must not come
    first. `within` runs from entering the stage. `exit` steps must be done before the stage is left. `frequency`, if
    the step was discovered, is the share of the deals that entered its stage in which it was found, from 0 to 1.
    """

    id: str
    stage: str
    activities: tuple[str, ...]
    buyer: str = ""
    required: bool = False
    before: tuple[str, ...] = ()
    within: timedelta | None = None
    role: str = ""
    exit: bool = False
    name: str = ""
    frequency: float | None = None

    @property
    def operand(self) -> Operand:
        return Operand(self.id, self.activities)


@dataclass(frozen=True)
class Process:
    """One version of a sales process."""

    name: str
    version: int
    stages: tuple[str, ...]
    steps: tuple[Step, ...]
    constraints: tuple[Constraint, ...] = ()
    notes: str = field(default="", compare=False)

    def step(self, step_id: str) -> Step:
        return next(step for step in self.steps if step.id == step_id)

    def steps_of(self, stage: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.stage == stage)


_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def duration_text(duration: timedelta) -> str:
    """A duration in its largest whole unit: `14 days`, `36 hours`, `90 seconds`."""
    for unit, size in _UNITS:
        if duration and not duration % size:
            count = duration // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    seconds = f"{duration.total_seconds():.6f}".rstrip("0").rstrip(".")
    return f"{seconds} second{'' if seconds == '1' else 's'}"
