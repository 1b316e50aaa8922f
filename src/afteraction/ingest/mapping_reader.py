"""Reading a mapping file: everything that is wrong with it is told at once, with its line."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

from afteraction.errors import Refused
from afteraction.ingest.mapping import DATE_STYLES, Cell, Fill, Lookup, SheetMapping, SourceMapping
from afteraction.ingest.mapping_check import Problems, check_fill, check_sheets
from afteraction.ingest.mapping_lines import Key, line_numbers
from afteraction.ingest.sources import Sheet
from afteraction.lake.schema import TABLES

_ORIGINS: Final = ("column", "join", "first", "value", "row_number")
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "stage_changes": ("first", "last"),
    "take": ("currency", "domain", "first"),
    "when": ("open", "ended"),
    "type": ("text", "number"),
    "decimal": (".", ","),
}
_LISTS: Final = ("join", "first", "empty")
_FORBIDDEN: Final = " ,;{}()\n\t="  # in column names of the lake's files


def read_mapping(path: Path, sheets: Sequence[Sheet] = ()) -> SourceMapping:
    """The mapping in a file, checked by itself and against the sheets it is for.

    Raises Refused with every problem and its line.
    """
    try:
        text = path.read_text("utf-8-sig")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Refused(f"{path}: {reason}", "a mapping file in TOML", "see docs/import.md for an example") from error
    problems = Problems(line_numbers(text))
    mapping = _mapping(content, problems)
    check_sheets(mapping, sheets, problems)
    if problems.found:
        told = "\n".join(f"  line {line}: {message}" for line, message in sorted(problems.found))
        raise Refused(
            f"{path}: {len(problems.found)} problem{'s' if len(problems.found) > 1 else ''}\n{told}",
            "a mapping file without them",
            "correct these lines, then run the same command again",
        )
    return mapping


def _mapping(content: Mapping[str, Any], problems: Problems) -> SourceMapping:
    _known(content, (), ("defaults", "sheet"), problems)
    defaults = _table(content.get("defaults", {}), ("defaults",), problems)
    settings = {key: defaults[key] for key in ("dates", "time_zone", "decimal") if key in defaults}
    _known(defaults, ("defaults",), ("dates", "time_zone", "decimal"), problems)
    for key, value in settings.items():
        _check_setting(key, value, ("defaults", key), problems)
    entries = content.get("sheet", [])
    if not isinstance(entries, list) or not entries:
        problems.add(("sheet",), "expected at least one [[sheet]]")
        entries = []
    sheets = tuple(_sheet(entry, ("sheet", n), problems) for n, entry in enumerate(entries))
    return SourceMapping(sheets, **{key: value for key, value in settings.items() if isinstance(value, str)})


def _sheet(entry: Any, path: Key, problems: Problems) -> SheetMapping:
    entry = _table(entry, path, problems)
    _known(entry, path, ("name", "skip", "fill", "left_out", "recognised"), problems)
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        problems.add(path, 'expected name = "…", the name of a sheet or file (* and ? stand for any letters)')
        name = "*"
    fills = entry.get("fill", [])
    if not isinstance(fills, list):
        problems.add((*path, "fill"), "expected [[sheet.fill]] with two brackets")
        fills = []
    if fills and entry.get("skip"):
        problems.add((*path, "skip"), "a sheet is either skipped or fills tables, not both")
    return SheetMapping(
        name=name,
        fills=tuple(_fill(fill, (*path, "fill", n), problems) for n, fill in enumerate(fills)),
        skip=_text(entry, "skip", path, problems),
        left_out=_texts(entry, "left_out", path, problems),
        recognised=_text(entry, "recognised", path, problems),
    )


def _fill(entry: Any, path: Key, problems: Problems) -> Fill:
    entry = _table(entry, path, problems)
    _known(entry, path, [f.name for f in fields(Fill) if f.name != "why"], problems)
    table = entry.get("table", "")
    if table not in TABLES:
        problems.unknown((*path, "table", str(table)), "table", TABLES)
        return Fill("deals", {})
    schema = TABLES[table]
    columns = _cells(entry, "columns", path, problems)
    attributes = _cells(entry, "attributes", path, problems)
    for name in columns:
        if name not in schema.names:
            problems.unknown((*path, "columns", name), f"column of {table}", schema.names)
    if attributes and not schema.attributes:
        problems.add((*path, "attributes"), f"{table} keep no further columns")
    for name in attributes:
        if name.casefold() in schema.names or name.startswith("_") or set(name) & set(_FORBIDDEN):
            problems.add(
                (*path, "attributes", name),
                f"{name!r} is no name for an attribute: not that of a canonical column, without spaces and brackets",
            )
    fill = Fill(
        table=table,
        columns={name: cell for name, cell in columns.items() if name in schema.names},
        attributes=attributes,
        dated_columns=_texts(entry, "dated_columns", path, problems),
        outcomes=_texts(entry, "outcomes", path, problems),
        only_rows=_patterns(entry, "only_rows", path, problems),
        without_rows=_patterns(entry, "without_rows", path, problems),
        only_changes=_flag(entry, "only_changes", path, problems),
        distinct=_flag(entry, "distinct", path, problems),
        latest_by=_text(entry, "latest_by", path, problems),
    )
    check_fill(fill, path, problems)
    return fill


def _cells(entry: Mapping[str, Any], key: str, path: Key, problems: Problems) -> dict[str, Cell]:
    cells = _table(entry.get(key, {}), (*path, key), problems)
    return {name: _cell(value, (*path, key, name), problems) for name, value in cells.items()}


def _cell(value: Any, path: Key, problems: Problems) -> Cell:
    if isinstance(value, str):
        return Cell(column=value)
    if not isinstance(value, dict):
        problems.add(path, 'expected a column name in quotes, or { … } such as { value = "EUR" }')
        return Cell(value="")
    _known(value, path, [f.name for f in fields(Cell)], problems)
    origins = [key for key in _ORIGINS if key in value]
    if len(origins) > 1 or (not origins and "stage_changes" not in value):
        problems.add(path, f"expected exactly one of {', '.join(_ORIGINS)}; found {', '.join(origins) or 'none'}")
    settings: dict[str, Any] = {}
    for key, setting in value.items():
        if key == "lookup":
            settings[key] = _lookup(setting, (*path, key), problems)
        elif key == "values":
            settings[key] = _texts(value, key, path, problems)
        elif key in _LISTS:
            settings[key] = _list(setting, (*path, key), problems)
        elif key in Cell.__dataclass_fields__:
            settings[key] = _setting(key, setting, (*path, key), problems)
    return Cell(**settings)


def _setting(key: str, value: Any, path: Key, problems: Problems) -> Any:
    if key == "earliest":
        return _flag({key: value}, key, path[:-1], problems)
    if key == "divide":
        if isinstance(value, bool) or not isinstance(value, int | float) or not value:
            problems.add(path, "expected a number other than 0")
            return None
        return float(value)
    if key == "value" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    _check_setting(key, value, path, problems)
    return value if isinstance(value, str) else ""


def _check_setting(key: str, value: Any, path: Key, problems: Problems) -> None:
    if not isinstance(value, str):
        problems.add(path, f"expected a text in quotes, found {value!r}")
    elif key == "time_zone" and value not in available_timezones():
        problems.add(path, f'{value!r} is no time zone; expected a name such as "Europe/Berlin" or "UTC"')
    elif key == "dates" and value not in DATE_STYLES and "%" not in value:
        problems.add(
            path,
            f'{value!r} is no way to write dates; expected {", ".join(DATE_STYLES)}, or a pattern such as "%d.%m.%Y"',
        )
    elif key in _CHOICES and value not in _CHOICES[key]:
        problems.add(path, f"{value!r} is none of {', '.join(_CHOICES[key])}")


def _lookup(value: Any, path: Key, problems: Problems) -> Lookup | None:
    table = _table(value, path, problems)
    _known(table, path, ("sheet", "key", "take"), problems)
    parts = [table.get(part) for part in ("sheet", "key", "take")]
    if not all(isinstance(part, str) and part for part in parts):
        problems.add(path, 'expected lookup = { sheet = "…", key = "…", take = "…" }')
        return None
    return Lookup(*map(str, parts))


def _table(value: Any, path: Key, problems: Problems) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    problems.add(path, f"expected a table, found {value!r}")
    return {}


def _known(table: Mapping[str, Any], path: Key, names: Sequence[str], problems: Problems) -> None:
    for name in table:
        if name not in names:
            problems.unknown((*path, name), "name", names)


def _text(table: Mapping[str, Any], key: str, path: Key, problems: Problems) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        problems.add((*path, key), f"expected a text in quotes, found {value!r}")
        return ""
    return value


def _flag(table: Mapping[str, Any], key: str, path: Key, problems: Problems) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        problems.add((*path, key), f"expected true or false, found {value!r}")
    return value is True


def _texts(table: Mapping[str, Any], key: str, path: Key, problems: Problems) -> dict[str, str]:
    entries = _table(table.get(key, {}), (*path, key), problems)
    for name, value in entries.items():
        if not isinstance(value, str):
            problems.add((*path, key, name), f"expected a text in quotes, found {value!r}")
    return {name: str(value) for name, value in entries.items()}


def _list(value: Any, path: Key, problems: Problems) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        problems.add(path, f'expected a list such as ["…", "…"], found {value!r}')
        return ()
    return tuple(value)


def _patterns(table: Mapping[str, Any], key: str, path: Key, problems: Problems) -> dict[str, tuple[str, ...]]:
    entries = _table(table.get(key, {}), (*path, key), problems)
    return {name: _list(value, (*path, key, name), problems) for name, value in entries.items()}
