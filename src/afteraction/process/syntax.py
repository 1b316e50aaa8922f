"""What is wrong with a text that is no YAML, in words of people who edit a process, not of those who write parsers."""

import re
from typing import Final

import yaml

from afteraction.process.problem import Problem

_UNQUOTED_RULE: Final = re.compile(r"\s*-\s+(?P<rule>[^'\"\s][^()'\"]*\(.*:\s.*?)\s*$")
_INDENTED: Final = "the items of one list, and the keys of one step, each as far from the left as the others"
_COLON: Final = "a key, a colon, a space and its value; a value that has a colon itself stands in quotes"
_OPEN_LIST: Final = "a list in brackets with commas between its items: [call, Discovery call]"
_OPEN_KEYS: Final = "braces that are closed, with commas between the keys"
_PLAIN: Final = "plain text, in quotes where it begins with a sign"
_WORDS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"expected ',' or '\]'", "a list in brackets that is not closed, or lacks a comma", _OPEN_LIST),
    (r"expected ',' or '\}'", "braces that are not closed, or lack a comma", _OPEN_KEYS),
    (r"node content.*stream end", "the end of the text in an open bracket", "all brackets and quotes closed"),
    (r"node content", "a sign where a value should be", _PLAIN),
    (r"expected <block end>", "a line that belongs to nothing above it", _INDENTED),
    (r"could not find expected ':'", "a line that is neither a key with its value nor an item", _COLON),
    (r"mapping values are not allowed", "a second colon, or a line that is indented too far", _COLON),
    (r"mapping keys are not allowed", "a question mark where a key should be", _PLAIN),
    (r"sequence entries are not allowed", "an item of a list where none can be", _INDENTED),
    (r"'\\t'", "a tab", "spaces at the beginning of a line"),
    (r"cannot start any token", "a sign that no value can begin with", _PLAIN),
    (r"unexpected end of stream|document separator", "quotes that are not closed", "quotes before and behind the text"),
    (r"escape", "a backslash in double quotes", "single quotes around a text with a backslash"),
    (r"another document|<document start>|document \(version|YAML directive", "a second document in the same text",
     "one process a text, without lines of --- or %"),
    (r"alias", "the sign * where a value begins", _PLAIN),
    (r"anchor", "the sign & where a value begins", _PLAIN),
    (r"indentation|chomping|comment or a line break", "something behind | or >", "the text on the lines below it"),
    (r"nested too deeply", "lists within lists, more of them than a process has", "a process as the guide shows it"),
    (r"tag|URI|'!'|directive|digit|alphabetic", "a sign such as ! or % where a value begins", _PLAIN),
)  # fmt: skip
"""What the parser says (PyYAML 6), what was found, what is expected. The first that fits counts."""
_OTHERWISE: Final = ("something that cannot be read", f"keys with values: {_COLON}; {_INDENTED}")


def syntax_problem(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """What a parser could not read, with its place (line and column counted from 1)."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    if line < len(lines) and (rule := _UNQUOTED_RULE.match(lines[line])):
        return Problem(
            line + 1, column + 1, "a rule with a colon and no quotes", f"quotes around it: - '{rule['rule']}'"
        )
    said = f"{error.context or ''} {error.problem or ''}"
    found, expected = next(
        ((found, expected) for pattern, found, expected in _WORDS if re.search(pattern, said)), _OTHERWISE
    )
    return Problem(line + 1, column + 1, found, expected)
