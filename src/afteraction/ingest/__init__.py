"""Files into the record: `import_paths` is the way in, `preview_paths` looks first, `render` tells what was done."""

from afteraction.ingest.draft import Draft, DraftLine
from afteraction.ingest.draft_text import draft_text
from afteraction.ingest.import_report import ImportReport, SetApart, SheetUse, TableCounts
from afteraction.ingest.import_text import render
from afteraction.ingest.importing import import_paths
from afteraction.ingest.preview import Preview, SheetPreview, preview_paths

__all__ = [
    "Draft",
    "DraftLine",
    "ImportReport",
    "Preview",
    "SetApart",
    "SheetPreview",
    "SheetUse",
    "TableCounts",
    "draft_text",
    "import_paths",
    "preview_paths",
    "render",
]
