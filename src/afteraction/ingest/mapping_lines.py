"""On which line of a TOML text each of its keys stands; the standard parser does not tell."""

import re
import tomllib
from typing import Any

Key = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)(.*?)\]\]?\s*(?:#.*)?$")


def line_numbers(text: str) -> dict[Key, int]:
    """The line, from 1, of every table, list entry and key of a text that is valid TOML.

    Keys inside an inline table have the line of the table.
    """
    found: dict[Key, int] = {(): 1}
    counts: dict[Key, int] = {}
    table: Key = ()
    for line, statement in _statements(text):
        header = _HEADER.match(statement)
        if header and "=" not in header[2].split('"')[0]:
            names = tuple(_names(tomllib.loads(f"[{header[2]}]")))
            table = _resolved(names, counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found[table] = line
        else:
            for path in _paths(tomllib.loads(statement)):
                found.setdefault((*table, *path), line)
    return found


def _statements(text: str) -> list[tuple[int, str]]:
    """Each header or `key = value` with the line it starts on; a value may go over several lines."""
    statements, pending, start = [], "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start = start if pending else number
        pending += line + "\n"
        if _complete(pending):
            statements.append((start, pending.rstrip("\n")))
            pending = ""
    return statements


def _complete(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _names(tree: dict[str, Any]) -> list[str]:
    names = []
    while tree:
        ((name, tree),) = tree.items()
        names.append(name)
    return names


def _resolved(names: tuple[str, ...], counts: dict[Key, int]) -> Key:
    """A header's names with the position of the newest entry after each name of a list of tables."""
    path: Key = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if path in counts and position < len(names) - 1:
            path = (*path, counts[path])
    return path


def _paths(tree: dict[str, Any]) -> list[Key]:
    paths: list[Key] = []
    for name, value in tree.items():
        paths.append((name,))
        if isinstance(value, dict):
            paths += [(name, *rest) for rest in _paths(value)]
    return paths
