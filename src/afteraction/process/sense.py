"""Does a process file that can be read make sense?

Errors are what makes the process unusable; doubts are what is allowed but probably a mistake. Both are findings:
the node in the file, what stands there, what was expected.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

import yaml

from afteraction.process.compile import step_constraints
from afteraction.process.contradiction import Contradiction, contradictions
from afteraction.process.model import STAGE_ACTIVITY, Constraint, Kind, Process, Step
from afteraction.process.parse import Draft, StepSource
from afteraction.process.problem import closest, one_of

Finding = tuple[yaml.Node, str, str]


def find_sense(draft: Draft) -> tuple[list[Finding], list[Finding]]:
    """The errors and the doubts in a process file as read."""
    clashes = list(_clashes(draft))
    errors = [
        *_missing_name(draft),
        *_repeated_stages(draft),
        *_wrong_names(draft),
        *_circle_errors(draft),
        *(finding for finding, certain in clashes if certain),
    ]
    doubts = [
        *_empty_stages(draft),
        *_doubtful_exits(draft),
        *_doubtful_needs(draft),
        *_doubtful_orders(draft),
        *_shared_activities(draft),
        *_doubtful_rules(draft),
        *(finding for finding, certain in clashes if not certain),
    ]
    return errors, doubts


def _missing_name(draft: Draft) -> Iterator[Finding]:
    if draft.steps and not draft.named:
        yield draft.steps[0].node, "steps of a process without a name", "process: and its name, at the top of the file"


def _repeated_stages(draft: Draft) -> Iterator[Finding]:
    stages = draft.process.stages
    for index, (stage, node) in enumerate(zip(stages, draft.stage_nodes, strict=True)):
        if stage in stages[:index]:
            yield node, f"the stage '{stage}' a second time", "each stage once"


def _wrong_names(draft: Draft) -> Iterator[Finding]:
    ids = [source.step.id for source in draft.steps]
    stages = draft.process.stages
    for index, source in enumerate(draft.steps):
        step = source.step
        if step.id in ids[:index]:
            yield source.at("id"), f"the step id '{step.id}' a second time", "an id of its own for each step"
        if step.stage and step.stage not in stages:
            yield source.at("stage"), f"the stage '{step.stage}'", one_of(stages, step.stage)
        for activity in step.activities:
            stage = activity.removeprefix(STAGE_ACTIVITY)
            if stage != activity and stage not in stages:
                yield source.at("activity"), f"the stage '{stage}'", one_of(stages, stage)
        for node in source.before_nodes:
            if node.value == step.id:
                yield node, f"the step '{step.id}' before itself", "another step"
            elif node.value not in ids:
                yield node, f"the step '{node.value}'", one_of([each for each in ids if each != step.id], node.value)


def _circles(draft: Draft) -> list[list[str]]:
    """Steps of which each must come before the next, and the last before the first: [a, b, c, a]."""
    earlier: dict[str, set[str]] = {}
    for source in draft.steps:
        for later in source.step.before:
            if later != source.step.id:
                earlier.setdefault(later, set()).add(source.step.id)
    circles: list[list[str]] = []
    while True:
        try:
            TopologicalSorter(earlier).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            circles.append(circle)
            earlier[circle[1]].remove(circle[0])
        else:
            return circles


def _circle_errors(draft: Draft) -> Iterator[Finding]:
    for circle in _circles(draft):
        source = next(source for source in draft.steps if source.step.id in circle)
        start = circle.index(source.step.id)
        shown = " → ".join([*circle[start:-1], *circle[:start], source.step.id])
        yield source.at("before"), f"steps that wait for each other: {shown}", "an order with a first step"


def _empty_stages(draft: Draft) -> Iterator[Finding]:
    used = {source.step.stage for source in draft.steps}
    for stage, node in zip(draft.process.stages, draft.stage_nodes, strict=True):
        if stage not in used:
            yield node, f"the stage '{stage}' without a step", "at least one step in each stage"


def _doubtful_exits(draft: Draft) -> Iterator[Finding]:
    for source in draft.steps:
        step = source.step
        if step.exit and step.stage == (draft.process.stages or ("",))[-1]:
            yield source.at("exit"), f"exit in the last stage, '{step.stage}'", "no exit, since no stage comes after"
        elif step.exit and not step.required:
            expected = "required: true beside it, unless deals that end in this stage need not have the step"
            yield source.at("exit"), f"exit in '{step.id}', which is not required", expected


def _doubtful_needs(draft: Draft) -> Iterator[Finding]:
    """An order of an optional step makes it necessary, which is easily overlooked."""
    for source in draft.steps:
        step = source.step
        if step.before and not step.required:
            found = f"an order for '{step.id}', which is not required"
            expected = f"required: true beside it, since {' and '.join(step.before)} may not be done without it"
            yield source.at("before"), found, expected


def _doubtful_orders(draft: Draft) -> Iterator[Finding]:
    place = {stage: index for index, stage in enumerate(draft.process.stages)}
    stage_of = {source.step.id: source.step.stage for source in draft.steps}
    for source in draft.steps:
        own = place.get(source.step.stage, -1)
        named = [node.value for node in source.before_nodes]
        for index, node in enumerate(source.before_nodes):
            if node.value in named[:index]:
                yield node, f"the step '{node.value}' a second time", "each step once"
            elif own > place.get(stage_of.get(node.value, ""), own):
                found = f"'{source.step.id}' before '{node.value}', which belongs to an earlier stage"
                yield node, found, "steps in the order of their stages"


def _shared_activities(draft: Draft) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for source in draft.steps:
        for activity in source.step.activities:
            other = first.setdefault(activity, source.step.id)
            if other != source.step.id:
                found = f"the activity '{activity}' in '{source.step.id}' and in '{other}'"
                yield source.at("activity"), found, "activities that tell steps apart: one event counts for both"


def _doubtful_rules(draft: Draft) -> Iterator[Finding]:
    ids = [step.id for step in draft.process.steps]
    activities = [activity for step in draft.process.steps for activity in step.activities]
    written: set[str] = set()
    for source in draft.rules:
        constraint = source.rule.constraint
        if constraint.text in written:
            yield source.node, f"the rule {constraint.text} a second time", "each rule once"
        written.add(constraint.text)
        if constraint.second:
            for shared in [each for each in constraint.first.activities if each in constraint.second.activities]:
                found = f"the activity '{shared}' on both sides of {constraint.template.value}"
                yield source.node, found, "sides that tell events apart: one event counts for both"
        for guess in source.rule.guessed:
            meant = None if guess in activities else closest(guess, [*ids, *activities])
            if meant:
                expected = f"'{meant}', or quotes around \"{guess}\" if an activity is called so"
                yield source.node, f"'{guess}', which is no step and no step's activity", expected


@dataclass(frozen=True)
class _PlacedRule:
    """A rule of the process, how it is told, and where it stands."""

    constraint: Constraint
    told: str
    node: yaml.Node

    @property
    def line(self) -> int:
        return self.node.start_mark.line + 1


def _clashes(draft: Draft) -> Iterator[tuple[Finding, bool]]:
    """Contradictions between rules, and whether they are certain for some deal that the process allows."""
    rules = [*_step_rules(draft)]
    for source in draft.rules:
        constraint = source.rule.constraint
        if all(operand.activities for operand in constraint.operands):
            rules.append(_PlacedRule(constraint, constraint.text, source.node))
    for clash in contradictions([rule.constraint for rule in rules]):
        involved = sorted((rules[number] for number in clash.rules), key=lambda rule: rule.line)
        listed = ", ".join(f"{rule.told} (line {rule.line})" for rule in involved)
        finding = (involved[-1].node, f"rules that {_effect(clash)}: {listed}", "one of them changed or left out")
        yield finding, not clash.stages


def _effect(clash: Contradiction) -> str:
    if clash.stages:
        return f"no deal can keep that enters both {' and '.join(clash.stages)}"
    if clash.impossible is None:
        return "no deal can keep"
    name = clash.impossible.text
    stage = name.removeprefix(STAGE_ACTIVITY)
    return f"leave no way to {f'have {name}' if stage == name else f'enter {stage}'}"


def _step_rules(draft: Draft) -> Iterator[_PlacedRule]:
    """The rules of the steps that could be read; orders that run in a circle are told on their own."""
    in_circles = {step for circle in _circles(draft) for step in circle}
    stages = tuple(dict.fromkeys(draft.process.stages))
    sources: dict[str, StepSource] = {}
    for source in draft.steps:
        if source.step.activities and source.step.stage in stages:
            sources.setdefault(source.step.id, source)
    steps = {step_id: _without(source.step, in_circles, sources) for step_id, source in sources.items()}
    process = Process("", 1, stages, tuple(steps.values()))
    for step_id, step in steps.items():
        for constraint in step_constraints(process, step):
            yield _placed(constraint, sources[step_id])


def _without(step: Step, in_circles: set[str], known: dict[str, StepSource]) -> Step:
    before = () if step.id in in_circles else tuple(each for each in step.before if each in known and each != step.id)
    return replace(step, before=before)


def _placed(constraint: Constraint, source: StepSource) -> _PlacedRule:
    step, second = source.step, constraint.second
    if constraint.kind is Kind.SKIPPED:
        return _PlacedRule(constraint, f"'{step.id}' is required", source.at("required"))
    if constraint.kind is Kind.LATE:
        return _PlacedRule(constraint, f"'{step.id}' has a time limit", source.at("within"))
    if second and second.name in step.before:
        return _PlacedRule(constraint, f"'{step.id}' is before '{second.name}'", source.at("before"))
    return _PlacedRule(constraint, f"'{step.id}' is before the end of '{step.stage}'", source.at("exit"))
