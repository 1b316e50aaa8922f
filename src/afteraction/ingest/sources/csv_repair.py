"""Reading delimited text whose quotation marks are out of order, record by record, with a way back after each fault.

A quotation mark that is opened and never closed makes a parser swallow the records after it. Here such a record costs
its first line; the lines after it are read again as records of their own.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np

from afteraction.ingest.sources.dialect import Dialect
from afteraction.ingest.sources.limits import MAX_RECORD
from afteraction.ingest.sources.problems import Problems
from afteraction.ingest.sources.spool import BATCH_BYTES, BATCH_ROWS, text_array

SWALLOWED: Final = 0.5
"""A misfitting record has swallowed others when more than this share of its inner lines would fit alone."""


def read_carefully(path: Path, dialect: Dialect, problems: Problems) -> Iterator[tuple[Any, int]]:
    """Batches of rows: the lines they start on, one text array per column, and the bytes read so far.

    `path` is UTF-8. Records that do not fit the header are noted in `problems`; blank ones are passed on as empty rows.
    """
    numbers: list[int] = []
    rows: list[list[str | None]] = []
    size = 0
    with path.open("rb") as raw, TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="") as file:
        lines = _Lines(file)
        for _ in range(dialect.header_line):
            next(lines, None)
        for number, fields in _records(lines, dialect, problems):
            numbers.append(number)
            rows.append(fields)
            size += sum(len(cell) for cell in fields if cell)
            if len(rows) >= BATCH_ROWS or size >= BATCH_BYTES:
                yield _batch(numbers, rows), raw.tell()
                numbers, rows, size = [], [], 0
        if rows:
            yield _batch(numbers, rows), raw.tell()


def _batch(numbers: list[int], rows: list[list[str | None]]) -> Any:
    return np.array(numbers, np.int64), [text_array(column) for column in zip(*rows, strict=True)]


class _Lines:
    """The physical lines of a file, numbered from 1, which may be handed back to be read once more.

    `taken` holds the lines that were read since it was last emptied. A record longer than `MAX_RECORD` ends there.
    """

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.number = 0
        self.taken: list[str] = []
        self._size = 0
        self._returned: deque[str] = deque()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self.file.readline(MAX_RECORD)
        if not line or self._size > MAX_RECORD:
            if line:
                self._returned.appendleft(line)
            raise StopIteration
        self.number += 1
        self._size += len(line)
        self.taken.append(line)
        return line

    def start_record(self) -> None:
        self.taken = []
        self._size = 0

    def hand_back(self, lines: Sequence[str]) -> None:
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def _records(lines: _Lines, dialect: Dialect, problems: Problems) -> Iterator[tuple[int, list[str | None]]]:
    """The records that fit the header, each with the line on which it starts."""
    width = len(dialect.header)
    reader = _parser(lines, dialect)
    while True:
        lines.start_record()
        try:
            fields = next(reader, None)
        except csv.Error:  # a field beyond every limit: treated like any record that does not fit
            fields = []
        if not lines.taken:
            return
        start, taken = lines.number - len(lines.taken) + 1, lines.taken
        if len(taken) > 1 and _has_swallowed(taken, len(fields or ()), dialect):
            problems.add(start, f"a quotation mark that is not closed: {taken[0]}", "quotation marks in pairs")
            lines.hand_back(taken[1:])
            reader = _parser(lines, dialect)
        elif not fields or not any(fields):
            yield start, [None] * width
        elif len(fields) == width:
            yield start, [cell or None for cell in fields]
        else:
            problems.ragged(start, len(fields), "".join(taken), width)


def _parser(lines: Any, dialect: Dialect, *, strict: bool = False) -> Any:
    return csv.reader(lines, delimiter=dialect.delimiter, escapechar=dialect.escape, strict=strict)


def _has_swallowed(lines: Sequence[str], fields: int, dialect: Dialect) -> bool:
    """Whether a record of several lines came about by a stray quotation mark.

    It did when its quotation marks do not stand where they may, or when it does not fit and most lines in it would.
    """
    try:
        list(_parser(lines, dialect, strict=True))
    except csv.Error:
        return True
    if fields == len(dialect.header):
        return False
    alone = [len(next(_parser([line], dialect), ())) for line in lines[1:-1]]
    return alone.count(len(dialect.header)) > SWALLOWED * len(alone)
