"""Files to import, a home to import them into, and the rows that came of it."""

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

from afteraction.ingest import ImportReport, import_paths
from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.store import Lake

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Files:
    """A folder of files to import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path


class Installation:
    """A home with what is needed to import into it and look at the result."""

    def __init__(self, folder: Path) -> None:
        self.home = Home.at(folder)

    def imports(self, *paths: Path, **settings: Any) -> ImportReport:
        return import_paths(list(paths), self.home, **{"now": NOW, **settings})

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over the canonical tables of the newest data version."""
        record = open_record(self.home, Lake(self.home).snapshot())
        return record.con.con.execute(query).fetchall()

    def refusals(self, report: ImportReport) -> list[str]:
        """The lines of the refusals file, without its header."""
        assert report.refusals is not None
        return report.refusals.read_text(encoding="utf-8").splitlines()[1:]
