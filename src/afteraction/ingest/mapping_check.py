"""Whether a mapping makes sense: by itself, and for the sheets it is used on."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from afteraction.ingest.mapping import Cell, Fill, SourceMapping, dated_content, find_sheet
from afteraction.ingest.mapping_lines import Key
from afteraction.ingest.sources import Sheet
from afteraction.lake.schema import ENDED


@dataclass
class Problems:
    """What is wrong with one mapping file, as it is found."""

    lines: Mapping[Key, int]
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, path: Key, message: str) -> None:
        """Note `message` at the line of `path`, or of the closest thing around it that has one."""
        while path not in self.lines:
            path = path[:-1]
        self.found.append((self.lines[path], message))

    def unknown(self, path: Key, kind: str, known: Iterable[str]) -> None:
        """Note that the last name of `path` is none of those known, with the one that may be meant."""
        names = sorted(known)
        close = difflib.get_close_matches(str(path[-1]), names, n=1)
        meant = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
        self.add(path, f"unknown {kind} {path[-1]!r}; {meant}")


def check_fill(fill: Fill, path: Key, problems: Problems) -> None:
    """Check one fill by itself: everything that its table needs is there, and nothing that it cannot have."""
    missing = fill.missing()
    if missing:
        problems.add((*path, "columns"), f"{fill.table} need {', '.join(missing)}")
    if fill.only_changes and fill.table not in ("stage_changes", "lead_changes"):
        problems.add((*path, "only_changes"), f"only stage_changes and lead_changes have changes, not {fill.table}")
    if sum(bool(cell.each) for cell in fill.cells.values()) > 1:
        problems.add((*path, "columns"), "only one column may hold a list (each)")
    _check_dated_columns(fill, path, problems)
    _check_outcomes(fill, path, problems)
    for name, cell in fill.cells.items():
        _check_cell(fill, name, cell, (*path, "columns", name), problems)


def _check_dated_columns(fill: Fill, path: Key, problems: Problems) -> None:
    if not fill.dated_columns:
        return
    if fill.table not in ("stage_changes", "lead_changes", "touches", "lead_touches"):
        expected = "stage_changes, lead_changes, touches or lead_touches"
        problems.add((*path, "dated_columns"), f"dated columns become {expected}, not {fill.table}")
    elif {"at", dated_content(fill.table)} & {*fill.columns}:
        problems.add((*path, "columns"), f"dated_columns already give at and {dated_content(fill.table)}")


def _check_outcomes(fill: Fill, path: Key, problems: Problems) -> None:
    if fill.outcomes and fill.table not in ("touches", "stage_changes"):
        expected = "activities of touches, or stages of stage_changes, that end a deal"
        problems.add((*path, "outcomes"), f"outcomes name {expected}")
    if fill.outcomes and "outcome" in fill.columns:
        twice = "the outcome is given twice, here and by [sheet.fill.outcomes]"
        problems.add((*path, "columns", "outcome"), twice)
    for activity, outcome in fill.outcomes.items():
        if outcome not in ENDED:
            problems.add((*path, "outcomes", activity), f"{outcome!r} is no outcome; expected {', '.join(ENDED)}")


def _check_cell(fill: Fill, name: str, cell: Cell, path: Key, problems: Problems) -> None:
    if cell.stage_changes and (fill.table, name) not in (("deals", "outcome"), ("deals", "closed_at")):
        problems.add(path, "stage_changes decides outcome and closed_at of deals alone")
    if cell.when and fill.table != "deals":
        problems.add(path, "when is about the state of a deal")
    column = next((column for column in fill.schema.columns if column.name == name), None)
    if column and column.values:
        for value, meaning in cell.values.items():
            if meaning and meaning not in column.values:
                problems.add((*path, "values", value), f"{meaning!r} is none of {', '.join(column.values)}")


def check_sheets(mapping: SourceMapping, sheets: Sequence[Sheet], problems: Problems) -> None:
    """Check that every column and sheet that the mapping names exists, and that attributes keep to one type."""
    types: dict[tuple[str, str], str] = {}
    for n, entry in enumerate(mapping.sheets):
        fitting = [sheet for sheet in sheets if mapping.of(sheet) is entry]
        for m, fill in enumerate(entry.fills):
            path: Key = ("sheet", n, "fill", m)
            for sheet in fitting:
                _check_columns(fill, sheet, sheets, path, problems)
            for name, cell in fill.attributes.items():
                first = types.setdefault((fill.table, name.casefold()), cell.type)
                if first != cell.type:
                    problems.add((*path, "attributes", name), f"{name} is {cell.type} here and {first} elsewhere")
        for sheet in fitting:
            for column in entry.left_out:
                _check_column(column, sheet, ("sheet", n, "left_out", column), problems)


def _check_columns(fill: Fill, sheet: Sheet, sheets: Sequence[Sheet], path: Key, problems: Problems) -> None:
    for part, cells in (("columns", fill.columns), ("attributes", fill.attributes)):
        for name, cell in cells.items():
            for column in cell.origins:
                _check_column(column, sheet, (*path, part, name), problems)
            other = find_sheet(cell.lookup.sheet, sheets) if cell.lookup else None
            if cell.lookup and other:
                _check_column(cell.lookup.key, other, (*path, part, name), problems)
                _check_column(cell.lookup.take, other, (*path, part, name), problems)
    for part, names in (
        ("dated_columns", fill.dated_columns),
        ("only_rows", fill.only_rows),
        ("without_rows", fill.without_rows),
    ):
        for column in names:
            _check_column(column, sheet, (*path, part, column), problems)
    if fill.latest_by:
        _check_column(fill.latest_by, sheet, (*path, "latest_by"), problems)


def _check_column(column: str, sheet: Sheet, path: Key, problems: Problems) -> None:
    if column.casefold() not in {name.casefold() for name in sheet.columns}:
        close = difflib.get_close_matches(column, sheet.columns, n=1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        problems.add(path, f"{sheet.name} has no column {column!r}{meant}")
