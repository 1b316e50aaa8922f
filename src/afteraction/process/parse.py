"""The text of a process file, read as far as it can be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from afteraction.process.document import Reader, is_empty, items, place, shown
from afteraction.process.model import STAGE_ACTIVITY, Process, Step
from afteraction.process.problem import Problem
from afteraction.process.rule import (
    PREFIXES,
    Name,
    Rule,
    UnreadableRule,
    Vocabulary,
    build_rule,
    prefixed_name,
    read_rule,
)

KEYS = ("process", "version", "notes", "stages", "steps", "constraints")
STEP_KEYS = (
    "id",
    "name",
    "stage",
    "activity",
    "buyer",
    "required",
    "before",
    "within",
    "role",
    "exit",
    "frequency",
)
BOUND_KEYS = ("count", "within", "no later than")
_ID = re.compile(r"\w[\w-]*")


@dataclass(frozen=True)
class StepSource:
    """A step as read, and where it and its values stand."""

    step: Step
    node: yaml.Node
    values: Mapping[str, yaml.Node]

    def at(self, key: str) -> yaml.Node:
        """Where a value stands; the step itself if it has none."""
        return self.values.get(key, self.node)

    @property
    def before_nodes(self) -> list[yaml.ScalarNode]:
        """Where the steps stand that this one must come before."""
        nodes = items(self.values.get("before"))
        return [node for node in nodes if isinstance(node, yaml.ScalarNode) and node.value.strip()]


@dataclass(frozen=True)
class RuleSource:
    """A rule as read, and where it stands."""

    rule: Rule
    node: yaml.Node


@dataclass(frozen=True)
class Draft:
    """A process file as read. Where `problems` is not empty, what could not be read is missing from the rest."""

    process: Process
    stage_nodes: Sequence[yaml.Node] = ()
    steps: Sequence[StepSource] = ()
    rules: Sequence[RuleSource] = ()
    problems: Sequence[Problem] = ()
    named: bool = False


def parse(text: str) -> Draft:
    """What the text of a process file says, with every problem of form; sense is checked by `check_text`."""
    reader = Reader(text)
    values = reader.mapping(reader.root, "the process file", KEYS)
    if not reader.problems and not values.keys() & {"stages", "steps", "constraints"}:
        line, column = (1, 1) if reader.root is None else place(reader.root)
        reader.problems.append(
            Problem(line, column, "nothing that a deal could follow", "stages, steps or constraints")
        )
    stage_nodes, stages = _stages(reader, values.get("stages"))
    steps = [step for node in _list(reader, values, "steps") if (step := _step(reader, node))]
    vocabulary = Vocabulary(tuple(stages), {source.step.id: source.step.operand for source in steps})
    rules = [rule for node in _list(reader, values, "constraints") if (rule := _rule(reader, node, vocabulary))]
    process = Process(
        name=reader.text(values.get("process"), "the name of the process") or "",
        version=reader.whole(values.get("version"), "the version") or 1,
        stages=tuple(stages),
        steps=tuple(source.step for source in steps),
        constraints=tuple(source.rule.constraint for source in rules),
        notes=_optional_text(reader, values, "notes"),
    )
    return Draft(process, stage_nodes, steps, rules, reader.problems, named="process" in values)


def _list(reader: Reader, values: Mapping[str, yaml.Node], key: str) -> list[yaml.Node]:
    node = values.get(key)
    if node is not None and not isinstance(node, yaml.SequenceNode) and not is_empty(node):
        reader.report(node, f"{shown(node)} as {key}", f"a list, each of the {key} on a line of its own after '- '")
        return []
    return items(node)


def _stages(reader: Reader, node: yaml.Node | None) -> tuple[list[yaml.Node], list[str]]:
    read = [(item, reader.text(item, "a stage")) for item in items(node)]
    return [item for item, stage in read if stage], [stage for _, stage in read if stage]


def _optional_text(reader: Reader, values: Mapping[str, yaml.Node], key: str) -> str:
    node = values.get(key)
    if node is None or is_empty(node) or (isinstance(node, yaml.ScalarNode) and not node.value):
        return ""
    return reader.text(node, key) or ""


def _step(reader: Reader, node: yaml.Node) -> StepSource | None:
    """A step with all that could be read of it; None without an id, since nothing can speak of it then."""
    values = reader.mapping(node, "a step", STEP_KEYS)
    if not values:
        if is_empty(node):
            reader.report(node, "nothing as a step", f"keys with values: {', '.join(STEP_KEYS)}")
        return None
    for key in ("id", "stage", "activity"):
        if key not in values:
            reader.report(node, f"a step without '{key}'", _NEEDED[key])
    step_id = reader.text(values.get("id"), "the id of a step")
    if step_id and (not _ID.fullmatch(step_id) or step_id.isdigit()):
        reader.report(values["id"], f"the step id '{step_id}'", "letters, digits, '_' and '-': discovery_call")
    step = Step(
        id=step_id or "",
        stage=reader.text(values.get("stage"), "the stage of a step") or "",
        activities=_activities(reader, values.get("activity")),
        buyer=_optional_text(reader, values, "buyer"),
        required=reader.flag(values.get("required"), "required"),
        before=_texts(reader, values.get("before"), "a step that comes later"),
        within=reader.duration(values.get("within"), "within"),
        role=_optional_text(reader, values, "role"),
        exit=reader.flag(values.get("exit"), "exit"),
        name=_optional_text(reader, values, "name"),
        frequency=reader.share(values.get("frequency"), "frequency"),
    )
    return StepSource(step, node, values) if step_id else None


_NEEDED = {
    "id": "a short name that rules can use: id: discovery_call",
    "stage": "the stage it belongs to: stage: Discover",
    "activity": "what counts as having done it: activity: [call, Discovery call]",
}


def _activities(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    """Activities as they are logged; entering a stage may be written `stage: Propose`, which is a mapping in YAML."""
    activities = []
    for item in items(node):
        if isinstance(item, yaml.MappingNode):
            stage = reader.text(reader.mapping(item, "an activity", ["stage"]).get("stage"), "a stage")
            activities += [STAGE_ACTIVITY + stage] if stage else []
        elif activity := reader.text(item, "an activity"):
            activities.append(activity)
    if node is not None and not items(node):
        reader.report(node, "nothing as activity", _NEEDED["activity"])
    return tuple(dict.fromkeys(activities))


def _texts(reader: Reader, node: yaml.Node | None, what: str) -> tuple[str, ...]:
    return tuple(text for item in items(node) if (text := reader.text(item, what)))


def _list_name(reader: Reader, node: yaml.Node, what: str) -> Name | None:
    """A name in a list: a text, or `stage: Propose`, which YAML takes for a key with a value."""
    if isinstance(node, yaml.MappingNode):
        values = reader.mapping(node, what, PREFIXES)
        if len(node.value) != 1:
            reader.report(node, f"{shown(node)} as {what}", "one name, or 'stage:' and a name")
        if not values:
            return None
        prefix, value = next(iter(values.items()))
        text = reader.text(value, what)
        return Name(text, prefix) if text else None
    text = reader.text(node, what)
    return prefixed_name(text) if text else None


def _rule(reader: Reader, node: yaml.Node, vocabulary: Vocabulary) -> RuleSource | None:
    try:
        if isinstance(node, yaml.MappingNode):
            rule = _mapped_rule(reader, node, vocabulary)
        else:
            text = reader.text(node, "a rule")
            rule = read_rule(text, vocabulary) if text else None
    except UnreadableRule as unreadable:
        for problem in unreadable.problems:
            reader.report(node, problem.found, problem.expected)
        return None
    return RuleSource(rule, node) if rule else None


def _mapped_rule(reader: Reader, node: yaml.MappingNode, vocabulary: Vocabulary) -> Rule | None:
    """A rule of the form `{response: [demo, proposal_sent], within: 14 days}`."""
    first_key = node.value[0][0] if node.value else None
    if isinstance(first_key, yaml.ScalarNode) and "(" in first_key.value:
        rest = node.value[0][1].value
        written = f"{first_key.value}: {rest if isinstance(rest, str) else '…'}"
        reader.report(node, "a rule with a colon and no quotes", f"quotes around it: - '{written}'")
        return None
    names = [str(key.value) for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    templates = [name for name in names if name not in BOUND_KEYS]
    if len(templates) != 1:
        reader.report(node, f"a rule with {len(templates)} names", "one: {response: [demo, proposal_sent]}")
        return None
    values = reader.mapping(node, "a rule", (*templates, *BOUND_KEYS))
    operands = [_operand(reader, item) for item in items(values.get(templates[0]))]
    count = reader.whole(values.get("count"), "count")
    if count is not None:
        operands.append([Name(str(count))])
    within, deadline = (reader.text(values.get(key), key) for key in BOUND_KEYS[1:])
    if not all(operands):
        return None
    return build_rule(templates[0], operands, within, deadline, vocabulary)


def _operand(reader: Reader, node: yaml.Node) -> list[Name]:
    """One operand: a name, or a list of names of which it is any."""
    names = [_list_name(reader, item, "an operand") for item in items(node)]
    return [name for name in names if name]
