"""A sales process on paper: stages, the steps in them, and what must hold.

Everything here is frozen: a process version is a document, and a change makes a new one.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


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
    """

    template: Template
    first: Operand
    second: Operand | None = None
    within: timedelta | None = None
    count: int = 1
    step: str | None = None
    kind: Kind = Kind.BROKEN_RULE

    @property
    def text(self) -> str:
        """The rule as written in a process file: `response(demo, proposal) within 14 days`."""
        names = [self.first.name] + ([self.second.name] if self.second else [])
        if self.count != 1:
            names.append(str(self.count))
        bound = f" within {duration_text(self.within)}" if self.within is not None else ""
        return f"{self.template.value}({', '.join(names)}){bound}"


@dataclass(frozen=True)
class Step:
    """What the process prescribes at one point of a stage, and what the buyer does then.

    `activities` are the logged activities that count as having done it. `before` names steps that must not come
    first. `within` runs from entering the stage. `exit` steps must be done before the stage is left.
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


_UNITS = (("week", timedelta(weeks=1)), ("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def duration_text(duration: timedelta) -> str:
    """A duration in its largest whole unit: `14 days`, `36 hours`, `90 seconds`."""
    for unit, size in _UNITS[1:]:
        if duration and not duration % size:
            count = duration // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{duration.total_seconds():g} seconds"
