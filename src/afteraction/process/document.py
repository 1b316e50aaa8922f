"""A YAML document as far as a process file may use it, with the place of everything in it.

Refused are anchors, aliases and tags (a process file is plain text that people read, and these make small files
into huge ones), deep nesting, several documents in one file, and files larger than MAX_BYTES.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import yaml

from afteraction.process.duration import parse_duration
from afteraction.process.problem import Problem, Unreadable, one_of
from afteraction.process.syntax import syntax_problem

MAX_BYTES = 128 * 1024
MAX_DEPTH = 12

_TRUE = ("true", "yes", "on")
_FALSE = ("false", "no", "off")
_TEXT_TAG = "tag:yaml.org,2002:str"


class Reader:
    """Reads typed values out of a YAML document and notes every problem with its place instead of stopping at it.

    The reading methods return None, or nothing, where there is no value or none that can be used.
    """

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.root = self._compose(text)

    def report(self, node: yaml.Node, found: str, expected: str) -> None:
        """Note a problem at a node."""
        self.problems.append(problem_at(node, found, expected))

    def mapping(self, node: yaml.Node | None, what: str, keys: Collection[str]) -> dict[str, yaml.Node]:
        """The values of a mapping by key; unknown and repeated keys are reported and left out."""
        values: dict[str, yaml.Node] = {}
        if node is None or is_empty(node):
            return values
        if not isinstance(node, yaml.MappingNode):
            self.report(node, f"{shown(node)} as {what}", f"keys with values: {', '.join(keys)}")
            return values
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if key not in keys:
                self.report(key_node, f"the key {shown(key_node)} in {what}", one_of(keys, key))
            elif key in values:
                self.report(key_node, f"the key '{key}' a second time in {what}", "each key once")
            else:
                values[key] = value
        return values

    def text(self, node: yaml.Node | None, what: str) -> str | None:
        """A text that is not blank, exactly as it stands there."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.report(node, f"{shown(node)} as {what}", "a text, in quotes if it has a colon")
            return None
        if is_empty(node) or not node.value.strip():
            self.report(node, f"nothing as {what}", "a text")
            return None
        return str(node.value)

    def whole(self, node: yaml.Node | None, what: str) -> int | None:
        """A whole number from 1 on."""
        text = self.text(node, what)
        if node is None or text is None:
            return None
        if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
            self.report(node, f"'{text}' as {what}", "a whole number from 1 on")
            return None
        return int(text)

    def share(self, node: yaml.Node | None, what: str) -> float | None:
        """A number from 0 to 1."""
        text = self.text(node, what)
        if node is None or text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 1:
            self.report(node, f"'{text}' as {what}", "a share from 0 to 1, with a decimal point")
            return None
        return number

    def flag(self, node: yaml.Node | None, what: str) -> bool:
        """True or false; false where nothing stands."""
        text = self.text(node, what)
        if node is None or text is None:
            return False
        if text.casefold() not in _TRUE + _FALSE:
            self.report(node, f"'{text}' as {what}", "true or false")
        return text.casefold() in _TRUE

    def duration(self, node: yaml.Node | None, what: str) -> timedelta | None:
        """A length of calendar time."""
        text = self.text(node, what)
        if node is None or text is None:
            return None
        try:
            return parse_duration(text)
        except Unreadable as problem:
            self.report(node, f"{problem.found} as {what}", problem.expected)
            return None

    def _compose(self, text: str) -> yaml.Node | None:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > MAX_BYTES:
            self.problems.append(Problem(1, 1, f"a file of {size:,} bytes", f"at most {MAX_BYTES:,} bytes"))
            return None
        try:
            loader = _Loader(text, self)
            return loader.get_single_node()
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            self.problems.append(
                Problem(line, column, f"the character U+{ord(text[error.position]):04X}", "plain text")
            )
        except yaml.MarkedYAMLError as error:
            self.problems.append(syntax_problem(error, text))
        return None


class _Loader(yaml.SafeLoader):
    """Composes nodes and reports on the way what a process file may not hold. Nothing is constructed from them."""

    def __init__(self, text: str, reader: Reader) -> None:
        super().__init__(text)
        self._reader = reader
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            self._refuse(event, f"the alias *{event.anchor}", "the value itself")
            return yaml.ScalarNode(_TEXT_TAG, event.anchor, event.start_mark, event.end_mark)
        if event.anchor is not None:
            self._refuse(event, f"the anchor &{event.anchor}", "the value alone")
        if event.tag is not None:
            self._refuse(event, f"the tag {event.tag}", "the value alone")
        event.anchor = event.tag = None
        if self._depth == MAX_DEPTH:
            raise yaml.composer.ComposerError(None, None, "lists nested too deeply", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, event: yaml.Event, found: str, expected: str) -> None:
        self._reader.problems.append(Problem(*place(event), found, expected))


def is_empty(node: yaml.Node) -> bool:
    """Whether there is a key but no value."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The items of a list; a single value is a list of one."""
    if node is None or is_empty(node):
        return []
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]


def shown(node: yaml.Node) -> str:
    """A node in a message: what it says if that is short, else what it is."""
    if isinstance(node, yaml.ScalarNode):
        return f"'{node.value}'" if len(node.value) <= 60 else "a long text"
    return "a list" if isinstance(node, yaml.SequenceNode) else "keys with values"


def problem_at(node: yaml.Node, found: str, expected: str) -> Problem:
    """A problem with the place of a node."""
    return Problem(*place(node), found, expected)


def place(marked: yaml.Node | yaml.Event) -> tuple[int, int]:
    """The line and column where something begins, both counted from 1."""
    mark = marked.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
