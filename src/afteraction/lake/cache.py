"""Tables worked out once per data version and kept as files; deleting them costs time, never data."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from afteraction.lake.home import Home

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from afteraction.lake.spark_engine import SparkEngine

_FORMAT = 5
"""Part of every file name; raised when what is kept under a name changes its meaning."""


@dataclass(frozen=True)
class FileCache:
    """Keeps tables of one data version below `home/cache/<version>`."""

    home: Home
    version: int
    con: "Backend"

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table:
        """The table from its file, which is written first if it is not there; complete or not at all."""
        folder = self.home.cache / str(self.version)
        path = folder / f"{name}-{_FORMAT}.parquet"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f".{name}-{uuid.uuid4().hex}.writing"
            self.con.to_parquet(table, draft)
            draft.rename(path)
        return self.con.read_parquet(path, hive_partitioning=False)


@dataclass(frozen=True)
class MemoryCache:
    """Keeps tables in the engine, for as long as it is open."""

    con: "Backend"

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table:
        return self.con.create_table(name, table, overwrite=True, temp=True)


@dataclass(frozen=True)
class PartitionedCache:
    """Keeps tables where their partitions are, for as long as the engine is open; `con` is one of `Partitioned`."""

    con: "SparkEngine"

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table:
        return self.con.kept(name, self.con.frame(table))
