"""Files into the record: `import_paths` is the way in, `render` tells people what it did."""

from afteraction.ingest.draft import Draft, DraftLine
from afteraction.ingest.draft_text import draft_text
from afteraction.ingest.import_report import ImportReport, SetApart, SheetUse, TableCounts
from afteraction.ingest.import_text import render
from afteraction.ingest.importing import import_paths

__all__ = [
    "Draft",
    "DraftLine",
    "ImportReport",
    "SetApart",
    "SheetUse",
    "TableCounts",
    "draft_text",
    "import_paths",
    "render",
]
