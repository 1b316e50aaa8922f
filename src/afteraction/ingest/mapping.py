"""What the columns of source sheets mean: the content of a mapping file.

A mapping is data, whoever made it: a person wrote it, a draft proposed it, or a known export was recognised. Reading,
writing, drafting and converting all speak of these classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Final, Literal

from afteraction.ingest.sources import Sheet
from afteraction.lake.schema import TABLES, Table

DATE_STYLES: Final = ("iso", "dmy", "mdy", "epoch_s", "epoch_ms", "excel")
"""How dates are written: year first, day first, month first, seconds or milliseconds since 1970, Excel's day number."""

SURE: Final = 0.8
"""From this confidence on, a drafted line that the import cannot do without is used unasked."""

Moment = Literal["first", "last"]
State = Literal["open", "ended"]


@dataclass(frozen=True)
class Lookup:
    """Read the value as a key: find it in column `key` of another sheet and take that row's `take` instead."""

    sheet: str
    key: str
    take: str


@dataclass(frozen=True)
class Cell:
    """Where the content of one column of a table comes from, and how it is to be read.

    Exactly one origin is given: `column`, `join` (texts joined by `separator`), `first` (the first that is filled),
    `value` (a constant), `row_number` (the prefix of an id made from the row's number), or `stage_changes` alone.
    """

    column: str = ""
    join: tuple[str, ...] = ()
    separator: str = " "
    first: tuple[str, ...] = ()
    value: str | None = None
    row_number: str | None = None
    stage_changes: Moment | None = (
        None  # first or last stage change with an outcome decides; the origin is the fallback
    )
    lookup: Lookup | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None  # for filled values that `values` does not name; "" leaves the cell empty
    when_empty: str | None = None
    empty: tuple[str, ...] = ()  # further texts that mean that nothing is known
    prefix: str = ""
    each: str = ""  # the separator of a list; the row stands for one row per entry
    lifecycle: str = ""  # the column that says start, complete, ...; anything but complete is added to the activity
    dates: str = ""
    time_zone: str = ""
    decimal: str = ""
    divide: float | None = None
    take: Literal["", "currency", "domain", "first"] = ""  # a part of the text; first: of a list
    earliest: bool = False  # the earliest of all rows with the same key
    when: State | None = None  # only for deals in this state
    type: Literal["text", "number"] = "text"  # of an attribute

    @property
    def origins(self) -> tuple[str, ...]:
        """The source columns that are read, those of lookups in other sheets not among them."""
        named = (self.column, *self.join, *self.first, self.lifecycle)
        return tuple(name for name in named if name)


@dataclass(frozen=True)
class Why:
    """The reason for a drafted line and how sure the draft is of it, from 0 to 1."""

    confidence: float
    reason: str


@dataclass(frozen=True)
class Fill:
    """One table that a sheet fills.

    `dated_columns` turns each named date column into rows of its own: the column's date is `at`, the text is the stage,
    status or activity. `outcomes` names the stages that end a deal, or the activities that do: these are set apart from
    the touches and become stage changes. Of rows with the same key that differ, the one with the greatest `latest_by`
    is kept; with `distinct`, rows that say the same are one row. `why` explains drafted lines.
    """

    table: str
    columns: Mapping[str, Cell]
    attributes: Mapping[str, Cell] = field(default_factory=dict)
    dated_columns: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    only_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_changes: bool = False
    distinct: bool = False
    latest_by: str = ""
    why: Mapping[str, Why] = field(default_factory=dict)

    @property
    def schema(self) -> Table:
        return TABLES[self.table]

    @property
    def cells(self) -> Mapping[str, Cell]:
        """Canonical and attribute columns together, by the name they get in the lake."""
        return {**self.columns, **self.attributes}

    @property
    def origins(self) -> frozenset[str]:
        """Every source column that this fill reads."""
        cells = [name for cell in self.cells.values() for name in cell.origins]
        rows = [*self.dated_columns, *self.only_rows, *self.without_rows, *filter(None, [self.latest_by])]
        return frozenset((*cells, *rows))

    def missing(self) -> tuple[str, ...]:
        """Required columns that nothing fills."""
        given = {*self.columns, "touch_id"}  # a touch without an id gets one made from its content
        if self.dated_columns:
            given |= {"at", dated_content(self.table)}
        return tuple(name for name in self.schema.required if name not in given)


def dated_content(table: str) -> str:
    """The column that says what happened at the date of a dated column."""
    named = {"stage_changes": "stage", "lead_changes": "status", "touches": "activity", "lead_touches": "activity"}
    return named[table]


@dataclass(frozen=True)
class SheetMapping:
    """What one sheet, or every sheet whose name fits `name` (`*` and `?` allowed), is used for.

    Either `fills`, or `skip` says why it is not used; a sheet that only others look things up in has neither.
    `recognised` says what it was taken for, `by_name` that its headers alone tell what they mean.
    """

    name: str
    fills: tuple[Fill, ...] = ()
    skip: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    recognised: str = ""
    by_name: bool = False

    def fits(self, sheet: Sheet) -> bool:
        """Whether this speaks of `sheet`: by the sheet's name or its file's name, capitals aside."""
        pattern = self.name.casefold()
        return any(fnmatchcase(name.casefold(), pattern) for name in (sheet.name, sheet.path.name))


@dataclass(frozen=True)
class SourceMapping:
    """A whole mapping file. The defaults hold where a cell does not say otherwise."""

    sheets: tuple[SheetMapping, ...]
    dates: str = "iso"
    time_zone: str = "UTC"
    decimal: str = "."

    def of(self, sheet: Sheet) -> SheetMapping | None:
        """The first entry that speaks of `sheet`."""
        return next((entry for entry in self.sheets if entry.fits(sheet)), None)

    def completed(self, cell: Cell) -> Cell:
        """`cell` with the defaults filled in."""
        return replace(
            cell,
            dates=cell.dates or self.dates,
            time_zone=cell.time_zone or self.time_zone,
            decimal=cell.decimal or self.decimal,
        )


def exact_name(name: str) -> str:
    """A pattern that fits this sheet name alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def find_sheet(pattern: str, sheets: Sequence[Sheet]) -> Sheet | None:
    """The first sheet whose name fits `pattern`."""
    entry = SheetMapping(pattern)
    return next((sheet for sheet in sheets if entry.fits(sheet)), None)
