"""Reads one workbook in a process of its own: `python workbook_process.py WORKBOOK BYTES`, BYTES bounding its memory.

Imports nothing of ours, so that it starts at once. Answers in lines of JSON: batches of the filled rows of each sheet,
as text, and at last {"done": true} or {"refused": why}.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, time
from itertools import islice
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

BATCH_ROWS: Final = 5_000
EXACT_WHOLE_NUMBERS: Final = 2**53


def messages(workbook: str) -> Iterator[dict[str, Any]]:
    """What there is to say of a workbook: for each batch of rows the sheet, their numbers and their cells."""
    try:
        with CalamineWorkbook.from_path(workbook) as book:
            for position, facts in enumerate(book.sheets_metadata):
                sheet = book.get_sheet_by_index(position)
                rows = _filled_rows(sheet)
                while batch := list(islice(rows, BATCH_ROWS)):
                    yield {
                        "position": position,
                        "title": facts.name,
                        "hidden": facts.visible != SheetVisibleEnum.Visible,
                        "first_column": sheet.start[1] if sheet.start else 0,
                        "last_row": sheet.total_height,
                        "numbers": [number for number, _ in batch],
                        "rows": [cells for _, cells in batch],
                    }
        yield {"done": True}
    except PasswordError:
        yield {"refused": "protected by a password"}
    except CalamineError as error:
        yield {"refused": f"not a workbook that can be read ({error})"}


def _filled_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str | None]]]:
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
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_WHOLE_NUMBERS:
        return str(int(value))
    return str(value)


def bound_memory(most: int) -> None:
    """Let the system refuse memory beyond `most` bytes, where it can (it cannot on Windows)."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


if __name__ == "__main__":
    bound_memory(int(sys.argv[2]))
    for message in messages(sys.argv[1]):
        sys.stdout.write(json.dumps(message) + "\n")
