"""Constraints as compiled code takes them: formulas over the activities of a log by their numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from afteraction.analysis.arrays import Flags
from afteraction.analysis.declare import UNBOUNDED, Formula
from afteraction.process.model import Constraint, Kind, Operand, Template


@dataclass(frozen=True)
class Rule:
    """A formula over the activities of a log.

    `constraint` is the number under which violations are told; a constraint may be several rules. `a` and `b` say of
    every activity whether it is that operand and, last, whether the first event of a trace is. `within` is in
    microseconds.
    """

    constraint: int
    formula: Formula
    a: Flags
    b: Flags
    within: int = UNBOUNDED
    count: int = 1

    @property
    def swapped(self) -> "Rule":
        """The same with the operands exchanged."""
        return replace(self, a=self.b, b=self.a)


def rules_of(
    number: int, constraint: Constraint, numbers: Mapping[str, int], at_start: Collection[str] = ()
) -> tuple[Rule, ...]:
    """The rules that a constraint consists of; no event breaks two of them.

    `numbers`: those of the log's activities, from 0. `at_start`: activities of stages that deals begin in.
    """
    from_start = constraint.kind in _FROM_STAGE_ENTRY and set(constraint.first.activities) <= set(at_start)
    rule = Rule(
        number,
        Formula.LATE,
        _flags(None if from_start else constraint.first, numbers, from_start),
        _flags(constraint.second, numbers),
        _microseconds(constraint.within),
        constraint.count,
    )
    if constraint.deadline:
        return (rule,)
    match constraint.template:
        case Template.EXACTLY_ONE:  # existence(a) ∧ absence(2, a)
            return replace(rule, formula=Formula.EXISTENCE, count=1), replace(rule, formula=Formula.ABSENCE, count=2)
        case Template.SUCCESSION:  # response ∧ precedence
            return replace(rule, formula=Formula.RESPONSE), replace(rule, formula=Formula.PRECEDENCE)
        case Template.ALTERNATE_SUCCESSION:  # of both the alternate kind; an a that is b needs no a before it
            both = Formula.ALTERNATE_RESPONSE, Formula.ALTERNATE_PRECEDENCE
            return replace(rule, formula=both[0]), replace(rule, formula=both[1])
        case Template.CO_EXISTENCE:  # responded existence in both directions
            there = replace(rule, formula=Formula.RESPONDED_EXISTENCE)
            return there, there.swapped
        case template:
            return (replace(rule, formula=Formula[template.name]),)


_FROM_STAGE_ENTRY = (Kind.SKIPPED, Kind.LATE)
"""What breaking the rules of a step means whose first operand is entering its stage."""


def _flags(operand: Operand | None, numbers: Mapping[str, int], from_start: bool = False) -> Flags:
    flags = np.zeros(max(numbers.values(), default=-1) + 2, np.bool_)
    flags[[numbers[name] for name in (operand.activities if operand else ()) if name in numbers]] = True
    flags[-1] = from_start
    return flags


def _microseconds(within: timedelta | None) -> int:
    return UNBOUNDED if within is None else min(within // timedelta(microseconds=1), UNBOUNDED - 1)
