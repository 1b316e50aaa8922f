"""Writing a mapping file: the drafted lines with the reason for each, for a person to correct."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, InlineTable, Table

from afteraction.ingest.attributes import EMPTY
from afteraction.ingest.mapping import SURE, Cell, Fill, SheetMapping, SourceMapping, Why

_HEAD: Final = (
    "What the columns of these files mean to Afteraction. Correct what is wrong, then run",
    "    afteraction import PATH --map THIS_FILE",
    "Left of each = stands what Afteraction calls it, right of it your column, or { … }. See docs/import.md.",
)
_SHORT: Final = 4  # values that still fit on a line
_NOT_SURE: Final = "PLEASE CHECK: "


def mapping_text(mapping: SourceMapping) -> str:
    """The TOML text of a mapping. The same mapping always gives the same text."""
    document = tomlkit.document()
    for line in _HEAD:
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    defaults = tomlkit.table()
    for key, value, meaning in (
        ("dates", mapping.dates, "how dates are written: iso (2024-03-31), dmy (31.03.2024), mdy (03/31/2024), ..."),
        ("time_zone", mapping.time_zone, "of times that do not say theirs"),
        ("decimal", mapping.decimal, "the decimal sign: . or ,"),
    ):
        defaults.add(key, tomlkit.item(value).comment(meaning))
    document.add("defaults", defaults)
    sheets = tomlkit.aot()
    for entry in mapping.sheets:
        sheets.append(_sheet(entry))
    document.add("sheet", sheets)
    return tomlkit.dumps(document)


def cell_text(cell: Cell) -> str:
    """A cell on one line, as it stands behind the = of its line."""
    value = _cell(cell)
    return value if isinstance(value, str) else value.as_string()


def _sheet(entry: SheetMapping) -> Table:
    table = tomlkit.table()
    table.add("name", entry.name)
    for key in ("recognised", "skip"):
        if getattr(entry, key):
            table.add(key, getattr(entry, key))
    if entry.fills:
        fills: AoT = tomlkit.aot()
        for fill in entry.fills:
            fills.append(_fill(fill))
        table.add("fill", fills)
    told = {name: reason for name, reason in entry.left_out.items() if reason != EMPTY}
    if told:
        table.add("left_out", _texts(told))
    return table


def _fill(fill: Fill) -> Table:
    table = tomlkit.table()
    table.add("table", _commented(fill.table, fill.why.get("table")))
    if fill.latest_by:
        table.add("latest_by", fill.latest_by)
    for key, flag in (("only_changes", fill.only_changes), ("distinct", fill.distinct)):
        if flag:
            table.add(key, flag)
    for key, rules in (("only_rows", fill.only_rows), ("without_rows", fill.without_rows)):
        if rules:
            table.add(key, _lists(rules))
    for key, cells in (("columns", fill.columns), ("attributes", fill.attributes)):
        if cells:
            table.add(key, _cells(cells, fill.why))
    for key, texts in (("dated_columns", fill.dated_columns), ("outcomes", fill.outcomes)):
        if texts:
            table.add(key, _texts(texts, fill.why))
    return table


def _lists(entries: Mapping[str, tuple[str, ...]]) -> Table:
    table = tomlkit.table()
    for name, texts in entries.items():
        table.add(name, list(texts))
    return table


def _cells(cells: Mapping[str, Cell], why: Mapping[str, Why]) -> Table:
    """One line a cell; those that translate many values come last, as tables with a line for each value."""
    lines = tomlkit.table()
    long = {name: cell for name, cell in cells.items() if len(cell.values) > _SHORT}
    for name, cell in cells.items():
        if name not in long:
            lines.add(name, _commented(_cell(cell), why.get(name)))
    for name, cell in long.items():
        table, values = tomlkit.table(), tomlkit.table()
        for n, (key, value) in enumerate(_settings(cell).items()):
            if key != "values":
                table.add(key, _commented(_value(key, value), why.get(name) if n == 0 else None))
        for value, meaning in cell.values.items():
            values.add(value, meaning)
        table.add("values", values)
        lines.add(name, table)
    return lines


def _settings(cell: Cell) -> dict[str, Any]:
    return {f.name: getattr(cell, f.name) for f in fields(cell) if getattr(cell, f.name) != getattr(Cell(), f.name)}


def _cell(cell: Cell) -> str | InlineTable:
    settings = _settings(cell)
    if [*settings] == ["column"]:
        return cell.column
    table = tomlkit.inline_table()
    for key, value in settings.items():
        table.add(key, _value(key, value))
    return table


def _value(key: str, value: Any) -> Any:
    if key in ("lookup", "values"):
        entries = value.items() if key == "values" else [(f.name, getattr(value, f.name)) for f in fields(value)]
        table = tomlkit.inline_table()
        for name, text in entries:
            table.add(name, text)
        return table
    return list(value) if isinstance(value, tuple) else value


def _texts(entries: Mapping[str, str], why: Mapping[str, Why] | None = None) -> Table:
    table = tomlkit.table()
    for name, text in entries.items():
        table.add(name, _commented(text, (why or {}).get(name)))
    return table


def _commented(value: Any, why: Why | None) -> Any:
    item = tomlkit.item(value)
    if why:
        warning = "" if why.confidence >= SURE else _NOT_SURE
        reason = "".join(letter if letter.isprintable() else " " for letter in why.reason)  # a comment is one line
        item.comment(f"{warning}{round(why.confidence * 100)} %, {reason}")
    return item
