"""DuckDB, locked to the home folder, spoken to through Ibis."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis
import pyarrow as pa

from afteraction.lake.home import Home
from afteraction.lake.schema import DATE, NUMBER, TABLES, TEXT, TIME, WHOLE, Table
from afteraction.lake.work_folder import WorkFolder

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from afteraction.lake.store import Snapshot

SQL_TYPES: Final = {TEXT: "VARCHAR", NUMBER: "DOUBLE", WHOLE: "BIGINT", DATE: "DATE", TIME: "TIMESTAMPTZ"}
"""The types of the schema as DuckDB calls them."""


@dataclass(frozen=True)
class Record:
    """The canonical tables of one data version, ready to be queried.

    `tables` holds every canonical table, empty where nothing was imported, with all canonical columns and then the
    attribute columns. Expressions over them run on `con`.
    """

    version: int
    con: "Backend"
    tables: Mapping[str, ibis.Table]

    def attributes(self, table: str) -> tuple[str, ...]:
        """Names of the columns of `table` that are not canonical."""
        return tuple(c for c in self.tables[table].columns if c not in TABLES[table].names)


def connect(home: Home, memory: str | None = None) -> "Backend":
    """A DuckDB that reads and writes below `home` alone, fetches nothing, and spills to disk when memory is short.

    `memory` is a limit such as `4GB`, by default 40 % of the machine: half of what DuckDB would take, for the arrays
    that statistics work on lie beside it.
    """
    con = ibis.duckdb.connect(":memory:")
    # DuckDB names its spill files the same everywhere: two that share a folder overwrite each other's and crash.
    spill = WorkFolder.below(home.spill)
    weakref.finalize(con.con, spill.remove)
    settings = {
        "TimeZone": text("UTC"),
        "temp_directory": text(spill.folder),
        "preserve_insertion_order": "false",
        "enable_progress_bar": "false",  # it would be printed among what a command prints
        "allowed_directories": f"[{text(home.folder)}]",
        "memory_limit": text(memory or _half_of_usual(con)),
        "enable_external_file_cache": "false",  # of files on a disk the system keeps what was read, and gives it up
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",  # the last one: nothing can be changed after it
    }
    for name, value in settings.items():
        con.con.execute(f"SET {name} = {value}")
    return con


def _half_of_usual(con: "Backend") -> str:
    """Half of DuckDB's own limit, which is 80 % of the machine or of what its container may take."""
    row = con.con.execute("SELECT current_setting('memory_limit')").fetchone()
    usual, unit = str(row[0]).split() if row else ("4.0", "GiB")
    return f"{float(usual) / 2:.2f}{unit}"


def open_record(home: Home, snapshot: "Snapshot", memory: str | None = None) -> Record:
    """Open one data version for analysis."""
    con = connect(home, memory)
    tables = {name: read_table(con, table, snapshot.files(name)) for name, table in TABLES.items()}
    return Record(snapshot.version, con, tables)


def read_table(con: "Backend", table: Table, files: list[str], name: str = "") -> ibis.Table:
    """The rows of `files` with every canonical column of `table` in its type, then the attributes, as a view.

    The view has the name of the table, or another where an engine reads several versions of it.
    """
    if not files:
        columns = ", ".join(f"{quote(c.name)} {SQL_TYPES[c.type]}" for c in table.columns)
        con.con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(name or table.name)} ({columns})")  # Ibis takes 10 ms
        return con.table(name or table.name)
    # A home such as /data/owner=ann is no partition: its name is not a column.
    found = con.read_parquet(files, union_by_name=True, hive_partitioning=False)
    return con.create_view(name or table.name, canonical(found, table), overwrite=True)


def canonical(found: ibis.Table, table: Table) -> ibis.Table:
    """What was found in files with every canonical column of `table` in its type, then the attributes."""
    columns = {
        c.name: (found[c.name] if c.name in found.columns else ibis.null()).cast(ibis_type(c.type))
        for c in table.columns
    }
    return found.select(**columns, **{name: found[name] for name in found.columns if name not in columns})


def ibis_type(type_: pa.DataType) -> ibis.expr.datatypes.DataType:
    """The Ibis type of an Arrow type of the schema."""
    return ibis.expr.datatypes.DataType.from_pyarrow(type_)


def quote(name: str | Path) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + str(name).replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """A text as a quoted SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"
