"""What an import did, for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from afteraction.ingest.draft import Draft


@dataclass(frozen=True)
class TableCounts:
    """Rows of one table: what became of them in the lake, and those that did not get there.

    `new`, `changed` and `same` are rows merged. `refused` rows stand in the refusals file, as do `cells` that were left
    empty in rows that were kept. `repeated` rows said the same as another one, `older` ones an earlier state of it.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    cells: int = 0
    repeated: int = 0
    older: int = 0

    @property
    def merged(self) -> int:
        return self.new + self.changed + self.same


@dataclass(frozen=True)
class SheetUse:
    """What one sheet was used for. `tables` is empty where `reason` says why it was not used.

    `left_out` counts rows that the mapping leaves out, by reason; `columns_left_out` gives the reason per column.
    """

    name: str
    rows: int
    tables: tuple[str, ...]
    reason: str
    recognised: str
    left_out: Mapping[str, int]
    columns_left_out: Mapping[str, str]
    notes: tuple[str, ...]
    details: Mapping[str, str]


@dataclass(frozen=True)
class SetApart:
    """Events that end a deal: no steps of the process, but what decides its outcome."""

    activity: str
    outcome: str
    events: int


@dataclass(frozen=True)
class ImportReport:
    """The account of one import. Every row read is in one of its numbers.

    `unread` rows and files could not be read at all. `mapping` is the file that was used, or that the `draft` was
    written to; None when every header was canonical. `version` is the data version that holds the rows.
    """

    sheets: tuple[SheetUse, ...]
    tables: Mapping[str, TableCounts]
    set_apart: tuple[SetApart, ...]
    unread: int
    warnings: tuple[str, ...]
    draft: Draft | None
    mapping: Path | None
    refusals: Path | None
    version: int

    @property
    def refused(self) -> int:
        """All rows that were refused."""
        return self.unread + sum(counts.refused for counts in self.tables.values())

    @property
    def nothing_imported(self) -> bool:
        """Whether not a single row got into the lake, nor was there already."""
        return not any(counts.merged for counts in self.tables.values())
