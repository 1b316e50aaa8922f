"""What an import did, in words: tables on a terminal, plain columns elsewhere."""

from collections.abc import Iterable, Mapping
from io import StringIO

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from afteraction.ingest.attributes import EMPTY
from afteraction.ingest.draft import Draft, DraftLine
from afteraction.ingest.import_report import ImportReport, SheetUse, TableCounts

_WIDTH = 140


def render(report: ImportReport, console: Console) -> None:
    """Print what was read, what became of it, and what a person should look at."""
    if report.draft and report.draft.lines:
        _print(console, _draft_table(report.draft.lines, console))
    _print(console, _sheets_table(report.sheets, console))
    for use in report.sheets:
        for reason, columns in _columns_by_reason(use.columns_left_out).items():
            console.print(f"{use.name}: left out {columns} ({reason})", markup=False)
    if report.set_apart:
        _print(console, _set_apart_table(report, console))
    _print(console, _counts_table(report.tables, console))
    for line in _closing_lines(report):
        console.print(line, markup=False)


def draft_text(draft: Draft) -> str:
    """A draft as plain text: every line with examples and how sure it is."""
    console = _wide_console()
    lines = _as_text(_draft_table(draft.lines, console)).splitlines()
    lines += [f"{sheet}: not used ({reason})" for sheet, reason in draft.skipped.items()]
    return "\n".join(line for line in lines if line.strip())


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


def _draft_table(lines: Iterable[DraftLine], console: Console) -> Table:
    table = _table(console, "line", "column", "comes from", "for example", "sure", "because", numbers=("line", "sure"))
    sheet = ""
    for line in lines:
        if line.sheet != sheet:
            sheet = line.sheet
            table.add_row("", _plain(sheet), "", "", "", "")
        sure = f"{line.why.confidence:.0%}" if line.why else ""
        mark = "" if line.is_sure or not line.needed else "? "
        reason = line.why.reason if line.why else ""
        table.add_row(
            str(line.line),
            _plain(f"{mark}{line.table}.{line.name}"),
            *map(_plain, (line.source, line.examples)),
            sure,
            _plain(reason),
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
        for note in use.notes:
            table.add_row("", "", _plain(note), "")
    return table


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
