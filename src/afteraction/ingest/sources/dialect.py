"""How a delimited text is written: its delimiter, its way of escaping, and where its header stands."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Final

from afteraction.ingest.sources.columns import titles_above
from afteraction.ingest.sources.limits import MAX_RECORD

# The csv module's own limit (128 KiB) is shorter than the notes that CRMs allow. The setting is the whole process's.
csv.field_size_limit(MAX_RECORD)

COMMON: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
RARE: Final = {"^": "caret", "~": "tilde", "\x1f": "unit separator"}
ONE_COLUMN: Final = "\x1f"
FEWEST_SPACED: Final = 3
"""Columns, and records, below which a space is rather between words than between columns."""
SAMPLE_RECORDS: Final = 1_000
MIN_REGULAR: Final = 0.5
# Within a field: before a delimiter, a line end or a second quotation mark the backslash may be text.
_ESCAPED_QUOTE: Final = re.compile(r'\\"[^,;\t|^~\x1f"\r\n]')


@dataclass(frozen=True)
class Dialect:
    """How a text is written, and its header.

    The header ends on physical line `header_line`; `above` non-blank records before it are no header. `header_only`
    says that no record follows it in the sample.
    """

    delimiter: str
    escape: str | None
    header: tuple[str, ...]
    header_line: int
    above: int
    header_only: bool

    @property
    def label(self) -> str:
        """The delimiter as people call it."""
        if len(self.header) == 1:
            return "none (one column)"
        return {**COMMON, **RARE, " ": "space"}.get(self.delimiter, f'"{self.delimiter}"')


@dataclass(frozen=True)
class _Record:
    fields: list[str]
    last_line: int

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.fields if cell.strip())


def find_dialect(sample: str) -> Dialect | None:
    """The dialect of a text that begins with `sample` (whole lines). None when there are only blank lines.

    The delimiter is the one under which most records have the same number of fields, at least two, the header among
    them; where none does, the text is one column. Excel's first line "sep=;" is obeyed.
    """
    sample = sample.removeprefix("\ufeff")
    first, _, rest = sample.partition("\n")
    told = first.rstrip("\r").strip('"')
    if told.lower().startswith("sep=") and len(told) == len("sep=;"):
        records = list(_records(rest, told[-1], None, lines_before=1))
        return _dialect(records, told[-1], None, _usual_width(records)[0]) if records else None
    best: tuple[tuple[bool, bool, float, int], Dialect] | None = None
    for escape in ("\\", None) if _ESCAPED_QUOTE.search(sample) else (None,):
        for delimiter in (*COMMON, *RARE):
            records = list(_records(sample, delimiter, escape)) if delimiter in sample else []
            width, share = _usual_width(records)
            if width < 2 or share < MIN_REGULAR:
                continue
            dialect = _dialect(records, delimiter, escape, width)
            rank = (dialect.above == 0, delimiter in COMMON, round(share, 1), width)
            if best is None or rank > best[0]:
                best = rank, dialect
    return best[1] if best else _spaced(sample) or _irregular(sample)


def _spaced(sample: str) -> Dialect | None:
    """The dialect of a text whose columns are parted by one space each. Names and sentences have spaces too, so every
    record must have the same number of fields, three at least, and the header a word of its own for each.
    """
    records = list(_records(sample, " ", None))
    width, share = _usual_width(records)
    header = [cell.strip() for cell in records[0].fields] if records else []
    if width < FEWEST_SPACED or share < 1 or len(records) < FEWEST_SPACED or not all(header):
        return None
    return _dialect(records, " ", None, width) if len({*header}) == width else None


def _irregular(sample: str) -> Dialect | None:
    """The dialect where no delimiter gives regular records: the first that splits the header, else one column."""
    for delimiter in (*COMMON, ONE_COLUMN):
        records = list(_records(sample, delimiter, None))
        if not records:
            return None  # nothing but white space and this delimiter
        if delimiter == ONE_COLUMN or len(records[0].fields) > 1:
            return _dialect(records, delimiter, None, len(records[0].fields))
    return None


def _records(sample: str, delimiter: str, escape: str | None, lines_before: int = 0) -> Iterator[_Record]:
    """The first records that are not blank, with the line on which each ends."""
    reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter, escapechar=escape)
    try:
        for fields in islice(reader, SAMPLE_RECORDS):
            if any(cell.strip() for cell in fields):
                yield _Record(fields, lines_before + reader.line_num)
    except csv.Error:  # what is wrong with the record is said when the file is read
        return


def _usual_width(records: Sequence[_Record]) -> tuple[int, float]:
    """The most common number of fields of a record, the larger on a tie, and the share of records that have it."""
    if not records:
        return 0, 0.0
    widths = Counter(len(record.fields) for record in records)
    width = max(widths, key=lambda width: (widths[width], width))
    return width, widths[width] / len(records)


def _dialect(records: Sequence[_Record], delimiter: str, escape: str | None, width: int) -> Dialect:
    above = titles_above([record.filled for record in records], width)
    header = records[above].fields
    rows = [record.fields for record in records[above + 1 :]]
    return Dialect(delimiter, escape, _fitted(header, rows, width), records[above].last_line, above, not rows)


def _fitted(header: list[str], rows: Sequence[list[str]], width: int) -> tuple[str, ...]:
    """The header as wide as the rows, where the difference is only a delimiter too many or too few at the end."""
    if len(header) < width and not any(cell for row in rows if len(row) == width for cell in row[len(header) :]):
        return (*header, *[""] * (width - len(header)))
    if len(header) > width and not any(header[width:]) and not any(len(row) > width for row in rows):
        return tuple(header[:width])
    return tuple(header)
