"""A drafted mapping as people are shown it: line by line, with examples, the reason, and how sure it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from afteraction.ingest.mapping import SURE, Fill, SheetMapping, Why
from afteraction.ingest.mapping_lines import line_numbers
from afteraction.ingest.mapping_writer import cell_text
from afteraction.ingest.profile import profile_sheet
from afteraction.ingest.sources import Sheet
from afteraction.ingest.workspace import Workspace

UNDECIDED: Final = 0.5
"""Below this, even a line that the import could do without needs a person: a date whose day nobody can tell."""


@dataclass(frozen=True)
class DraftLine:
    """One line: `name` of `table` is filled from `source`; it stands on this `line` of the mapping file.

    `needed` says that the import cannot go on while nobody is sure of it.
    """

    sheet: str
    table: str
    name: str
    source: str
    examples: str
    why: Why | None
    needed: bool
    line: int

    @property
    def is_sure(self) -> bool:
        return self.why is None or self.why.confidence >= SURE


@dataclass(frozen=True)
class Draft:
    """A drafted mapping, written to `path`. Of sheets known by name only the lines in doubt are among its `lines`.

    `skipped` gives the reason per other sheet that is not used.
    """

    path: Path
    lines: tuple[DraftLine, ...]
    skipped: Mapping[str, str]

    @property
    def unsure(self) -> tuple[DraftLine, ...]:
        """The lines that a person has to look at before anything can be imported."""
        return tuple(line for line in self.lines if line.needed and not line.is_sure)


def draft_of(work: Workspace, entries: Sequence[tuple[Sheet, SheetMapping]], path: Path) -> Draft:
    """What the mapping file at `path` says of each sheet, for people."""
    numbers = line_numbers(path.read_text("utf-8"))
    lines = []
    for n, (sheet, entry) in enumerate(entries):
        profile = profile_sheet(work, sheet) if entry.fills else {}
        for m, fill in enumerate(entry.fills):
            for part, name, source, origin in _parts(fill):
                why = fill.why.get(name)
                if entry.by_name and (why is None or why.confidence >= SURE):
                    continue
                line = DraftLine(
                    sheet=sheet.name,
                    table=fill.table,
                    name=name,
                    source=source,
                    examples=profile[origin].examples(2) if origin in profile else "",
                    why=why,
                    needed=_is_needed(fill, name, why),
                    line=numbers.get(("sheet", n, "fill", m, part, name), 1),
                )
                lines.append(line)
    return Draft(path, tuple(lines), {s.name: e.skip for s, e in entries if e.skip and not e.by_name})


def _parts(fill: Fill) -> Iterator[tuple[str, str, str, str]]:
    """Part of the file, name, what fills it, and the first source column, of every line of a fill."""
    for part, cells in (("columns", fill.columns), ("attributes", fill.attributes)):
        for name, cell in cells.items():
            yield part, name, cell_text(cell), next(iter(cell.origins), "")
    for column, content in fill.dated_columns.items():
        yield "dated_columns", column, f"its date is when {content} was entered", column
    for name, outcome in fill.outcomes.items():
        yield "outcomes", name, outcome, ""


def undecided(fill: Fill) -> bool:
    """Whether a fill has a line that needs a person."""
    return any(why.confidence < SURE and _is_needed(fill, name, why) for name, why in fill.why.items())


def _is_needed(fill: Fill, name: str, why: Why | None) -> bool:
    return name in fill.schema.required or name in fill.outcomes or (why is not None and why.confidence < UNDECIDED)
