"""One file on its way to becoming sheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from afteraction.ingest.sources.sheet import Progress, Sheet, SourceProblem
from afteraction.ingest.sources.spool import SpoolFolder


@dataclass(frozen=True)
class Source:
    """A file to be read: `path` is what the user named, `content` holds its bytes (unpacked where it was packed).

    `name` is how people are told about it. Sheets are written to `spools`; `work` is emptied when reading ends.
    """

    name: str
    path: Path
    content: Path
    spools: SpoolFolder
    work: Path
    progress: Progress

    def sheet(
        self,
        *,
        kind: str,
        spool: Path,
        columns: tuple[str, ...],
        rows: int,
        part: str = "",
        problems: tuple[SourceProblem, ...] = (),
        details: Mapping[str, str] | None = None,
    ) -> Sheet:
        """A sheet of this file; `part` names it where the file has several."""
        name = f"{self.name}: {part}" if part else self.name
        return Sheet(name, self.path, kind, spool, columns, rows, problems, details or {})
