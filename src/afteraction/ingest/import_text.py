"""What an import did, in words: tables on a terminal, plain columns elsewhere."""

from collections.abc import Iterable, Mapping
from io import StringIO

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from afteraction.ingest.attributes import EMPTY
from afteraction.ingest.draft_text import draft_text
from afteraction.ingest.import_report import ImportReport, SheetUse, TableCounts

_WIDTH = 140
_TOLD = ("column names", "above the header", "visibility", "quotation marks", "NUL bytes", "nested columns")


def render(report: ImportReport, console: Console) -> None:
    """Print what was read, what became of it, and what a person should look at."""
    if report.draft and report.draft.lines:
        console.print()
        console.print(draft_text(report.draft), markup=False, soft_wrap=True)
    _print(console, _sheets_table(report.sheets, console))
    for use in report.sheets:
        for reason, columns in _columns_by_reason(use.columns_left_out).items():
            console.print(f"{use.name}: left out {columns} ({reason})", markup=False)
    if report.set_apart:
        _print(console, _set_apart_table(report, console))
    _print(console, _counts_table(report.tables, console))
    for line in _closing_lines(report):
        console.print(line, markup=False)


def _print(console: Console, table: Table) -> None:
    """Print a table; where no terminal sets the width, wide enough to be read."""
    console.print()
    if console.is_terminal:
        console.print(table)
    else:
        console.print(_as_text(table), markup=False, soft_wrap=True)


def _as_text(table: Table) -> str:
    console = _wide_console()
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().rstrip().splitlines())


def _wide_console() -> Console:
    return Console(file=StringIO(), width=_WIDTH, color_system=None)


def _table(console: Console, *columns: str, numbers: Iterable[str] = ()) -> Table:
    table = Table(box=SIMPLE if console.is_terminal else None, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in numbers else "left",
            overflow="fold",
            no_wrap=column in ("column", "sheet"),
        )
    return table


def _sheets_table(sheets: Iterable[SheetUse], console: Console) -> Table:
    table = _table(console, "sheet", "rows", "used for", "taken for", numbers=("rows",))
    for use in sheets:
        used = ", ".join(dict.fromkeys(use.tables)) or f"not used: {use.reason}"
        table.add_row(
            _plain(use.name), f"{use.rows:,}", _plain(used), _plain(use.recognised or ("mapped" if use.tables else ""))
        )
        for what, number in use.left_out.items():
            table.add_row("", f"{number:,}", _plain(f"left out, {what}"), "")
        for note in (*use.notes, *_details(use)):
            table.add_row("", "", _plain(note), "")
    return table


def _details(use: SheetUse) -> list[str]:
    """What was taken for granted while the file was read, and what was left out of it."""
    told = {name: use.details[name] for name in _TOLD if name in use.details}
    if "guessed" in (encoding := use.details.get("encoding", "")) or "assumed" in encoding:
        told["encoding"] = encoding
    return [f"{name}: {detail}" for name, detail in told.items()]


def _set_apart_table(report: ImportReport, console: Console) -> Table:
    table = _table(console, "ends a deal, so no step", "outcome", "events", numbers=("events",))
    for one in report.set_apart:
        table.add_row(_plain(one.activity), one.outcome, f"{one.events:,}")
    return table


def _counts_table(tables: Mapping[str, TableCounts], console: Console) -> Table:
    names = ("new", "changed", "same", "refused", "cells", "repeated", "older")
    shown = [
        name
        for name in names
        if name not in ("cells", "repeated", "older") or any(getattr(c, name) for c in tables.values())
    ]
    headings = {"cells": "cells left empty", "repeated": "said twice", "older": "older versions"}
    table = _table(
        console, "table", *(headings.get(name, name) for name in shown), numbers=[headings.get(n, n) for n in shown]
    )
    for name, counts in tables.items():
        table.add_row(name, *(f"{getattr(counts, column):,}" for column in shown))
    return table


def _closing_lines(report: ImportReport) -> list[str]:
    lines = [f"Look at: {warning}" for warning in report.warnings]
    if report.unread:
        lines.append(f"{report.unread:,} rows or files could not be read at all.")
    if report.refusals:
        lines.append(f"What was refused, and why, row by row: {report.refusals}")
    if report.mapping:
        lines.append(f"What each column was taken for, to correct and use again with --map: {report.mapping}")
    lines.append(f"Data version {report.version}.")
    return lines


def _columns_by_reason(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns per reason; those that hold nothing are only counted."""
    named: dict[str, list[str]] = {}
    for column, reason in columns.items():
        named.setdefault(reason, []).append(column)
    return {
        reason: f"{len(names)} column{'s' if len(names) > 1 else ''}" if reason == EMPTY else ", ".join(names)
        for reason, names in named.items()
    }


def _plain(text: str) -> str:
    """Text from a file, shown as it is: square brackets are no markup."""
    return text.replace("[", "\\[")
