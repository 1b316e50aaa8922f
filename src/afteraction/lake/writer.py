"""Rows into the lake: merged by key, counted, and published as one data version."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake

from afteraction.errors import Refused
from afteraction.lake.engine import connect, quote
from afteraction.lake.schema import DATE, NUMBER, TABLES, TEXT, TIME, WHOLE, Table
from afteraction.lake.store import Lake, Snapshot

_BATCH_ROWS = 250_000
_SQL_TYPES = {TEXT: "VARCHAR", NUMBER: "DOUBLE", WHOLE: "BIGINT", DATE: "DATE", TIME: "TIMESTAMPTZ"}
_PROPERTIES = WriterProperties(compression="ZSTD")


@dataclass(frozen=True)
class MergeCounts:
    """What a merge did: rows that were new, rows that changed an earlier one, rows that were there already."""

    new: int
    changed: int
    same: int


@contextmanager
def open_writer(lake: Lake) -> Iterator["LakeWriter"]:
    """Be the one writer of a lake. What is not committed when the block ends is taken back by the next writer."""
    with lake.lock():
        lake.roll_back()
        yield LakeWriter(lake)


class LakeWriter:
    """One import's way into the lake; see `open_writer`."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._con = connect(lake.home).con
        self._dirty = False

    def merge(self, table_name: str, paths: Sequence[Path]) -> MergeCounts:
        """Merge the rows of Parquet files below the home folder into a table, by its key.

        The files hold canonical columns in their canonical types, and attribute columns as text or number. Columns
        that they lack stay as they are in rows that exist. Raises Refused when a key is empty or stands twice, or
        when an attribute would change its type.
        """
        table = TABLES[table_name]
        self._con.read_parquet([str(p) for p in paths], union_by_name=True).create_view("staged", replace=True)
        staged = self._columns("staged")
        self._refuse_bad_keys(table)
        folder = self._lake.tables_folder / table_name
        if not folder.exists():
            return self._create(table, folder, staged)
        state = DeltaTable(folder)
        self._con.read_parquet(list(state.file_uris()), union_by_name=True).create_view("present", replace=True)
        present = self._columns("present")
        _refuse_changed_types(table, present, staged)
        counts = self._compare(table, present, staged)
        if counts.new or counts.changed:
            self._upsert(table, state, present, staged, counts)
            self._dirty = True
        return counts

    def commit(self, note: str) -> Snapshot:
        """Publish all merges as one data version; without any change the current version stays."""
        current = self._lake.current()
        if current is not None and not self._dirty:
            return current
        return self._lake.publish(note)

    def _columns(self, relation: str) -> dict[str, pa.DataType]:
        return {f.name: f.type for f in self._con.sql(f"FROM {relation} LIMIT 0").to_arrow_table().schema}

    def _refuse_bad_keys(self, table: Table) -> None:
        keys = ", ".join(map(quote, table.key))
        repeated = self._con.sql(
            f"SELECT {keys}, count(*) FROM staged GROUP BY ALL HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        if repeated:
            raise Refused(f"{table.name}: key {repeated[:-1]} in {repeated[-1]} rows", "each key once")

    def _create(self, table: Table, folder: Path, staged: dict[str, pa.DataType]) -> MergeCounts:
        attributes = {name: type_ for name, type_ in staged.items() if name not in table.names}
        schema = pa.schema([*table.arrow, *(pa.field(name, type_) for name, type_ in attributes.items())])
        columns = ", ".join(
            f"CAST({quote(f.name) if f.name in staged else 'NULL'} AS {_SQL_TYPES[f.type]}) AS {quote(f.name)}"
            for f in schema
        )
        rows = self._count("staged")
        if rows:
            order = ", ".join(map(quote, table.order))
            stream = self._stream(f"SELECT {columns} FROM staged ORDER BY {order}", schema)
            write_deltalake(folder, stream, writer_properties=_PROPERTIES)
            self._dirty = True
        return MergeCounts(new=rows, changed=0, same=0)

    def _compare(self, table: Table, present: dict[str, pa.DataType], staged: dict[str, pa.DataType]) -> MergeCounts:
        """Write the staged rows that differ from what is present to the temporary table `differing`."""
        same_key = _equal("s", "p", table.key)
        others = [c for c in staged if c not in table.key]
        known = [f"s.{quote(c)} IS DISTINCT FROM p.{quote(c)}" for c in others if c in present]
        added = [f"s.{quote(c)} IS NOT NULL" for c in others if c not in present]
        self._con.execute(
            f"""CREATE OR REPLACE TEMP TABLE differing AS
            SELECT s.*, p.{quote(table.key[0])} IS NULL AS is_new_row
            FROM staged s LEFT JOIN present p ON {same_key}
            WHERE p.{quote(table.key[0])} IS NULL OR {" OR ".join([*known, *added]) or "false"}"""
        )
        new = self._count("differing WHERE is_new_row")
        differing = self._count("differing")
        return MergeCounts(new=new, changed=differing - new, same=self._count("staged") - differing)

    def _upsert(
        self,
        table: Table,
        state: DeltaTable,
        present: dict[str, pa.DataType],
        staged: dict[str, pa.DataType],
        counts: MergeCounts,
    ) -> None:
        added = [pa.field(name, type_) for name, type_ in staged.items() if name not in present]
        if added:
            write_deltalake(
                state,
                pa.schema([*present.items()] + [(f.name, f.type) for f in added]).empty_table(),
                mode="append",
                schema_mode="merge",
            )
        schema = pa.schema([(name, present.get(name, type_)) for name, type_ in staged.items()])
        order = ", ".join(map(quote, table.order))
        columns = ", ".join(map(quote, schema.names))
        stream = self._stream(f"SELECT {columns} FROM differing ORDER BY {order}", schema)
        if not counts.changed:
            write_deltalake(state, stream, mode="append", schema_mode="merge", writer_properties=_PROPERTIES)
            return
        values = {quote(name): f"s.{quote(name)}" for name in schema.names}
        (
            state.merge(
                stream, _equal("s", "t", table.key), source_alias="s", target_alias="t", writer_properties=_PROPERTIES
            )
            .when_matched_update(values)
            .when_not_matched_insert(values)
            .execute()
        )

    def _count(self, relation: str) -> int:
        row = self._con.sql(f"SELECT count(*) FROM {relation}").fetchone()
        return int(row[0]) if row else 0

    def _stream(self, query: str, schema: pa.Schema) -> pa.RecordBatchReader:
        reader = self._con.sql(query).to_arrow_reader(_BATCH_ROWS)
        return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in reader))


def _equal(left: str, right: str, key: Sequence[str]) -> str:
    return " AND ".join(f"{left}.{quote(c)} IS NOT DISTINCT FROM {right}.{quote(c)}" for c in key)


def _refuse_changed_types(table: Table, present: dict[str, pa.DataType], staged: dict[str, pa.DataType]) -> None:
    for name, type_ in staged.items():
        known = present.get(name)
        if known is not None and name not in table.names and _kind(known) != _kind(type_):
            raise Refused(
                f"{table.name}: attribute {name} holds {_kind(type_)}",
                f"{_kind(known)}, as in the imports before",
                "give it another name or type in the mapping file",
            )


def _kind(type_: pa.DataType) -> str:
    return {TEXT: "text", NUMBER: "numbers"}.get(type_, str(type_))
