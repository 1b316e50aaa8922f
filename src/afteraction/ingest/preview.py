"""What an import would do with files, looked at before anything is imported: their sheets, and the mapping as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from afteraction.ingest.draft import Draft, draft_of
from afteraction.ingest.importing import name_present
from afteraction.ingest.mapping_writer import mapping_text
from afteraction.ingest.planning import plan_import
from afteraction.ingest.profile import profile_sheet
from afteraction.ingest.sources import Progress, SilentProgress, read_sources
from afteraction.ingest.workspace import Workspace
from afteraction.lake.home import Home
from afteraction.lake.store import Lake, storage_told


@dataclass(frozen=True)
class SheetPreview:
    """A sheet as it was read. `examples` has some values of each column; `unread` counts rows that cannot be read."""

    name: str
    file: str
    rows: int
    unread: int
    examples: Mapping[str, str]
    recognised: str


@dataclass(frozen=True)
class Preview:
    """What was found in files. `mapping` is the text of a mapping file that says what every column is taken for;

    `needs_mapping` is false where all headers are canonical, so that the files may be imported without one.
    """

    sheets: tuple[SheetPreview, ...]
    draft: Draft
    mapping: str
    needs_mapping: bool


@storage_told()
def preview_paths(
    paths: Sequence[Path], home: Home, mapping_file: Path | None = None, progress: Progress | None = None
) -> Preview:
    """Read files and say what `import_paths` would take their columns for, by a mapping file or by a draft.

    Nothing is imported. Raises Refused as `import_paths` does, except that a draft need not be sure of anything, and
    that no sheet need fit a table.
    """
    progress = progress or SilentProgress()
    with home.staging() as staging:
        sheets = read_sources(paths, staging / "sheets", progress)
        work = Workspace(home, staging, sheets)
        try:
            progress.step("looking at what the columns mean", 0, None)
            present = name_present(work, Lake(home).current())
            plan = plan_import(work, home, paths, mapping_file, present, lambda _draft: True, may_be_empty=True)
            text = plan.path.read_text("utf-8") if plan.path else mapping_text(plan.mapping)
            written = staging / "mapping.toml"
            written.write_text(text, "utf-8")
            draft = draft_of(work, plan.entries, written)
            read = tuple(
                SheetPreview(
                    name=sheet.name,
                    file=sheet.path.name,
                    rows=sheet.rows,
                    unread=len(sheet.problems),
                    examples={name: each.examples(2) for name, each in profile_sheet(work, sheet).items()},
                    recognised=entry.recognised,
                )
                for sheet, entry in plan.entries
            )
        finally:
            work.close()
    return Preview(read, draft, text, needs_mapping=plan.path is not None)
