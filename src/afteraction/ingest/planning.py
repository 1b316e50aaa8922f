"""Which sheet means what: from a mapping file, or by recognising known exports and drafting the rest."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from afteraction.errors import Refused
from afteraction.ingest import canonical, hubspot, marketo, salesforce
from afteraction.ingest.attributes import EMPTY
from afteraction.ingest.draft import Draft, draft_of, undecided
from afteraction.ingest.draft_text import draft_text, questions_text
from afteraction.ingest.drafting import draft_sheets
from afteraction.ingest.mapping import SheetMapping, SourceMapping, exact_name
from afteraction.ingest.mapping_reader import read_mapping
from afteraction.ingest.mapping_writer import mapping_text
from afteraction.ingest.notation import with_notation
from afteraction.ingest.profile import profile_sheet
from afteraction.ingest.sources import Sheet, shown_name
from afteraction.ingest.workspace import Workspace
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES

_BESIDE_KNOWN = "the files beside it are known by name, this one is not; import it alone to draft a mapping"
_SHOWN = 8

Entry = tuple[Sheet, SheetMapping]


@dataclass(frozen=True)
class Plan:
    """What every sheet is used for. `path` is the mapping file that says so; None when every header is canonical.

    `draft` is what was drafted and accepted, for people to see; None for a mapping that a person gave.
    """

    mapping: SourceMapping
    entries: tuple[Entry, ...]
    path: Path | None
    draft: Draft | None = None


def plan_import(
    work: Workspace,
    home: Home,
    paths: Sequence[Path],
    mapping_file: Path | None,
    present: frozenset[str],
    ask: Callable[[Draft], bool] | None,
    may_be_empty: bool = False,
) -> Plan:
    """Find out what every sheet means. Raises Refused when nothing can be imported (unless that `may_be_empty`: people
    will say themselves what the sheets are for) or a person has to decide.

    `present` names the tables that the lake has rows of; the workspace knows them as `present_<table>`.
    """
    known = {table: _attribute_types(work, table) for table in present}
    recognised = _recognise(work, known)
    if mapping_file:
        plan = _from_file(work, mapping_file, recognised)
    else:
        described = [(sheet, entry) for sheet, entry in recognised if entry]
        rest = [sheet for sheet, entry in recognised if entry is None]
        found = draft_sheets(work, rest, described, known, deals_known="deals" in present)
        drafted = {sheet.spool: _beside_known(sheet, entry, described) for sheet, entry in found}
        entries = tuple((sheet, entry or drafted[sheet.spool]) for sheet, entry in recognised)
        plan = Plan(SourceMapping(tuple(entry for _, entry in entries)), entries, None)
        if any(entry.recognised != canonical.RECOGNISED or _has_reasons(entry) for _, entry in entries):
            plan = replace(plan, path=_write(plan.mapping, home.mappings, paths))
    if not may_be_empty and not any(entry.fills for _, entry in plan.entries):
        told = "; ".join(
            f"{sheet.name}, with the columns {_some(sheet.columns)}: {entry.skip or 'not used'}"
            for sheet, entry in plan.entries
        )
        raise Refused(
            f"nothing to import ({told})",
            "at least one sheet of deals, events, accounts, people or leads",
            "see that its first row has the names of the columns, or write a mapping file as in docs/import.md",
        )
    if plan.path and not mapping_file:
        draft = draft_of(work, plan.entries, plan.path)
        if not (ask(draft) if ask else not draft.unsure):
            raise _needs_a_person(draft, home, paths)
        plan = replace(plan, draft=draft)
    return plan


def _recognise(work: Workspace, known: Mapping[str, Mapping[str, str]]) -> list[tuple[Sheet, SheetMapping | None]]:
    """What is known of each sheet without drafting: an export of a CRM, or canonical headers."""
    exports = marketo.recognise(work, known) | hubspot.recognise(work, known) | salesforce.recognise(work, known)
    entries = []
    for sheet in work.sheets:
        entry = exports.get(sheet.name) or canonical.recognise(work, sheet, known)
        if entry and entry.fills:
            profile = profile_sheet(work, sheet)
            entry = replace(entry, fills=tuple(with_notation(fill, profile) for fill in entry.fills))
        entries.append((sheet, entry))
    return entries


def _beside_known(sheet: Sheet, entry: SheetMapping, described: Sequence[Entry]) -> SheetMapping:
    """A draft beside files that are known by name is used where it is sure and fills what they do not; else it is left
    out, and said. Who exports a table by name exports all of it there, and other things beside it.
    """
    known = {fill.table for _, other in described for fill in other.fills}
    fills_more = all(fill.table not in known and not undecided(fill) for fill in entry.fills)
    return entry if not known or fills_more else SheetMapping(exact_name(sheet.name), skip=_BESIDE_KNOWN)


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


def _some(columns: Sequence[str]) -> str:
    more = len(columns) - _SHOWN
    return ", ".join(columns[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _has_reasons(entry: SheetMapping) -> bool:
    return any(fill.why for fill in entry.fills)


def _write(mapping: SourceMapping, folder: Path, paths: Sequence[Path]) -> Path:
    """Write a draft. One that says the same is used again; one that someone may have corrected is not overwritten."""
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
    return (shown_name(paths[0].resolve().name).split(".")[0] if paths else "") or "import"


def _needs_a_person(draft: Draft, home: Home, paths: Sequence[Path]) -> Refused:
    number = len(draft.unsure)
    told = f"what the files do not settle ({number}):\n{questions_text(draft)}" if number else "nobody accepted it"
    command = ["afteraction", "import", *map(str, paths), "--home", str(home.folder), "--map", str(draft.path)]
    return Refused(
        f"columns that are not known by name; this is what they may mean\n\n{draft_text(draft)}\n\n{told}\n",
        "a mapping that someone has looked at",
        f"look at these lines of {draft.path}, correct what is wrong, then run\n    {shlex.join(command)}",
    )
