"""Delimited text: CSV, TSV and their kin.

Arrow reads it, which is fast and exact for files whose quotation marks are in order. Three trip wires tell when they
are not (an odd number of them, a record of several lines that does not fit, a cell of several lines that looks like
swallowed records); then the file is read again by `csv_repair`, which is slower and finds its way back.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from afteraction.errors import Refused
from afteraction.ingest.sources.columns import unique_columns
from afteraction.ingest.sources.csv_repair import read_carefully
from afteraction.ingest.sources.dialect import Dialect, find_dialect
from afteraction.ingest.sources.limits import MAX_PROBLEMS, MAX_RECORD, MIB
from afteraction.ingest.sources.problems import Problems, excerpt
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.spool import SheetWriter
from afteraction.ingest.sources.text_file import Text, open_text

SAMPLE: Final = MIB
BLOCK: Final = 4 * MIB  # Arrow reads 32 of them ahead; a record that is longer trips the wire too
BLANK: Final = " \t\r\n\x1a"
Batch = tuple[npt.NDArray[np.int64], list[Any]]


class _QuotesOutOfOrder(Exception):
    """Arrow cannot be trusted with this file."""


def read_csv(source: Source) -> list[Sheet]:
    """The one sheet of a delimited text. Raises Refused when there is no header in it."""
    problems = Problems(source.name)
    text = open_text(source.content, source.work, problems, source.progress)
    dialect = _dialect_of(text, source.name)
    columns, details = unique_columns(dialect.header, source.name)
    details = text.details | {"delimiter": dialect.label} | details
    if dialect.above:
        details["above the header"] = f"text left out; the header is on line {dialect.header_line}"
    spool = source.spools.new_path()
    damage = len(problems)
    try:
        rows, blank = _write(_read_quickly(text, dialect, problems), spool, columns, source, text)
    except (_QuotesOutOfOrder, pa.ArrowInvalid):
        problems.forget_after(damage)
        rows, blank = _write(read_carefully(text.path, dialect, problems), spool, columns, source, text)
        if len(problems) > damage:
            details["quotation marks"] = "some seem to be out of order; read record by record"
    if blank:
        details["empty rows"] = f"{blank:,} left out"
    return [
        source.sheet(kind="csv", spool=spool, columns=columns, rows=rows, problems=problems.in_order(), details=details)
    ]


def _dialect_of(text: Text, name: str) -> Dialect:
    with text.path.open("rb") as file:
        sample = file.read(SAMPLE) + file.readline(MAX_RECORD)
    dialect = find_dialect(sample.decode("utf-8", "replace"))
    if dialect is None:
        raise Refused(f"{name}: only blank lines", "a header and rows", "export it again")
    return dialect


def _write(
    batches: Iterator[tuple[Batch, int]], spool: Any, columns: tuple[str, ...], source: Source, text: Text
) -> tuple[int, int]:
    """Write the batches (each with the bytes read so far); returns the rows written and the empty rows left out."""
    blank = 0
    with SheetWriter(spool, columns) as writer:
        for (numbers, cells), done in batches:
            keep = _filled(cells)
            if keep is not None:
                blank += len(numbers) - int(keep.sum())
                numbers, cells = numbers[keep], [column.filter(pa.array(keep)) for column in cells]
            writer.write(numbers, cells)
            source.progress.step(source.name, done, text.counts.size)
        return writer.rows, blank


def _filled(cells: list[Any]) -> npt.NDArray[np.bool_] | None:
    """Which rows have any content; None when all have."""
    if any(column.null_count == 0 for column in cells):
        return None
    empty = np.logical_and.reduce([column.is_null().to_numpy(zero_copy_only=False) for column in cells])
    return ~empty if empty.any() else None


def _read_quickly(text: Text, dialect: Dialect, problems: Problems) -> Iterator[tuple[Batch, int]]:
    """Batches of rows with the physical lines they start on. Raises _QuotesOutOfOrder or ArrowInvalid."""
    if text.counts.quotes % 2 and dialect.escape is None:
        raise _QuotesOutOfOrder
    if dialect.header_only and text.counts.size <= SAMPLE:
        return
    ragged = _RaggedRows()
    lines = _LineNumbers(dialect, ragged, problems)
    quoted = text.counts.quotes > 0
    with pa.OSFile(str(text.path), "rb") as file:
        for batch in _open(file, dialect, ragged, multiline=quoted):
            yield lines.number(batch.columns, multiline=quoted), file.tell()
    lines.finish()


def _open(file: Any, dialect: Dialect, on_ragged: Callable[[Any], Literal["skip"]], *, multiline: bool) -> Any:
    positions = [str(position) for position in range(len(dialect.header))]
    return pyarrow.csv.open_csv(
        file,
        # One thread: only then are the rows numbered.
        read_options=pyarrow.csv.ReadOptions(
            use_threads=False, block_size=BLOCK, skip_rows=dialect.header_line, column_names=positions
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=dialect.delimiter,
            escape_char=dialect.escape or False,
            newlines_in_values=multiline,
            ignore_empty_lines=False,
            invalid_row_handler=on_ragged,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            check_utf8=False,  # done by open_text
            column_types=dict.fromkeys(positions, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


class _RaggedRows:
    """Hears from Arrow of rows with too few or too many fields. They are numbered like the good ones."""

    def __init__(self) -> None:
        self.rows: deque[tuple[int, int, str]] = deque()
        self.out_of_order = False

    def __call__(self, row: Any) -> Literal["skip"]:
        self.out_of_order |= "\n" in row.text or "\r" in row.text
        if len(self.rows) <= MAX_PROBLEMS:
            self.rows.append((row.number, row.actual_columns, excerpt(row.text)))
        return "skip"


class _LineNumbers:
    """Turns Arrow's numbers of records into the physical lines on which they start."""

    def __init__(self, dialect: Dialect, ragged: _RaggedRows, problems: Problems) -> None:
        self.dialect = dialect
        self.ragged = ragged
        self.problems = problems
        self.next = dialect.header_line + 1
        self.extra = 0  # lines that records so far took up beyond their first

    def number(self, cells: list[Any], *, multiline: bool) -> Batch:
        """The lines on which the rows of a batch start, and the batch."""
        rows = len(cells[0])
        skipped = self._skipped(rows)
        numbers = np.arange(self.next, self.next + rows + len(skipped), dtype=np.int64)
        numbers = np.delete(numbers, [number - self.next for number, *_ in skipped])
        self.next += rows + len(skipped)
        within = _line_ends_within(cells, self.dialect) if multiline else None
        before = np.concatenate(([0], np.cumsum(within))) if within is not None else np.zeros(rows + 1, np.int64)
        for number, width, text in skipped:
            good_before = int(np.searchsorted(numbers, number))
            self._report(number + self.extra + int(before[good_before]), width, text)
        numbers += self.extra + before[:-1]
        self.extra += int(before[-1])
        return numbers, cells

    def _skipped(self, rows: int) -> list[tuple[int, int, str]]:
        """The ragged rows between the next `rows` good ones."""
        if self.ragged.out_of_order:
            raise _QuotesOutOfOrder
        skipped: list[tuple[int, int, str]] = []
        while self.ragged.rows and self.ragged.rows[0][0] < self.next + rows + len(skipped):
            skipped.append(self.ragged.rows.popleft())
        return skipped

    def finish(self) -> None:
        """Report the ragged rows after the last good one."""
        for number, width, text in self._skipped(MAX_PROBLEMS + 1):
            self._report(number + self.extra, width, text)

    def _report(self, line: int, width: int, text: str) -> None:
        if text.strip(BLANK):
            self.problems.ragged(line, width, text, len(self.dialect.header))


def _line_ends_within(cells: list[Any], dialect: Dialect) -> npt.NDArray[np.int64] | None:
    """How many line ends are inside the cells of each row; None when there are none in the batch.

    Raises _QuotesOutOfOrder when a cell looks as if it had swallowed whole records.
    """
    ends: npt.NDArray[np.int64] | None = None
    for column in cells:
        if not _has_line_end(column):
            continue
        _check_cells(column, dialect)
        count = _count(column, "\n") + _count(column, "\r") - _count(column, "\r\n")
        ends = count if ends is None else ends + count
    return ends


def _has_line_end(column: Any) -> bool:
    """A look at the raw bytes of a column, which costs next to nothing."""
    data = column.buffers()[2]
    raw = data.to_pybytes() if data is not None else b""
    return b"\n" in raw or b"\r" in raw


def _count(column: Any, pattern: str) -> npt.NDArray[np.int64]:
    counts = pc.count_substring(column, pattern).fill_null(0)
    return np.asarray(counts.to_numpy(zero_copy_only=False), np.int64)


def _check_cells(column: Any, dialect: Dialect) -> None:
    fewest = len(dialect.header) - 1
    if fewest == 0:
        return
    multiline = pc.match_substring_regex(column, "[\r\n]")
    crowded = pc.greater_equal(pc.count_substring(column, dialect.delimiter), pa.scalar(fewest))
    for cell in column.filter(pc.and_(multiline, crowded)).to_pylist():
        if any(line.count(dialect.delimiter) >= fewest for line in re.split(r"[\r\n]+", cell)):
            raise _QuotesOutOfOrder
