"""The engine at work on the sheets of one import: each sheet a view of text, intermediate tables as Parquet files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from afteraction.ingest.sources import ROW, Sheet
from afteraction.lake.engine import connect, quote
from afteraction.lake.home import Home

Row = tuple[Any, ...]

_SAMPLE = 50_000


class Workspace:
    """Sheets that can be asked with SQL, and a staging folder for what is made of them.

    Everything goes through the engine in batches; nothing here holds a whole sheet in memory.
    """

    def __init__(self, home: Home, staging: Path, sheets: Sequence[Sheet]) -> None:
        self.sheets = tuple(sheets)
        self._staging = staging
        self._engine = connect(home).con
        self._samples: set[str] = set()
        self._views = {sheet.spool: f"sheet_{n}" for n, sheet in enumerate(self.sheets)}
        for sheet in self.sheets:
            self.name_file(self.view(sheet), sheet.spool)

    def view(self, sheet: Sheet) -> str:
        """The name under which SQL finds a sheet."""
        return self._views[sheet.spool]

    def name_file(self, name: str, *paths: Path) -> None:
        """Make Parquet files known to SQL as `name`."""
        self._engine.read_parquet([str(path) for path in paths], union_by_name=True).create_view(name, replace=True)

    def rows(self, query: str) -> list[Row]:
        """All rows of a query with a small answer."""
        found: list[Row] = self._engine.execute(query).fetchall()
        return found

    def row(self, query: str) -> Row:
        """The only row of a query that gives exactly one."""
        (only,) = self.rows(query)
        return only

    def count(self, relation: str) -> int:
        """Rows of a table, or of `table WHERE condition`."""
        return int(self.row(f"SELECT count(*) FROM {relation}")[0])

    def columns(self, relation: str) -> dict[str, str]:
        """Names and SQL types of a relation's columns, in order."""
        return {name: type_ for name, type_, *_ in self.rows(f"DESCRIBE FROM {relation}")}

    def keep(self, name: str, query: str) -> Path:
        """Write a query's rows to a Parquet file of the staging folder and make it known as `name`."""
        path = self._staging / f"{name}.parquet"
        self._engine.execute(f"COPY ({query}) TO '{_escaped(path)}' (FORMAT parquet, COMPRESSION zstd)")
        self.name_file(name, path)
        return path

    def put(self, name: str, table: pa.Table) -> None:
        """Make a small table known to SQL as `name`."""
        self._engine.from_arrow(table).create(name)

    def write_csv(self, query: str, path: Path) -> None:
        """Write a query's rows to a CSV file with a header, below the home folder."""
        self._engine.execute(f"COPY ({query}) TO '{_escaped(path)}' (FORMAT csv, HEADER)")

    def sample(self, sheet: Sheet) -> str:
        """The name of a table with up to about 50,000 rows of a sheet, the same ones each time."""
        view = self.view(sheet)
        name = f"sample_of_{view}"
        if name not in self._samples:
            every = -(-sheet.rows // _SAMPLE)
            self.keep(name, f"SELECT * FROM {view}{f' WHERE hash({ROW}) % {every} = 0' if every > 1 else ''}")
            self._samples.add(name)
        return name

    def close(self) -> None:
        """Give the engine's memory back."""
        self._engine.close()


def columns_sql(names: Sequence[str], relation: str = "") -> str:
    """Column names as a list in SQL."""
    return ", ".join(f"{relation}.{quote(n)}" if relation else quote(n) for n in names)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
