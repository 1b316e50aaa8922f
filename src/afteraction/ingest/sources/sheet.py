"""What every source becomes: sheets, tables of text that DuckDB reads from a Parquet file.

Nothing is interpreted here. A cell is the text that stood in the source, or NULL where nothing stood, and every row
carries the number by which a person finds it in the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

ROW: Final = "_row"
"""Name of the int64 column that holds the row number as a person counts it in that file.

CSV: the physical line on which the record starts (the first line of the file is 1). Excel: the sheet's row. JSON lines:
the line. JSON: the position in the list, from 1. Parquet: the record, from 1. XES: the position of the trace, or of the
event, in the log, from 1.
"""


@dataclass(frozen=True)
class SourceProblem:
    """A row, a file or a part of one that could not be read at all or, where the row was `kept`, not to its full.

    `row` is counted like `ROW`; it is None where the whole file, or no row in particular, is meant.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    kept: bool = False


@dataclass(frozen=True)
class Sheet:
    """One table of one source file, spooled as text.

    `name` tells it apart for people ("sales_pipeline.csv", "book.xlsx: Deals", "log.xes.gz: events"). `spool` is a
    Parquet file with `ROW` and one string column per entry of `columns`, in that order; a cell without content is NULL.
    `problems` holds what could not be read of this sheet; the first sheet of all, or of an archive, also holds the
    files that were left out. `details` are facts found on the way (encoding, delimiter, ...), to be shown.
    """

    name: str
    path: Path
    kind: str
    spool: Path
    columns: tuple[str, ...]
    rows: int
    problems: tuple[SourceProblem, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


class Progress(Protocol):
    """What a caller passes to hear how far reading has come."""

    def step(self, what: str, done: int, total: int | None) -> None:
        """`done` of `total` units (bytes of the file, or rows) of `what` are read; `total` is None where unknown."""


class SilentProgress:
    """A progress that nobody watches."""

    def step(self, what: str, done: int, total: int | None) -> None:
        """Say nothing."""
