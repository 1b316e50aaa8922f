"""The import: from paths to a data version and an account of every row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from afteraction.errors import Refused
from afteraction.ingest.assembly import Assembly, assemble
from afteraction.ingest.draft import Draft
from afteraction.ingest.fills import Converted, convert
from afteraction.ingest.import_report import ImportReport, SetApart, SheetUse, TableCounts
from afteraction.ingest.planning import Plan, import_name, plan_import
from afteraction.ingest.refusals import Refusals
from afteraction.ingest.sources import Progress, SilentProgress, read_sources, shown_name
from afteraction.ingest.workspace import Workspace
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake, Snapshot, storage_told
from afteraction.lake.writer import MergeCounts, open_writer

Ask = Callable[[Draft], bool]
"""Shown a draft, says whether the import goes on with it."""


@storage_told()
def import_paths(
    paths: Sequence[Path],
    home: Path | Home,
    mapping_file: Path | None = None,
    progress: Progress | None = None,
    ask: Ask | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Import files and folders into the lake at `home`.

    Without `mapping_file`, known exports are recognised and the rest is drafted; `ask` decides whether a draft is used,
    by default only one that is sure of everything it needs. `now` tells times in the future. The same import twice
    changes nothing. Raises Refused, with nothing changed, when a source cannot be read, the mapping is wrong or needs a
    person, another import is writing, or the disk takes no more.
    """
    home = home if isinstance(home, Home) else Home.at(home)
    progress = progress or SilentProgress()
    with Lake(home).lock():
        pass  # whoever has to wait for another import is told so before anything is read
    with home.staging() as staging:
        sheets = read_sources(paths, staging / "sheets", progress)
        work = Workspace(home, staging, sheets)
        try:
            progress.step("looking at what the columns mean", 0, None)
            present = name_present(work, Lake(home).current())
            plan = plan_import(work, home, paths, mapping_file, present, ask)
            with open_writer(Lake(home)) as writer:
                snapshot = Lake(home).current()
                result = _convert(work, plan, snapshot, progress, now or datetime.now(UTC))
                refusals = result.refusals.write(home.refusals, import_name(paths))
                counts = result.refusals.counts()
                unusable = result.refusals.first()
                work.close()
                merged: dict[str, MergeCounts] = {}
                for number, (table, path) in enumerate(result.assembly.files.items()):
                    progress.step("merging", number, len(result.assembly.files))
                    merged[table] = writer.merge(table, [path])
                if unusable and not any(rows.new + rows.changed + rows.same for rows in merged.values()):
                    raise _every_row_refused(unusable, counts, refusals)
                names = ", ".join(shown_name(path.name) for path in paths)
                version = writer.commit(f"import of {names}").version
        finally:
            work.close()
    return _report(plan, result, counts, merged, refusals, version)


def _every_row_refused(
    first: tuple[str, int, str, str, str], counts: Mapping[str, tuple[int, int]], written: Path | None
) -> Refused:
    file, row, column, found, expected = first
    rows = sum(refused for refused, _cells in counts.values())
    return Refused(
        f"{rows:,} rows, none of which can be used; the first is row {row} of {file}: {column or 'it'} is {found!r}",
        f"at least one row that can be used; there, {expected}",
        f"correct the file, or what its columns are taken for; every row with its reason is in {written}",
    )


@dataclass(frozen=True)
class _Result:
    converted: Sequence[Converted]
    assembly: Assembly
    refusals: Refusals


def _convert(work: Workspace, plan: Plan, snapshot: Snapshot | None, progress: Progress, now: datetime) -> _Result:
    present = name_present(work, snapshot)
    jobs = [(sheet, fill) for sheet, entry in plan.entries for fill in entry.fills]
    converted = []
    for number, (sheet, fill) in enumerate(jobs):
        progress.step(f"converting {sheet.name} to {fill.table}", number, len(jobs))
        converted.append(convert(work, number, sheet, fill, plan.mapping))
    progress.step("checking rows against each other", len(jobs), len(jobs))
    refusals = Refusals(work, work.sheets, converted)
    return _Result(converted, assemble(work, refusals, converted, plan.mapping, present, now), refusals)


def name_present(work: Workspace, snapshot: Snapshot | None) -> frozenset[str]:
    """Make the tables of the current data version known to SQL as `present_<table>`; returns those that have rows."""
    files = {table: snapshot.files(table) for table in TABLES} if snapshot else {}
    for table, paths in files.items():
        if paths:
            work.name_file(f"present_{table}", *map(Path, paths))
    return frozenset(table for table, paths in files.items() if paths)


def _report(
    plan: Plan,
    result: _Result,
    refused: Mapping[str, tuple[int, int]],
    merged: Mapping[str, MergeCounts],
    refusals: Path | None,
    version: int,
) -> ImportReport:
    assembly = result.assembly
    tables = {}
    for table in (name for name in TABLES if name in merged or name in refused):
        rows = merged.get(table, MergeCounts(0, 0, 0))
        rows_refused, cells = refused.get(table, (0, 0))
        tables[table] = TableCounts(
            rows.new,
            rows.changed,
            rows.same,
            rows_refused,
            cells,
            assembly.repeated.get(table, 0),
            assembly.older.get(table, 0),
        )
    return ImportReport(
        sheets=_uses(plan, result.converted),
        tables=tables,
        set_apart=tuple(SetApart(activity, outcome, n) for (activity, outcome), n in assembly.set_apart.items()),
        unread=refused.get("", (0, 0))[0],
        warnings=tuple(assembly.warnings),
        draft=plan.draft,
        mapping=plan.path,
        refusals=refusals,
        version=version,
    )


def _uses(plan: Plan, converted: Sequence[Converted]) -> tuple[SheetUse, ...]:
    uses = []
    for sheet, entry in plan.entries:
        fills = [one for one in converted if one.sheet is sheet]
        left_out: dict[str, int] = {}
        for one in fills:
            for reason, number in one.left_out.items():
                left_out[f"{one.fill.table}: {reason}"] = number
        uses.append(
            SheetUse(
                name=sheet.name,
                rows=sheet.rows,
                tables=tuple(one.fill.table for one in fills),
                reason=entry.skip,
                recognised=entry.recognised,
                left_out=left_out,
                columns_left_out=entry.left_out,
                notes=tuple(note for one in fills for note in one.notes),
                details=sheet.details,
            )
        )
    return tuple(uses)
