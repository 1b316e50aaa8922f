"""A process as the text of a process file that is pleasant to read and to compare."""

from collections.abc import Iterable
from typing import Any

import yaml

from afteraction.process.model import Process, Step, duration_text


def process_text(process: Process, header: str = "") -> str:
    """The process as YAML, one blank line between steps, `header` as a comment on top.

    `check_text` reads the same process from it, given that the rules in `constraints` name the stages and steps of
    this process and were written directly (their `step` and `kind` are not part of the file).
    """
    parts = part_texts(process)
    head = "".join(parts.pop(key, "") for key in ("process", "version", "notes", "stages"))
    comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return comment + "\n".join([head, *parts.values()])


def part_texts(process: Process) -> dict[str, str]:
    """The parts of a process file by their keys, each with its key; those that say nothing are left out."""
    values: dict[str, Any] = {
        "process": process.name,
        "version": process.version,
        "notes": process.notes,
        "stages": _Inline(process.stages),
    }
    parts = {key: _yaml({key: value}) for key, value in values.items() if value or key == "version"}
    if process.steps:
        parts["steps"] = "steps:\n" + "\n".join(step_text(step) for step in process.steps)
    if process.constraints:
        parts["constraints"] = _yaml({"constraints": [constraint.text for constraint in process.constraints]})
    return parts


def step_text(step: Step) -> str:
    """A step as it stands in the list of steps, indented by two spaces."""
    return _yaml({"steps": [_step_values(step)]}, skip=1)


def _step_values(step: Step) -> dict[str, Any]:
    """What is said of a step, in the order of the documentation; what says nothing is left out."""
    values: dict[str, Any] = {
        "id": step.id,
        "name": step.name,
        "stage": step.stage,
        "activity": step.activities[0] if len(step.activities) == 1 else _Inline(step.activities),
        "buyer": step.buyer,
        "required": step.required,
        "before": _Inline(step.before),
        "within": duration_text(step.within) if step.within is not None else "",
        "role": step.role,
        "exit": step.exit,
    }
    said = {key: value for key, value in values.items() if value}
    return said if step.frequency is None else said | {"frequency": step.frequency}


class _Inline(list[str]):
    """A list written on one line: [Qualify, Discover]."""

    def __init__(self, items: Iterable[str]) -> None:
        super().__init__(items)


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


_OTHER_LINE_BREAKS = frozenset("\r\x85\u2028\u2029\ufeff")
"""YAML reads these as plain line breaks, or drops them, unless they are escaped."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = None
    if _OTHER_LINE_BREAKS & set(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(
    _Inline, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)
)


def _yaml(values: dict[str, Any], skip: int = 0) -> str:
    """YAML without its first `skip` lines."""
    text = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=110)
    return "".join(text.splitlines(keepends=True)[skip:])
