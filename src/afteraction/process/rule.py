"""A DECLARE rule as people write it: `response(demo, proposal_sent) within 14 days`.

    rule        template(operand, operand) [bound]
    operand     name | name | ...            any of these
    name        a step's id, else the name of a logged activity
                "any text"                   an activity, whatever is in its name
                activity: name               an activity that is called like a step
                stage: name                  entering a stage
                stage after: name            entering any later stage
    bound       within DURATION              see `Constraint.within`
                no later than DURATION       see `Constraint.deadline`

existence and absence take a whole number as a second operand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from afteraction.process.duration import parse_duration
from afteraction.process.model import (
    STAGE_ACTIVITY,
    Constraint,
    Operand,
    Template,
    later_stage_operand,
    stage_operand,
)
from afteraction.process.problem import Unreadable, one_of
from afteraction.process.template import template_named

PREFIXES = ("stage", "stage after", "activity")
_COUNTED = (Template.EXISTENCE, Template.ABSENCE)


@dataclass(frozen=True)
class Vocabulary:
    """The names that the rules of one process file may use: its stages, and its steps by their ids."""

    stages: tuple[str, ...] = ()
    steps: Mapping[str, Operand] = field(default_factory=dict)


@dataclass(frozen=True)
class Name:
    """One name in an operand, and what was written before it: nothing, or one of PREFIXES."""

    text: str
    prefix: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule that was read; `guessed` are the bare names that were taken for activities since no step has them."""

    constraint: Constraint
    guessed: tuple[str, ...] = ()


class UnreadableRule(Exception):
    """Everything that is wrong with one rule."""

    def __init__(self, problems: Sequence[Unreadable]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def read_rule(text: str, vocabulary: Vocabulary) -> Rule:
    """The rule that `text` says; raises UnreadableRule with all that is wrong with it."""
    try:
        template_name, operands, bound = _parts(text)
    except Unreadable as problem:
        raise UnreadableRule([problem]) from None
    return build_rule(template_name, operands, bound["within"], bound["deadline"], vocabulary)


def build_rule(
    template_name: str,
    operands: Sequence[Sequence[Name]],
    within: str | None,
    deadline: str | None,
    vocabulary: Vocabulary,
) -> Rule:
    """A rule from its parts; raises UnreadableRule with all that is wrong with them.

    Each operand is the names that it is any of. `within` and `deadline` are durations as written.
    """
    problems: list[Unreadable] = []
    template, count, length = Template.RESPONSE, 1, None
    resolved: list[Operand] = []
    with _noted(problems):
        length = _bound(within, deadline)
    with _noted(problems):
        template, fixed_count = template_named(template_name)
        operands, count = _operands_and_count(template, operands, fixed_count)
        _check_bound(template, within, deadline)
    for names in operands:
        with _noted(problems):
            resolved.append(resolve(names, vocabulary))
    if problems:
        raise UnreadableRule(problems)
    second = resolved[1] if len(resolved) == 2 else None
    constraint = Constraint(template, resolved[0], second, length, count, deadline=deadline is not None)
    bare = [name.text for name in chain.from_iterable(operands) if not name.prefix]
    return Rule(constraint, tuple(name for name in bare if name not in vocabulary.steps))


def prefixed_name(text: str) -> Name:
    """A name as an item of a list, where nothing needs quotes: `demo`, `stage: Propose`, `Call, first`."""
    match = _PREFIX.match(text)
    return Name(text[match.end() :], _prefix(match["prefix"])) if match else Name(text)


_PREFIX = re.compile(r"(?P<prefix>stage\s+after|stage|activity)\s*:\s*", re.IGNORECASE)
_HEAD = re.compile(r"\s*(?P<template>[^()\"']*?)\s*\(")
_NAME = re.compile(
    rf"\s*(?:{_PREFIX.pattern})?"
    r"""(?:"(?P<double>(?:[^"]|"")+)"|'(?P<single>(?:[^']|'')+)'|(?P<bare>[^\s,|()"'][^,|()]*))\s*""",
    re.IGNORECASE,
)
_BOUND = re.compile(r"\s*(?:within\s+(?P<within>.+?)|not?\s+later\s+than\s+(?P<deadline>.+?))?\s*", re.IGNORECASE)


def _prefix(written: str) -> str:
    return " ".join(written.casefold().split())


def _parts(text: str) -> tuple[str, list[list[Name]], re.Match[str]]:
    head = _HEAD.match(text)
    if not head:
        raise Unreadable(f"'{text}'", "a rule such as response(demo, proposal_sent) within 14 days")
    operands, end = _operands(text, head.end())
    bound = _BOUND.fullmatch(text, end)
    if not bound:
        raise Unreadable(f"'{text[end:].strip()}' after the rule", "'within' or 'no later than' and a duration")
    return head["template"], operands, bound


def _operands(text: str, start: int) -> tuple[list[list[Name]], int]:
    """The operands between the brackets, and where the closing bracket ends."""
    operands: list[list[Name]] = [[]]
    position = start
    while True:
        match = _NAME.match(text, position)
        if not match:
            raise Unreadable(f"'{text[position:].strip()}' where a name should be", "a step, an activity or a stage")
        operands[-1].append(_name(match))
        position = match.end() + 1
        match text[match.end() : position]:
            case ")":
                return operands, position
            case ",":
                operands.append([])
            case "|":
                pass
            case "":
                expected = "a ')' after the last name, and quotes around a rule inside [ ]"
                raise Unreadable(f"'{text.strip()}' without its closing bracket", expected)
            case other:
                raise Unreadable(f"'{other}' within a name", "names with brackets, commas or | in double quotes")


def _name(match: re.Match[str]) -> Name:
    prefix = _prefix(match["prefix"] or "")
    if match["double"]:
        return Name(match["double"].replace('""', '"'), prefix or "activity")
    if match["single"]:
        return Name(match["single"].replace("''", "'"), prefix or "activity")
    return Name(match["bare"].rstrip(), prefix)


def _operands_and_count(
    template: Template, operands: Sequence[Sequence[Name]], fixed_count: int | None
) -> tuple[Sequence[Sequence[Name]], int]:
    wanted = 1 if template.unary else 2
    if template in _COUNTED and fixed_count is None and len(operands) == 2:
        counts = [names for names in operands if _is_count(names)]
        if len(counts) != 1:
            raise Unreadable(f"no count in {template.value}", f"{template.value}(step, 2): a whole number from 1 on")
        return [names for names in operands if names not in counts], int(counts[0][0].text)
    if len(operands) != wanted:
        counted = " and a count" if template in _COUNTED else ""
        raise Unreadable(
            f"{len(operands)} operand{'s' * (len(operands) != 1)} in {template.value}",
            f"{'one operand' if wanted == 1 else 'two operands'}{counted}",
        )
    return operands, fixed_count or 1


def _is_count(names: Sequence[Name]) -> bool:
    return len(names) == 1 and not names[0].prefix and bool(_NUMBER.fullmatch(names[0].text))


_NUMBER = re.compile(r"0*[1-9][0-9]{0,5}")


def _bound(within: str | None, deadline: str | None) -> timedelta | None:
    if within is not None and deadline is not None:
        raise Unreadable("both 'within' and 'no later than'", "one of them")
    written = deadline if within is None else within
    return None if written is None else parse_duration(written)


def _check_bound(template: Template, within: str | None, deadline: str | None) -> None:
    if template is Template.INIT and (within or deadline):
        raise Unreadable("a time bound on init", "none: init says which event is the first")
    if deadline and template is not Template.RESPONDED_EXISTENCE:
        raise Unreadable(f"'no later than' in {template.value}", "responded_existence with it, or 'within'")


def resolve(names: Sequence[Name], vocabulary: Vocabulary) -> Operand:
    """The operand that is any of some names; raises Unreadable for a stage that there is not, or a blank name."""
    operands = {operand.text: operand for operand in (_operand(name, vocabulary) for name in names)}
    if len(operands) == 1:
        return next(iter(operands.values()))
    activities = dict.fromkeys(chain.from_iterable(operand.activities for operand in operands.values()))
    return Operand(" | ".join(operands), tuple(activities))


def _operand(name: Name, vocabulary: Vocabulary) -> Operand:
    if not name.text.strip():
        raise Unreadable("a blank name", "a step, an activity or a stage")
    if name.prefix.startswith("stage"):
        return _stage(name, vocabulary.stages)
    step = vocabulary.steps.get(name.text)
    if step and not name.prefix:
        return step
    if name.text.startswith(STAGE_ACTIVITY):
        return _stage(Name(name.text.removeprefix(STAGE_ACTIVITY), "stage"), vocabulary.stages)
    if step and step.activities != (name.text,):
        return Operand(f"activity: {name.text}", (name.text,))
    return Operand(name.text, (name.text,))


def _stage(name: Name, stages: tuple[str, ...]) -> Operand:
    """A file without stages may name any stage, but knows no order of them."""
    if name.text not in stages and (stages or name.prefix == "stage after"):
        raise Unreadable(f"the stage '{name.text}'", one_of(stages, name.text))
    if name.prefix == "stage":
        return stage_operand(name.text)
    later = later_stage_operand(name.text, stages)
    if not later.activities:
        raise Unreadable(f"stage after: {name.text}", "a stage that others follow; this is the last one")
    return later


@contextmanager
def _noted(problems: list[Unreadable]) -> Iterator[None]:
    """Go on after a problem, so that all of them are told at once."""
    try:
        yield
    except Unreadable as problem:
        problems.append(problem)
