"""Work that is usually done, as the steps and rules of a process file."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from afteraction.analysis.order import Order
from afteraction.analysis.phases import ALWAYS
from afteraction.analysis.placement import PlacedWork
from afteraction.analysis.practice import Practice
from afteraction.process.model import Constraint, Step, Template

REQUIRED: Final = 0.8
"""A step is required when four deals in five have it: a rule that is broken more often is not what people follow."""
REPEATED: Final = 0.5
"""Work is repeated when at least half of the deals that have it have it more than once."""
ENOUGH: Final = 20
"""Deals that it takes to call a step required, ordered or bound in time. A share of fewer may be off by 20 points."""
_LONGEST: Final = timedelta(days=3652)
"""No step has a time limit of more than ten years."""


@dataclass(frozen=True)
class Prescription:
    """Steps in their usual order and, as rules of their own, what a step cannot say."""

    steps: tuple[Step, ...]
    rules: tuple[Constraint, ...]


def prescribe(
    work: Sequence[PlacedWork], ids: Sequence[str], places: Sequence[str], order: Order, gates: Sequence[int]
) -> Prescription:
    """The steps of `work`, with their `ids`, in the stages named `places`.

    - required: done in at least REQUIRED of the deals that had the time
    - within: the deadline of `practice.DEADLINE`, rounded up to whole days, hours or minutes
    - before: in ALWAYS of the deals that have the later step the earlier one had been done; of such relations only
      those are kept that do not follow from the others (the transitive reduction). Repeated work, such as mail, is
      before nothing: it goes on all the time, and that it began earlier means little

    That an optional step must come before another is a rule of its own, since `before` is said of required steps.
    `gates` open the places after the first where these are derived; work that nearly always follows its gate, but is
    not required of every deal, is the response to it.
    """
    numbers = [one.number for one in work]
    names = dict(zip(numbers, ids, strict=True))
    follows = reduced(
        {
            one.number: set() if is_repeated(one.practice) else _followers(order, one.number, numbers[place + 1 :])
            for place, one in enumerate(work)
        }
    )
    steps = tuple(
        Step(
            id=names[one.number],
            stage=places[one.place],
            activities=(one.work.activity,),
            required=is_required(one.judged),
            before=tuple(names[b] for b in numbers if b in follows[one.number]) if is_required(one.judged) else (),
            within=_time_limit(one.judged),
            name=one.work.name,
            frequency=round(one.practice.done / one.practice.had_time, 3),
        )
        for one in work
    )
    by_number = dict(zip(numbers, steps, strict=True))
    rules = [
        Constraint(Template.PRECEDENCE, by_number[one].operand, by_number[later].operand)
        for one in numbers
        if not by_number[one].required
        for later in numbers
        if later in follows[one]
    ]
    return Prescription(steps, (*rules, *_responses(work, by_number, gates)))


def is_required(judged: Practice) -> bool:
    """Whether work is done often enough, in enough deals, to call it required."""
    return judged.had_time >= ENOUGH and judged.done >= REQUIRED * judged.had_time


def is_repeated(practice: Practice) -> bool:
    """Whether deals that have the work usually have it more than once."""
    return practice.again >= max(REPEATED * practice.done, 1)


def reduced(follows: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """The transitive reduction of an order without circles: what follows from other pairs is dropped.

    `follows` has for each node those that come after it; a node stands after all that it follows.
    """
    reach: dict[int, set[int]] = {}
    for node in reversed(list(follows)):
        reach[node] = follows[node].union(*(reach[after] for after in follows[node]))
    return {
        node: {after for after in afters if not any(after in reach[other] for other in afters)}
        for node, afters in follows.items()
    }


def _followers(order: Order, one: int, later: Sequence[int]) -> set[int]:
    """Those of the later ones that nearly always come after it."""
    return {
        other
        for other in later
        if order.deals[other] >= ENOUGH and order.before.get((one, other), 0) >= ALWAYS * order.deals[other]
    }


def _responses(work: Sequence[PlacedWork], steps: Mapping[int, Step], gates: Sequence[int]) -> Iterator[Constraint]:
    for one in work:
        gate = steps.get(gates[one.place - 1]) if one.place and gates else None
        step = steps[one.number]
        if gate and gate is not step and not step.required and is_required(one.practice):
            yield Constraint(Template.RESPONSE, gate.operand, step.operand)


def _time_limit(judged: Practice) -> timedelta | None:
    """The deadline in a unit that people use: days from two on, else hours from two on, else minutes."""
    if judged.deadline_days is None or judged.timed < ENOUGH:
        return None
    deadline = timedelta(days=judged.deadline_days)
    unit = next(
        (unit for unit in (timedelta(days=1), timedelta(hours=1)) if deadline >= 2 * unit), timedelta(minutes=1)
    )
    return min(max(math.ceil(deadline / unit), 1) * unit, _LONGEST)
