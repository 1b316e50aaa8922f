"""Rows into the lake: merged by key, counted, and published as one data version."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, WriterProperties, write_deltalake

from afteraction.lake.engine import SQL_TYPES, connect, quote
from afteraction.lake.schema import TABLES, TEXT, Table
from afteraction.lake.staged import refuse_bad_columns, refuse_bad_keys, refuse_incomplete
from afteraction.lake.store import Lake, Snapshot, parquet_files, storage_told

_BATCH_ROWS = 250_000
_PROPERTIES = WriterProperties(compression="ZSTD")
_CONFIGURATION = {"delta.logRetentionDuration": "interval 5200 weeks"}
"""Data versions last until they are forgotten; by default a table's log is cut off after 30 days."""


_EVENTS: Final = ("touches", "stage_changes")
"""What happened in deals."""


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
        self._touched: list[pa.ChunkedArray[Any]] = []

    @storage_told()
    def merge(self, table_name: str, paths: Sequence[Path]) -> MergeCounts:
        """Merge the rows of Parquet files below the home folder into a table, by its key.

        The files hold canonical columns in their canonical types, and attribute columns as text or number. Columns
        that they lack stay as they are in rows that exist. Raises Refused when a key is empty or stands twice, when
        a required column would be empty, or when an attribute would change its type.
        """
        table = TABLES[table_name]
        folder = self._lake.tables_folder / table_name
        staged = self._view("staged", map(str, paths))
        state = DeltaTable(folder) if folder.exists() else None
        present = self._view("present", parquet_files(folder, state)) if state else {}
        names = dict.fromkeys(name for path in paths for name in pq.read_schema(path).names)
        refuse_bad_columns(table, names, staged, present)
        refuse_bad_keys(self._con, table)
        if state is None:
            return self._create(table, folder, staged)
        counts = self._compare(table, present, staged)
        if counts.new or counts.changed:
            self._upsert(table, state, present, staged, counts)
            self._dirty = True
            if table.name in _EVENTS:
                self._touch(" UNION ALL ".join(f"SELECT {deal} FROM differing" for deal in _deals_of(staged)))
        return counts

    @storage_told()
    def commit(self, note: str) -> Snapshot:
        """Publish all merges as one data version; without any change the current version stays."""
        current = self._lake.current()
        if current is not None and not self._dirty:
            return current
        return self._lake.publish(note, self._touched)

    def _view(self, name: str, paths: Iterable[str]) -> dict[str, pa.DataType]:
        """Name the rows of Parquet files; the types of their columns."""
        found = self._con.read_parquet([*paths], union_by_name=True, hive_partitioning=False)
        found.create_view(name, replace=True)
        return {field.name: field.type for field in found.limit(0).to_arrow_table().schema}

    def _create(self, table: Table, folder: Path, staged: dict[str, pa.DataType]) -> MergeCounts:
        attributes = {name: type_ for name, type_ in staged.items() if name not in table.names}
        schema = pa.schema([*table.arrow, *(pa.field(name, type_) for name, type_ in attributes.items())])
        columns = ", ".join(
            f"CAST({quote(f.name) if f.name in staged else 'NULL'} AS {SQL_TYPES[f.type]}) AS {quote(f.name)}"
            for f in schema
        )
        rows = self._count("staged")
        refuse_incomplete(self._con, table, "staged", staged, rows)
        if rows:
            order = ", ".join(map(quote, table.order))
            stream = self._stream(f"SELECT {columns} FROM staged ORDER BY {order}", schema)
            write_deltalake(folder, stream, writer_properties=_PROPERTIES, configuration=_CONFIGURATION)
            self._dirty = True
            if table.name in _EVENTS:
                self._touch("SELECT deal_id FROM staged")
        return MergeCounts(new=rows, changed=0, same=0)

    def _compare(self, table: Table, present: dict[str, pa.DataType], staged: dict[str, pa.DataType]) -> MergeCounts:
        """Write the staged rows that differ from what is present to the temporary table `differing`."""
        others = [c for c in staged if c not in table.key]
        known = [f"s.{quote(c)} IS DISTINCT FROM p.{quote(c)}" for c in others if c in present]
        added = [f"s.{quote(c)} IS NOT NULL" for c in others if c not in present]
        is_new, was = quote(_is_new(staged)), quote(_was(staged))
        owner = "p.deal_id" if "deal_id" in present else "NULL"
        self._con.execute(
            f"""CREATE OR REPLACE TEMP TABLE differing AS
            SELECT s.*, p.{quote(table.key[0])} IS NULL AS {is_new}, {owner} AS {was}
            FROM staged s LEFT JOIN present p ON {_same_key("s", "p", table)}
            WHERE p.{quote(table.key[0])} IS NULL OR {" OR ".join([*known, *added]) or "false"}"""
        )
        new = self._count(f"differing WHERE {is_new}")
        refuse_incomplete(self._con, table, "differing", staged, new)
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
        order = ", ".join(quote(name) for name in table.order if name in staged) or quote(table.key[0])
        columns = ", ".join(map(quote, schema.names))
        stream = self._stream(f"SELECT {columns} FROM differing ORDER BY {order}", schema)
        if not counts.changed:
            write_deltalake(state, stream, mode="append", schema_mode="merge", writer_properties=_PROPERTIES)
            return
        values = {quote(name): f"s.{quote(name)}" for name in schema.names}
        (
            state.merge(
                stream, _same_key("s", "t", table), source_alias="s", target_alias="t", writer_properties=_PROPERTIES
            )
            .when_matched_update(values)
            .when_not_matched_insert(values)
            .execute()
        )

    def _touch(self, deals: str) -> None:
        """Remember whose events came, went or changed; a query of one column."""
        found = self._con.sql(f"SELECT DISTINCT * FROM ({deals}) AS touched(deal_id) WHERE deal_id IS NOT NULL")
        self._touched.append(found.to_arrow_table()["deal_id"].cast(TEXT))

    def _count(self, relation: str) -> int:
        row = self._con.sql(f"SELECT count(*) FROM {relation}").fetchone()
        return int(row[0]) if row else 0

    def _stream(self, query: str, schema: pa.Schema) -> pa.RecordBatchReader:
        reader = self._con.sql(query).to_arrow_reader(_BATCH_ROWS)
        return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in reader))


def _is_new(staged: Iterable[str]) -> str:
    """A name that no column has, for it is longer than any: whether a row is new."""
    return max(staged, key=len) + "_"


def _was(staged: Iterable[str]) -> str:
    """Another one: the deal to which a row belonged before."""
    return max(staged, key=len) + "__"


def _deals_of(staged: Iterable[str]) -> list[str]:
    """The columns of `differing` with deals: those to which rows belonged before, and belong now if that is said."""
    return [quote(_was(staged)), *(["deal_id"] if "deal_id" in staged else [])]


def _same_key(left: str, right: str, table: Table) -> str:
    """The condition that two rows are the same; an empty value in a key that allows it equals another."""
    equal = {name: "=" if name in table.required else "IS NOT DISTINCT FROM" for name in table.key}
    return " AND ".join(f"({left}.{quote(name)} {sign} {right}.{quote(name)})" for name, sign in equal.items())
