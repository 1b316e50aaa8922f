"""Tables worked out once per data version and kept as files; deleting them costs time, never data."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from afteraction.lake.durable import put_in_place
from afteraction.lake.home import Home

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_FORMAT = 5
"""Part of every file name; raised when what is kept under a name changes its meaning."""


def _encoding(table: ibis.Table) -> dict[str, str | int]:
    """How a file is written: numbers in order are small as differences, and compressing them costs more than it saves.

    A dictionary is looked for where there are words; of numbers it takes twice the time and makes larger files. DuckDB
    alone reads them: not every reader knows these encodings.
    """
    words = any(kind.is_string() for kind in table.schema().types)
    encoding: dict[str, str | int] = {"compression": "uncompressed", "parquet_version": "V2"}
    return encoding if words else encoding | {"dictionary_size_limit": 1}


@dataclass(frozen=True)
class FileCache:
    """Keeps tables of one data version below `home/cache/<version>`."""

    home: Home
    version: int
    con: "Backend"

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table:
        """The table from its file, which is written first if it is not there; complete or not at all."""
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.parent / f".{name}-{uuid.uuid4().hex}.writing"
            try:
                self.con.to_parquet(table, draft, **_encoding(table))
                put_in_place(draft, path)
            finally:
                draft.unlink(missing_ok=True)  # it is there when the disk was full, for one
        return self._read(path)

    def kept(self, name: str) -> ibis.Table | None:
        """The table from its file; None where it is not there."""
        path = self._path(name)
        return self._read(path) if path.exists() else None

    def _path(self, name: str) -> Path:
        return self.home.cache / str(self.version) / f"{name}-{_FORMAT}.parquet"

    def _read(self, path: Path) -> ibis.Table:
        return self.con.read_parquet(path, hive_partitioning=False)


@dataclass(frozen=True)
class MemoryCache:
    """Keeps tables in the engine, for as long as it is open."""

    con: "Backend"

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table:
        return self.con.create_table(name, table, overwrite=True, temp=True)
