"""What there is to know about data. Every query starts from one organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db.models import QuerySet

from afteraction.ingest.mapping import SURE, SheetMapping
from afteraction.ingest.mapping_edit import MappedLine, lines, mapping_of, unfilled
from afteraction.ingest.sources import Sheet
from afteraction.lake.schema import TABLES, TIME
from afteraction.lake.store import Lake, Snapshot
from afteraction.web.data.models import Import
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people.models import Organisation, User

State = Import.State
UNDER_WAY: Final = (State.LOOKING, State.WAITING, State.RUNNING)
CORRECTABLE: Final = (State.READY, State.REFUSED, State.FAILED)
_MOST_VERSIONS: Final = 20


def imports_of(organisation: Organisation) -> "QuerySet[Import]":
    """The imports of an organisation that were not given up, newest first."""
    found = Import.objects.filter(organisation=organisation).exclude(state=State.DISCARDED)
    return found.select_related("made_by", "organisation").prefetch_related("files").order_by("-id")


def import_of(user: User, key: int) -> Import | None:
    """An import of the organisation of a user."""
    return Import.objects.filter(organisation=user.organisation, pk=key).select_related("organisation").first()


@dataclass(frozen=True)
class Version:
    """A data version, the import that made it (none: it came by the command line or by compaction), and its rows."""

    snapshot: Snapshot
    import_: Import | None

    @property
    def rows(self) -> int:
        return sum(self.snapshot.rows.values())


def versions_of(organisation: Organisation) -> list[Version]:
    """The newest data versions, newest first. Reads one small file for each."""
    snapshots = Lake(organisation.home).versions()[-_MOST_VERSIONS:]
    made = {
        each.data_version: each
        for each in imports_of(organisation).filter(data_version__in=[s.version for s in snapshots])
        if each.report.get("made_version")
    }
    return [Version(snapshot, made.get(snapshot.version)) for snapshot in reversed(snapshots)]


@dataclass(frozen=True)
class Quality:
    """What is wrong with the record and what is missing from it, as the newest results say."""

    version: int
    findings: list[dict[str, Any]]
    missing: list[dict[str, Any]]


def quality_of(organisation: Organisation) -> Quality | None:
    """None until the first results are there."""
    results = newest_results(organisation)
    if results is None:
        return None
    told = results.figures["quality"]
    return Quality(results.analysis.data_version, told["findings"], told["missing"])


@dataclass(frozen=True)
class Line:
    """A line of the mapping form: what is filled from where, with examples, and how sure the draft was of it."""

    mapped: MappedLine
    meaning: str
    examples: str
    confidence: float | None
    reason: str
    needed: bool
    dated: bool
    choices: tuple[str, ...]

    @property
    def unsure(self) -> bool:
        """Whether a person has to look at it before anything is imported."""
        return self.needed and self.confidence is not None and self.confidence < SURE


@dataclass(frozen=True)
class FillForm:
    """One table that a sheet fills, as a form: `key` names it, `unfilled` are canonical columns that nothing fills."""

    key: str
    sheet: str
    table: str
    rows: int
    lines: tuple[Line, ...]
    unfilled: tuple[str, ...]
    columns: tuple[str, ...]


def sheets_of(import_: Import) -> list[Sheet]:
    """The sheets of an import as they were read: their names and columns, without their rows."""
    return [
        Sheet(each["name"], Path(each["file"]), "", Path(), tuple(each["examples"]), each["rows"], (), {})
        for each in import_.preview.get("sheets", [])
    ]


def mapping_form(import_: Import) -> list[FillForm]:
    """The mapping of an import as a form. Raises Refused when its text cannot be read."""
    mapping = mapping_of(import_.mapping)
    examples = {each["name"]: each["examples"] for each in import_.preview.get("sheets", [])}
    whys = {tuple(why[:4]): why[4:] for why in import_.preview.get("whys", [])}
    forms = []
    for n, entry in enumerate(mapping.sheets):
        for sheet in (sheet for sheet in sheets_of(import_) if mapping.of(sheet) is entry):
            forms += list(_fills(n, entry, sheet, examples[sheet.name], whys))
    return forms


def _fills(
    n: int, entry: SheetMapping, sheet: Sheet, examples: dict[str, str], whys: dict[Any, Any]
) -> Iterator[FillForm]:
    for m, fill in enumerate(entry.fills):
        made = []
        for mapped in lines(fill, n, m):
            place = mapped.place
            needed, confidence, reason = whys.get((sheet.name, fill.table, place.name, mapped.text), (False, None, ""))
            column = next((c for c in TABLES[fill.table].columns if c.name == place.name), None)
            is_time = column is not None and column.type == TIME and place.part == "columns"
            made.append(
                Line(
                    mapped=mapped,
                    meaning=column.meaning.replace("`", "") if column and place.part == "columns" else "",
                    examples=examples.get(mapped.source, ""),
                    confidence=confidence,
                    reason=reason,
                    needed=needed,
                    dated=is_time,
                    choices=("won", "lost", "no_decision") if place.part == "outcomes" else sheet.columns,
                )
            )
        yield FillForm(
            f"{n}.{m}", sheet.name, fill.table, sheet.rows, tuple(made), tuple(unfilled(fill)), sheet.columns
        )


@dataclass(frozen=True)
class Unused:
    """A sheet that the mapping does not use: the number of its entry, and why. `may_fill` when a person may use it."""

    number: int
    name: str
    reason: str
    may_fill: bool


def unused_sheets(import_: Import) -> list[Unused]:
    """The sheets that the mapping does not use, with the reason."""
    mapping = mapping_of(import_.mapping)
    entries = list(mapping.sheets)
    return [
        Unused(entries.index(entry), sheet.name, entry.skip or "not used", bool(sheet.columns))
        for sheet in sheets_of(import_)
        if (entry := mapping.of(sheet)) and not entry.fills
    ]
