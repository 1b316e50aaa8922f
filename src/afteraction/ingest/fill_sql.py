"""The SQL that turns a sheet's texts into the typed rows of one table, in layers that each name the one before.

rows    the sheet's rows that are meant, one per dated column or list entry, with what lookups found
texts   per cell: the text found, and what it means
clear   per cell: the text in one common form
read    per cell: the value, NULL where the text could not be read
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from afteraction.ingest.cells import CellSql, cell_sql, lookup_text, origin_text
from afteraction.ingest.mapping import Cell, Fill, SourceMapping, dated_content, find_sheet
from afteraction.ingest.sources import ROW, Sheet
from afteraction.ingest.values import one_of, quoted, text_reading, tidy
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote
from afteraction.lake.schema import TIME, Column

FILLED: Final = "?*"
TRUE: Final = ("true", "1", "yes", "t", "y")
FALSE: Final = ("false", "0", "no", "f", "n")

TOTALS: Final = (
    r"((grand )?totals?|sub-?totals?|sum|(zwischen|gesamt)?summe|gesamt(ergebnis)?"
    r"|(sous-)?total g[ée]n[ée]ral|sous-total|total general|suma( total)?)( \(.*\))?"
)
FORMULA: Final = "a value; the formula here has none, so the cell is taken as empty"

FILL = "_fill"
LATEST = "_latest"
PROBLEMS = "_problems"
REFUSED = "_refused"
BOOKKEEPING = (FILL, ROW, LATEST, PROBLEMS, REFUSED)


def fill_query(work: Workspace, number: int, sheet: Sheet, fill: Fill, mapping: SourceMapping) -> str:
    """All rows that `fill` makes of `sheet`: bookkeeping columns, then the table's columns with their values.

    A cell with a problem is NULL; the problem stands in the row's list of problems.
    """
    cells = {name: mapping.completed(cell) for name, cell in fill.cells.items()}
    layers = _layers(fill, cells, mapping)
    shown = [layer for layer in layers if layer.name != LATEST]
    order = ["_order AS source_order"] if "source_order" in {*fill.schema.names} - {*fill.columns} else []
    latest = quote(f"value {LATEST}") if fill.latest_by else "NULL::TIMESTAMPTZ"
    outputs = [f"{number} AS {FILL}", ROW, f"{latest} AS {LATEST}", f"{_problems(shown, fill)} AS {PROBLEMS}"]
    outputs += [_value(layer) for layer in shown] + order
    return f"""
        WITH rows AS ({_rows(work, sheet, fill, cells)}),
        texts AS (SELECT {ROW}, _order, _label, {_named(layers, "found", lambda c: c.found)},
            {_named(layers, "text", lambda c: c.text)} FROM rows),
        clear AS (SELECT *, {_named(layers, "clear", lambda c: c.reading.prepare(_layer("text", c)))} FROM texts),
        read AS (SELECT *, {_named(layers, "value", lambda c: c.reading.value(_layer("clear", c)))} FROM clear)
        SELECT *, list_contains([p.refuses FOR p IN {PROBLEMS}], true) AS {REFUSED}{_stage_outcome(fill)}
        FROM (SELECT {", ".join(outputs)} FROM read)"""


def row_rules(fill: Fill) -> dict[str, str]:
    """SQL conditions that a row must meet to be meant, by what is said of those that do not."""

    def listed(column: str, patterns: tuple[str, ...]) -> str:
        text = f"coalesce(lower({tidy(quote(column))}), '')"
        return "(" + " OR ".join(f"{text} GLOB {quoted(pattern.lower())}" for pattern in patterns) + ")"

    only = {f"{c} is {_not(p)}": listed(c, p) for c, p in fill.only_rows.items()}
    without = {f"{c} is {_either(p)}": f"NOT {listed(c, p)}" for c, p in fill.without_rows.items()}
    return only | without


def _not(patterns: tuple[str, ...]) -> str:
    return "empty" if patterns == (FILLED,) else f"not {_either(patterns)}"


def _either(patterns: tuple[str, ...]) -> str:
    """The patterns in words; of several ways to say yes or no, the first."""
    return patterns[0] if patterns in (TRUE, FALSE) else " or ".join(patterns)


def lookup_table(work: Workspace, cell: Cell) -> str | None:
    """SQL of the keys and values of a cell's lookup, each key once (the first row's); None without the sheet."""
    lookup = cell.lookup
    sheet = find_sheet(lookup.sheet, work.sheets) if lookup else None
    if lookup is None or sheet is None:
        return None
    key, take = tidy(quote(lookup.key)), tidy(quote(lookup.take))
    return (
        f"SELECT {key} AS _lookup_key, arg_min({take}, {ROW}) AS _lookup_value FROM {work.view(sheet)} "
        f"WHERE {key} IS NOT NULL AND {take} IS NOT NULL GROUP BY 1"
    )


def _layers(fill: Fill, cells: Mapping[str, Cell], mapping: SourceMapping) -> list[CellSql]:
    canonical = {column.name: column for column in fill.schema.columns}
    layers = [
        cell_sql(
            name,
            cell,
            canonical.get(name),
            looked_up=quote(f"looked up {name}") if cell.lookup else "",
            part="_part" if cell.each else "",
        )
        for name, cell in cells.items()
    ]
    if any(cell.each for cell in cells.values()):
        layers = [
            _distinct_id(layer) if layer.name in fill.schema.key and layer.found != "_part" else layer
            for layer in layers
        ]
    if fill.dated_columns:
        dated = cell_sql("at", mapping.completed(Cell(column="at")), canonical["at"], part="_dated.at")
        content = dated_content(fill.table)
        layers += [dated, CellSql(content, content, "_dated.content", "_dated.content", text_reading(), "")]
    if fill.latest_by:
        layers.append(cell_sql(LATEST, mapping.completed(Cell(column=fill.latest_by)), Column(LATEST, TIME, "")))
    return layers


def _distinct_id(cell: CellSql) -> CellSql:
    """An id that stays one where its row stands for several."""
    return replace(cell, text=f"{cell.text} || CASE WHEN _several THEN '/' || _part ELSE '' END")


def _rows(work: Workspace, sheet: Sheet, fill: Fill, cells: Mapping[str, Cell]) -> str:
    """The sheet's rows that are meant, multiplied by dated columns and list entries, with `looked up` columns."""
    order, label = ROW, "NULL::VARCHAR"
    extra = []
    if fill.dated_columns:
        dates = [
            f"{{'at': {quote(column)}, 'content': {quoted(content)}, 'label': {quoted(column)}, 'n': {n}}}"
            for n, (column, content) in enumerate(fill.dated_columns.items())
        ]
        extra.append(f"unnest([{', '.join(dates)}]) AS _dated")
        order, label = f"{ROW} * {len(dates)} + _dated.n", "_dated.label"
    for cell in cells.values():
        if cell.each:
            entries = f"string_split({tidy(origin_text(cell))}, {quoted(cell.each)})"
            parts = f"[{tidy('part')} FOR part IN {entries} IF {tidy('part')} IS NOT NULL]"
            one_each = f"CASE WHEN len({parts}) > 0 THEN {parts} ELSE [NULL] END"
            extra.append(f"unnest({one_each}) AS _part, len({parts}) > 1 AS _several")
    meant = " AND ".join(row_rules(fill).values()) or "true"
    rows = f"SELECT {', '.join(['*', *extra])} FROM {work.view(sheet)} WHERE {meant}"
    if fill.dated_columns:
        rows = f"SELECT * FROM ({rows}) WHERE {tidy('_dated.at')} IS NOT NULL"
    joins, looked_up = "", ""
    for n, (name, cell) in enumerate(cells.items()):
        if cell.lookup:
            table = lookup_table(work, cell)
            joins += f" LEFT JOIN ({table}) AS l{n} ON l{n}._lookup_key = {lookup_text(cell)}" if table else ""
            looked_up += f", {f'l{n}._lookup_value' if table else 'NULL::VARCHAR'} AS {quote(f'looked up {name}')}"
    return f"SELECT r.*, {order} AS _order, {label} AS _label{looked_up} FROM ({rows}) AS r{joins}"


def _problems(layers: list[CellSql], fill: Fill) -> str:
    """SQL of the list of everything that is wrong in a row."""
    required = {*fill.schema.required} - {"touch_id"}
    entries = []
    for cell in layers:
        text, value, refuses = _layer("text", cell), _layer("value", cell), str(cell.name in required).lower()
        label = (
            f"coalesce(_label, {quoted(cell.label)})"
            if cell.name == "at" and fill.dated_columns
            else quoted(cell.label)
        )
        cases = ""
        if cell.name in required:
            found = f"coalesce({_layer('found', cell)}, '(empty)')"
            cases += f"WHEN {text} IS NULL THEN {_problem(label, found, cell.missing, refuses)} "
        if cell.errors:
            found = _layer("found", cell)
            failed = f"contains({found}, '#') AND {one_of(f'lower({tidy(found)})', cell.errors)}"
            cases += f"WHEN {failed} THEN {_problem(label, found, FORMULA, refuses)} "
        if cell.name == "deal_id":
            adds_up = f"regexp_full_match(lower({text}), {quoted(TOTALS)})"
            cases += (
                f"WHEN {adds_up} THEN {_problem(label, _layer('found', cell), 'a deal, not a sum of deals', 'true')} "
            )
        if cell.reading.sql_type != "VARCHAR" or cell.allowed:
            bad = f"{text} IS NOT NULL AND NOT coalesce({cell.valid(value)} AND {value} IS NOT NULL, false)"
            cases += f"WHEN {bad} THEN {_problem(label, _layer('found', cell), cell.expected, refuses)} "
        entries += [f"CASE {cases} END"] if cases else []
    nothing = "[]::STRUCT(cell VARCHAR, found VARCHAR, expected VARCHAR, refuses BOOLEAN)[]"
    return f"list_filter([{', '.join(entries)}], lambda p: p IS NOT NULL)" if entries else nothing


def _problem(label: str, found: str, expected: str, refuses: str) -> str:
    return f"{{'cell': {label}, 'found': {found}, 'expected': {quoted(expected)}, 'refuses': {refuses}}}"


def _stage_outcome(fill: Fill) -> str:
    """SQL of the outcome that a stage means, after a comma."""
    if fill.table != "stage_changes" or not fill.outcomes:
        return ""
    cases = " ".join(f"WHEN {quoted(stage)} THEN {quoted(outcome)}" for stage, outcome in fill.outcomes.items())
    return f", CASE stage {cases} END AS outcome"


def _layer(layer: str, cell: CellSql) -> str:
    return quote(f"{layer} {cell.name}")


def _named(cells: Sequence[CellSql], layer: str, sql: Callable[[CellSql], str]) -> str:
    return ", ".join(f"{sql(cell)} AS {_layer(layer, cell)}" for cell in cells)


def _value(cell: CellSql) -> str:
    value = _layer("value", cell)
    return f"CASE WHEN {cell.valid(value)} THEN {value} END AS {quote(cell.name)}"
