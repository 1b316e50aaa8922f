"""Reads one workbook in a process of its own: `python workbook_process.py WORKBOOK BYTES`, BYTES bounding its memory.

Imports nothing of ours, so that it starts at once. Answers in lines of JSON: batches of the filled rows of each sheet,
as text, and at last {"done": true} or {"refused": why}.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, time
from itertools import islice
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

BATCH_ROWS: Final = 5_000
EXACT_WHOLE_NUMBERS: Final = 2**53
CHUNK: Final = 4 * 2**20
LONGEST_CELL: Final = 64 * 2**10  # bytes of a cell with a formula, which has at most 8,192 letters
UNCOMPUTED: Final = "#NOT COMPUTED"

Row = list[str | None]
Errors = Mapping[tuple[int, int], str]
"""What stands in the cells whose formula has no value, by row and column, counted from 1."""

_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\w+:id=[\"']([^\"']+)")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE: Final = re.compile(rb"(\w+)=[\"']([^\"']*)")
_CELL: Final = re.compile(rb"<(?:\w+:)?c\s([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE: Final = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
_TYPE: Final = re.compile(rb"\bt=[\"'](\w+)[\"']")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v>([^<]+)<")


def messages(workbook: str) -> Iterator[dict[str, Any]]:
    """What there is to say of a workbook: for each batch of rows the sheet, their numbers and their cells."""
    try:
        with CalamineWorkbook.from_path(workbook) as book:
            parts = sheet_parts(workbook)
            for position, facts in enumerate(book.sheets_metadata):
                sheet = book.get_sheet_by_index(position)
                errors = error_cells(workbook, parts[position]) if position < len(parts) else {}
                rows = _filled_rows(sheet, errors)
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


def _filled_rows(sheet: CalamineSheet, errors: Errors) -> Iterator[tuple[int, Row]]:
    """The rows that have any content, with their numbers in the sheet.

    A cell whose formula has no value, which the reader leaves empty, holds what the spreadsheet shows there. Below the
    header, a cell that was merged with those under it says the same in each of their rows.
    """
    first_column = sheet.start[1] if sheet.start else 0
    failed: dict[int, dict[int, str]] = {}
    for (row, column), text in errors.items():
        failed.setdefault(row, {})[column - 1 - first_column] = text
    spans = _Spans(sheet, first_column)
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [cell_text(value) for value in values]
        for place, text in failed.get(number, {}).items():
            if place < len(cells):
                cells[place] = text
        if any(cell is not None for cell in cells):
            spans.fill_in(number, cells)
            yield number, cells


class _Spans:
    """The cells of a sheet that are merged over several rows."""

    def __init__(self, sheet: CalamineSheet, first_column: int) -> None:
        self._starting: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
            if bottom > top:
                self._starting.setdefault(top + 1, []).append((left - first_column, bottom + 1))
        self._open: dict[int, tuple[int, str | None]] = {}
        self._below_header = False

    def fill_in(self, number: int, cells: Row) -> None:
        """Fill the cells of row `number` that belong to a cell above; rows come in order, empty ones left out."""
        for place, (last, text) in self._open.items():
            if number <= last and cells[place] is None:
                cells[place] = text
        if self._below_header:
            self._open |= {place: (last, cells[place]) for place, last in self._starting.get(number, ())}
        self._below_header |= sum(cell is not None for cell in cells) > 1


def sheet_parts(workbook: str) -> list[str]:
    """The parts of an .xlsx archive that hold its sheets, in their order; none for other kinds of workbooks."""
    if not zipfile.is_zipfile(workbook):
        return []
    with zipfile.ZipFile(workbook) as archive:
        names = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
        if not names <= {*archive.namelist()}:
            return []
        book, relations = (archive.read(name) for name in sorted(names, reverse=True))
    targets = {}
    for found in _RELATION.finditer(relations):
        named = {key.decode(): value.decode("utf-8", "replace") for key, value in _ATTRIBUTE.findall(found[0])}
        targets[named.get("Id")] = "xl/" + named.get("Target", "").removeprefix("/xl/").removeprefix("/")
    return [targets.get(name.decode("utf-8", "replace"), "") for name in _SHEET.findall(book)]


def error_cells(workbook: str, part: str) -> dict[tuple[int, int], str]:
    """The cells of one part of an .xlsx archive whose formula has no value: `#DIV/0!`, or never computed."""
    errors: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(workbook) as archive:
        if part not in archive.namelist():
            return errors
        with archive.open(part) as stream:
            rest = b""
            while chunk := stream.read(CHUNK):
                rest += chunk
                end = 0
                for found in _CELL.finditer(rest) if b'"e"' in rest or _FORMULA.search(rest) else ():
                    end = found.end()
                    text, place = _without_value(*found.groups()), _PLACE.search(found[1])
                    if text and place:
                        errors[int(place[2]), column_number(place[1].decode())] = text
                rest = rest[max(end, len(rest) - LONGEST_CELL) :]
    return errors


def _without_value(attributes: bytes, content: bytes) -> str | None:
    """What to show for a cell whose formula has no value; None for every other cell."""
    kind, value = _TYPE.search(attributes), _VALUE.search(content)
    if kind and kind[1] == b"e":
        return value[1].decode() if value else UNCOMPUTED
    is_text = kind is not None and kind[1] == b"str"  # whose value may be an empty text
    return UNCOMPUTED if _FORMULA.search(content) and not value and not is_text else None


def column_number(letters: str) -> int:
    """A for 1, …, Z for 26, AA for 27, …"""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


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
