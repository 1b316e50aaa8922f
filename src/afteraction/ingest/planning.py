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
from afteraction.ingest.mapping_lines import Key, line_numbers
from afteraction.ingest.mapping_reader import read_mapping
from afteraction.ingest.mapping_writer import cell_text, mapping_text
from afteraction.ingest.notation import with_notation
from afteraction.ingest.profile import profile_sheet
from afteraction.ingest.sources import Sheet
from afteraction.ingest.workspace import Workspace
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES

Entry = tuple[Sheet, SheetMapping]

UNDECIDED: Final = 0.5
"""Below this, even a line that the import could do without needs a person: a date whose day nobody can tell."""


@dataclass(frozen=True)
class DraftLine:
    """One line of a draft as people are shown it. `line` is where it stands in the mapping file; `needed` says that the
    import cannot go on while nobody is sure of it."""

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
    """A drafted mapping, written to `path`. `skipped` gives the reason per sheet that is not used."""

    path: Path
    lines: tuple[DraftLine, ...]
    skipped: Mapping[str, str]

    @property
    def unsure(self) -> tuple[DraftLine, ...]:
        """The lines that a person has to look at before anything can be imported."""
        return tuple(line for line in self.lines if line.needed and not line.is_sure)


@dataclass(frozen=True)
class Plan:
    """What every sheet is used for. `path` is the mapping file that says so; None when every header is canonical."""

    mapping: SourceMapping
    entries: tuple[Entry, ...]
    path: Path | None


def plan_import(
    work: Workspace,
    home: Home,
    paths: Sequence[Path],
    mapping_file: Path | None,
    present: frozenset[str],
    ask: Callable[[Draft], bool] | None,
) -> Plan:
    """Find out what every sheet means. Raises Refused when nothing can be imported or a person has to decide.

    `present` names the tables that the lake has rows of; the workspace knows them as `present_<table>`.
    """
    known = {table: _attribute_types(work, table) for table in present}
    recognised = _recognise(work, known)
    if mapping_file:
        plan = _from_file(work, mapping_file, recognised)
    else:
        described = [(sheet, entry) for sheet, entry in recognised if entry]
        rest = [sheet for sheet, entry in recognised if entry is None]
        drafted = {
            sheet.spool: entry
            for sheet, entry in draft_sheets(work, rest, described, known, deals_known="deals" in present)
        }
        entries = tuple((sheet, entry or drafted[sheet.spool]) for sheet, entry in recognised)
        plan = Plan(SourceMapping(tuple(entry for _, entry in entries)), entries, None)
        if any(entry.recognised != canonical.RECOGNISED or _has_reasons(entry) for _, entry in entries):
            plan = replace(plan, path=_write(plan.mapping, home.mappings, paths))
    if not any(entry.fills for _, entry in plan.entries):
        told = "; ".join(f"{sheet.name}: {entry.skip or 'not used'}" for sheet, entry in plan.entries)
        raise Refused(
            f"nothing to import ({told})",
            "at least one sheet of deals, events, accounts, people or leads",
            "see docs/import.md",
        )
    if plan.path and not mapping_file:
        draft = draft_of(work, plan, plan.path)
        if not (ask(draft) if ask else not draft.unsure):
            raise _needs_a_person(draft, paths)
    return plan


def draft_of(work: Workspace, plan: Plan, path: Path) -> Draft:
    """The lines of a plan as people are shown them, with examples and their place in the file."""
    numbers = line_numbers(path.read_text("utf-8"))
    lines, skipped = [], {}
    for n, (sheet, entry) in enumerate(plan.entries):
        if entry.skip:
            skipped[sheet.name] = entry.skip
        profile = profile_sheet(work, sheet) if entry.fills else {}
        for m, fill in enumerate(entry.fills):
            for part, name, source in _parts(fill):
                key: Key = ("sheet", n, "fill", m, part, name)
                column = profile.get(source.origin)
                lines.append(
                    DraftLine(
                        sheet=sheet.name,
                        table=fill.table,
                        name=name,
                        source=source.text,
                        examples=column.examples() if column else "",
                        why=fill.why.get(name),
                        needed=_needed(fill, name),
                        line=numbers.get(key, numbers[key[:4]]),
                    )
                )
    return Draft(path, tuple(lines), skipped)


@dataclass(frozen=True)
class _Source:
    text: str
    origin: str = ""


def _parts(fill: Fill) -> list[tuple[str, str, _Source]]:
    cells = [("columns", fill.columns), ("attributes", fill.attributes)]
    found = [
        (part, name, _Source(cell_text(cell), next(iter(cell.origins), "")))
        for part, group in cells
        for name, cell in group.items()
    ]
    found += [
        ("dated_columns", name, _Source(f"at {name}: {content}", name)) for name, content in fill.dated_columns.items()
    ]
    return found + [("outcomes", name, _Source(outcome)) for name, outcome in fill.outcomes.items()]


def _needed(fill: Fill, name: str) -> bool:
    why = fill.why.get(name)
    return name in fill.schema.required or name in fill.outcomes or (why is not None and why.confidence < UNDECIDED)


def _recognise(work: Workspace, known: Mapping[str, Mapping[str, str]]) -> list[tuple[Sheet, SheetMapping | None]]:
    """What is known of each sheet without drafting: an export of a CRM, or canonical headers."""
    exports = hubspot.recognise(work, known) | salesforce.recognise(work, known)
    entries = []
    for sheet in work.sheets:
        entry = exports.get(sheet.name) or canonical.recognise(work, sheet, known)
        if entry and entry.fills:
            profile = profile_sheet(work, sheet)
            entry = replace(entry, fills=tuple(with_notation(fill, profile) for fill in entry.fills))
        entries.append((sheet, entry))
    return entries


def _from_file(work: Workspace, path: Path, recognised: Sequence[tuple[Sheet, SheetMapping | None]]) -> Plan:
    mapping = read_mapping(path, work.sheets)
    entries = [(sheet, mapping.of(sheet) or entry) for sheet, entry in recognised]
    unknown = [sheet.name for sheet, entry in entries if entry is None]
    if unknown:
        raise Refused(
            f"{path} says nothing of {', '.join(unknown)}",
            "an entry [[sheet]] for every sheet whose headers are not known by name",
            'add one with its fills, or with skip = "why it is not used"',
        )
    used = {name for _, entry in entries if entry for name in _lookup_sheets(entry)}
    return Plan(
        mapping, tuple((sheet, _with_unnamed(work, sheet, entry, used)) for sheet, entry in entries if entry), path
    )


def _lookup_sheets(entry: SheetMapping) -> set[str]:
    return {cell.lookup.sheet for fill in entry.fills for cell in fill.cells.values() if cell.lookup}


def _with_unnamed(work: Workspace, sheet: Sheet, entry: SheetMapping, looked_up: set[str]) -> SheetMapping:
    """`entry` with a reason for every column and sheet that the file does not use."""
    if not entry.fills:
        used = any(SheetMapping(name).fits(sheet) for name in looked_up)
        return replace(
            entry, skip=entry.skip or ("read for other sheets" if used else "the mapping file does not use it")
        )
    named = frozenset[str]().union(*(fill.origins for fill in entry.fills))
    profile = profile_sheet(work, sheet)
    unnamed = {
        n: EMPTY if not c.filled else "not named in the mapping file" for n, c in profile.items() if n not in named
    }
    return replace(entry, left_out=unnamed | dict(entry.left_out))


def _attribute_types(work: Workspace, table: str) -> dict[str, str]:
    """The types of the attribute columns that the lake has for a table: text or number."""
    columns = work.columns(f"present_{table}")
    return {
        name: "number" if type_ == "DOUBLE" else "text"
        for name, type_ in columns.items()
        if name not in TABLES[table].names
    }


def _has_reasons(entry: SheetMapping) -> bool:
    return any(fill.why for fill in entry.fills)


def _write(mapping: SourceMapping, folder: Path, paths: Sequence[Path]) -> Path:
    """Write a draft; one that says the same is used again, one that a person may have corrected is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    text, stem = mapping_text(mapping), import_name(paths)
    number = 1
    while True:
        path = folder / (f"{stem}.toml" if number == 1 else f"{stem}-{number}.toml")
        if not path.exists():
            draft = path.with_suffix(".writing")
            draft.write_text(text, "utf-8")
            draft.replace(path)
            return path
        if path.read_text("utf-8") == text:
            return path
        number += 1


def import_name(paths: Sequence[Path]) -> str:
    """What the files of an import of `paths` are called."""
    return (paths[0].resolve().name.split(".")[0] if paths else "") or "import"


def _needs_a_person(draft: Draft, paths: Sequence[Path]) -> Refused:
    lines = [
        f"  line {line.line}: {line.table}.{line.name} = {line.source} ({line.why.confidence:.0%}: {line.why.reason})"
        for line in draft.unsure
        if line.why
    ]
    return Refused(
        f"{len(lines)} things that the values do not settle, in {draft.path}\n" + "\n".join(lines)
        if lines
        else f"the draft {draft.path} was not accepted",
        "a mapping that someone has looked at",
        f"correct these lines, then run: afteraction import {' '.join(map(str, paths))} --map {draft.path}",
    )
