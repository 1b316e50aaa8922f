"""Spark, spoken to through Ibis: the second engine. Imported only where pyspark is installed (`afteraction[spark]`)."""

import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.formats.pyarrow import PyArrowSchema
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own documentation has it

from afteraction.lake.partitions import Function, over_groups
from afteraction.lake.spark_sql import SparkCompiler

_PLACE: Final = "place in its partition"
_ROWS_OF_A_PARTITION: Final = 2**33
"""`monotonically_increasing_id` is the number of the partition times this, and the place of the row in it."""


class SparkEngine(Backend):  # type: ignore[misc]  # types of optional packages are not read
    """Ibis' Spark with tables that cross between Python and Spark as Arrow, and functions over whole groups of rows.

    What Ibis itself does goes by way of pandas, in which a whole number beside an empty value becomes a fraction.
    """

    compiler = SparkCompiler()

    @classmethod
    def over(cls, session: SparkSession, work: str, at_the_end: Callable[[], None]) -> "SparkEngine":
        """The engine of a session; `at_the_end` is called when it is disconnected, or forgotten.

        `work` is an address at which all workers can write and read tables for as long as the engine is open.
        """
        engine = cls()
        engine.register_options()
        engine.do_connect(session)
        engine._work = work
        engine._at_the_end = weakref.finalize(engine, at_the_end)
        return engine

    def disconnect(self) -> None:
        """Stop Spark, and remove what was kept."""
        super().disconnect()
        self._at_the_end()

    def empty(self, schema: pa.Schema) -> ibis.Table:
        """A table without rows."""
        name = ibis.util.gen_name("empty")
        self._session.createDataFrame([], schema=_spark_schema(schema)).createOrReplaceTempView(name)
        return self.table(name)

    @property
    def session(self) -> SparkSession:
        return self._session

    def frame(self, expression: ibis.Table) -> DataFrame:
        """The Spark data frame of an expression."""
        self._run_pre_execute_hooks(expression)
        return self._session.sql(self.compile(expression))

    def kept(self, name: str, frame: DataFrame) -> ibis.Table:
        """A data frame as a table that is worked out once, as files.

        What Spark itself keeps would carry its whole origin into the plan of every later query, which then take longer
        to plan than to run.
        """
        view = ibis.util.gen_name(name)
        place = f"{self._work}/{view}"
        frame.write.parquet(place)
        self._session.read.schema(frame.schema).parquet(place).createOrReplaceTempView(view)
        return self.table(view)

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        """See `Partitioned`."""
        return self.kept(name, self.frame(table))

    def over_groups(self, table: ibis.Table, by: str, function: Function, schema: pa.Schema) -> ibis.Table:
        """See `Partitioned`."""
        frame = self.frame(table)
        in_groups = frame.repartition(F.col(by)).sortWithinPartitions(F.col(by))
        made = in_groups.mapInArrow(partial(_over_partition, by=by, function=function), _spark_schema(schema))
        return self.kept("groups", made)

    def over_rows(self, table: ibis.Table, function: Function, schema: pa.Schema) -> ibis.Table:
        """See `Partitioned`."""
        made = self.frame(table).mapInArrow(partial(_over_rows, function=function), _spark_schema(schema))
        return self.kept("rows", made)

    def numbered(self, table: ibis.Table, order: Sequence[str], name: str, start: int = 0) -> ibis.Table:
        """See `Partitioned`. Sorted by all workers; only the sizes of the partitions are brought together."""
        keys = [F.col(key.removeprefix("-")).desc() if key.startswith("-") else F.col(key).asc() for key in order]
        placed = self.frame(table).orderBy(*keys).withColumn(_PLACE, F.monotonically_increasing_id())
        placed = placed.persist(StorageLevel.MEMORY_AND_DISK)
        partition = F.shiftrightunsigned(F.col(_PLACE), _ROWS_OF_A_PARTITION.bit_length() - 1).cast("int")
        sizes = sorted((row[0], row[1]) for row in placed.groupBy(partition).count().collect())
        before, first = start, []
        for number, size in sizes:
            first += [F.lit(number), F.lit(before)]
            before += size
        offset = F.element_at(F.create_map(*first), partition) if first else F.lit(start)
        place = F.col(_PLACE).bitwiseAND(F.lit(_ROWS_OF_A_PARTITION - 1))
        made = self.kept(name, placed.withColumn(name, (place + offset).cast("int")).drop(_PLACE))
        placed.unpersist()
        return made

    def read_files(self, name: str, files: Sequence[str]) -> ibis.Table:
        """The rows of Parquet files that may not all have the same columns. No name of a folder is a column."""
        reader = self._session.read.option("mergeSchema", "true").option("recursiveFileLookup", "true")
        reader.parquet(*(re.sub(r"([{}\[\]*?\\])", r"\\\1", file) for file in files)).createOrReplaceTempView(name)
        return self.table(name)

    def get_schema(self, table_name: str, **where: Any) -> ibis.Schema:
        """The schema of a table. Spark's timestamps are instants, whatever Ibis makes of them."""
        found = super().get_schema(table_name, **where)
        return ibis.schema({name: _instant(type_) for name, type_ in found.items()})

    def _register_in_memory_table(self, op: Any) -> None:
        rows = op.data.to_pyarrow(op.schema)
        frame = self._session.createDataFrame(rows, schema=PySparkSchema.from_ibis(op.schema))
        frame.createOrReplaceTempView(op.name)

    def _create_cached_table(self, name: str, expr: ibis.Table) -> ibis.Table:
        return self.keep(name, expr)

    def _drop_cached_table(self, name: str) -> None:
        """Nothing: what is kept goes with the engine."""

    def to_pyarrow(self, expr: Any, /, **_others: Any) -> Any:
        """The rows of an expression on the driver."""
        table = expr.as_table()
        found = self.frame(table).toArrow().cast(PyArrowSchema.from_ibis(table.schema()))
        return expr.__pyarrow_result__(found)

    def to_pyarrow_batches(self, expr: Any, /, **_others: Any) -> Any:
        """The rows of an expression, partition after partition, so that the driver never holds all of them."""
        table = expr.as_table()
        schema = PyArrowSchema.from_ibis(table.schema())
        return pa.RecordBatchReader.from_batches(schema, _batches(self.frame(table), schema))

    def to_parquet(self, expr: Any, /, path: str | Path, **_others: Any) -> None:
        """Write the rows of an expression in their order into one file on the driver."""
        reader = self.to_pyarrow_batches(expr)
        with pq.ParquetWriter(path, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)


def _instant(type_: dt.DataType) -> dt.DataType:
    if type_.is_array():
        return dt.Array(_instant(type_.value_type))
    return type_.copy(timezone="UTC") if type_.is_timestamp() else type_


def _spark_schema(schema: pa.Schema) -> Any:
    return PySparkSchema.from_ibis(PyArrowSchema.to_ibis(schema))


def _over_partition(batches: Iterable[pa.RecordBatch], by: str, function: Function) -> Iterator[pa.RecordBatch]:
    return over_groups(batches, by, function)


def _batches(frame: DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows in batches, in order; workers hand over whole batches, for which Spark itself has no iterator."""
    for row in frame.mapInArrow(_packed, "batch binary").toLocalIterator(prefetchPartitions=True):
        with pa.ipc.open_stream(row[0]) as stream:
            for batch in stream:
                yield batch.cast(schema)


def _packed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        yield pa.RecordBatch.from_arrays([pa.array([sink.getvalue().to_pybytes()], pa.binary())], ["batch"])


def _over_rows(batches: Iterable[pa.RecordBatch], function: Function) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from function(pa.Table.from_batches([batch]))
