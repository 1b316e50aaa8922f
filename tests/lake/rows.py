"""Rows of canonical tables: staged as a writer wants them, and read back."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake, Snapshot
from afteraction.lake.writer import MergeCounts, open_writer

Rows = Iterable[Mapping[str, Any]]


class Staged:
    """Makes Parquet files of rows below a home folder."""

    def __init__(self, home: Home) -> None:
        self._folder = home.folder / "made by the test"
        self._made = 0

    def __call__(self, table: str, rows: Rows, **attributes: pa.DataType) -> Path:
        """A file with the columns that the first row has, in their canonical types or the ones given here."""
        rows = [*rows]
        types = {column.name: column.type for column in TABLES[table].columns} | attributes
        guessed = {name: pa.float64() if isinstance(value, float) else pa.string() for name, value in rows[0].items()}
        schema = pa.schema([(name, types.get(name, guessed[name])) for name in rows[0]])
        self._folder.mkdir(parents=True, exist_ok=True)
        self._made += 1
        path = self._folder / f"{table} {self._made}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        return path


def merge(lake: Lake, table: str, *paths: Path) -> MergeCounts:
    """Merge into one table and publish."""
    with open_writer(lake) as writer:
        counts = writer.merge(table, paths)
        writer.commit(f"test of {table}")
    return counts


def content(lake: Lake, table: str, *columns: str, version: int | None = None) -> list[dict[str, Any]]:
    """The rows of a table in a data version, sorted by key."""
    return rows_in(lake, lake.snapshot(version), table, *columns)


def rows_in(lake: Lake, snapshot: Snapshot, table: str, *columns: str) -> list[dict[str, Any]]:
    found = open_record(lake.home, snapshot).tables[table]
    found = found.order_by(TABLES[table].key)
    return (found.select(*columns) if columns else found).to_pyarrow().to_pylist()
