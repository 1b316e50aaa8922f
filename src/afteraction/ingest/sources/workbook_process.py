"""Reads one workbook in a process of its own: `python -m ….workbook_process WORKBOOK FOLDER NAME`.

Writes one Parquet file per sheet to FOLDER. Answers in lines of JSON: progress on the way, at last the sheets, or why
the workbook is refused.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, time
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from afteraction.errors import Refused
from afteraction.ingest.sources.columns import titles_above, unique_columns
from afteraction.ingest.sources.limits import WORKBOOK_MEMORY
from afteraction.ingest.sources.spool import SheetWriter

HEADER_SEARCH: Final = 50
BATCH_ROWS: Final = 10_000
LETTERS: Final = 26
Row = tuple[int, list[str | None]]


def read_workbook(workbook: Path, folder: Path, name: str) -> dict[str, Any]:
    """The answer for `workbook`: {"sheets": [...]}, or {"refused": why}."""
    sheets = []
    try:
        with CalamineWorkbook.from_path(workbook) as book:
            for position, facts in enumerate(book.sheets_metadata):
                sheet = book.get_sheet_by_index(position)
                found = _read_sheet(sheet, facts.name, folder / f"sheet-{position}.parquet", name)
                if found and facts.visible != SheetVisibleEnum.Visible:
                    found["details"]["visibility"] = "hidden in the workbook"
                sheets += [found] if found else []
    except PasswordError:
        return {"refused": "protected by a password"}
    except CalamineError as error:
        return {"refused": f"not a workbook that can be read ({error})"}
    except Refused as refused:
        return {"refused": f"{refused.found}; expected {refused.expected}"}
    return {"sheets": sheets}


def _read_sheet(sheet: CalamineSheet, title: str, spool: Path, name: str) -> dict[str, Any] | None:
    """Spool one sheet; None when it is empty."""
    rows = _filled_rows(sheet)
    first = list(islice(rows, HEADER_SEARCH))
    if not first:
        return None
    above = titles_above([sum(cell is not None for cell in cells) for _, cells in first], sheet.width)
    header_row, header = first[above]
    left = sheet.start[1] if sheet.start else 0
    columns, details = unique_columns(
        [cell or "" for cell in header],
        f"{name}: {title}",
        lambda position: f"column {column_letters(left + position)}",
    )
    if above:
        details["above the header"] = f"{above} rows of text left out; the header is in row {header_row}"
    with SheetWriter(spool, columns) as writer:
        remaining = chain(first[above + 1 :], rows)
        while batch := list(islice(remaining, BATCH_ROWS)):
            writer.write_rows([number for number, _ in batch], [cells for _, cells in batch])
            _answer({"sheet": title, "rows_read": batch[-1][0], "rows_total": sheet.total_height})
    return {"name": title, "spool": str(spool), "columns": columns, "rows": writer.rows, "details": details}


def _filled_rows(sheet: CalamineSheet) -> Iterator[Row]:
    """The rows that have any content, with their numbers in the sheet."""
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [cell_text(value) for value in values]
        if any(cell is not None for cell in cells):
            yield number, cells


def cell_text(value: Any) -> str | None:
    """A cell as text: dates and times in ISO form, whole numbers without fraction; None when it is empty."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def column_letters(position: int) -> str:
    """The letters of a sheet's column, counted from 1: A, …, Z, AA, …"""
    letters = ""
    while position:
        position, letter = divmod(position - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _answer(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _bound_memory() -> None:
    """Let the system refuse memory beyond the limit, where it can (it cannot on Windows)."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = WORKBOOK_MEMORY if hard == resource.RLIM_INFINITY else min(WORKBOOK_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


if __name__ == "__main__":
    _bound_memory()
    _answer(read_workbook(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
