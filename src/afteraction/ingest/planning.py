"""Which sheet means what: from a mapping file, or by recognising known exports and drafting the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from afteraction.errors import Refused
from afteraction.ingest import canonical, hubspot, salesforce
from afteraction.ingest.attributes import EMPTY
from afteraction.ingest.drafting import draft_sheets
from afteraction.ingest.mapping import SURE, Fill, SheetMapping, SourceMapping, Why
from afteraction.ingest.mapping_reader import read_mapping
from afteraction.ingest.mapping_writer import mapping_text
from afteraction.ingest.notation import with_notation
from afteraction.ingest.profile import profile_sheet
from afteraction.ingest.sources import Progress, Sheet
from afteraction.ingest.workspace import Workspace
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES

Entry = tuple[Sheet, SheetMapping]


@dataclass(frozen=True)
class Plan:
    """What every sheet is used for. `path` is the mapping file that says so; None when every header is canonical."""

    mapping: SourceMapping
    entries: tuple[Entry, ...]
    path: Path | None = None
    drafted: bool = False

    @property
    def unsure(self) -> tuple[tuple[str, str, str, Why], ...]:
        """Lines that the import needs and the draft is not sure of: sheet, table, name, why."""
        return tuple(
            (sheet.name, fill.table, name, why)
            for sheet, entry in self.entries
            for fill in entry.fills
            for name, why in fill.why.items()
            if why.confidence < SURE and _needed(fill, name, why)
        )


def _needed(fill: Fill, name: str, why: Why) -> bool:
    return name in fill.schema.required or name in fill.outcomes or why.confidence < UNDECIDED


UNDECIDED: Final = 0.5
"""Below this, a line is not doubtful but undecided: a date whose day and month cannot be told apart. It needs a person."""
