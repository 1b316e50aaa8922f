"""Source files of any supported kind, read into sheets: `read_sources` is the way in."""

from afteraction.ingest.sources.file_names import shown_name
from afteraction.ingest.sources.reading import read_sources
from afteraction.ingest.sources.sheet import ROW, Progress, Sheet, SilentProgress, SourceProblem

__all__ = ["ROW", "Progress", "Sheet", "SilentProgress", "SourceProblem", "read_sources", "shown_name"]
