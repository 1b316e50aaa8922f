"""Parquet: typed columns, written as text without loss."""

import json
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from afteraction.errors import Refused
from afteraction.ingest.sources.columns import unique_columns
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.spool import SheetWriter, text_array

BATCH_ROWS: Final = 65_536


def read_parquet(source: Source) -> list[Sheet]:
    """The one sheet of a Parquet file. Raises Refused when it is damaged or cut short.

    Times become ISO text (those with a zone in UTC, with Z), numbers keep every digit, nested values become JSON, NaN
    and empty text become NULL.
    """
    spool = source.spools.new_path()
    try:
        with pq.ParquetFile(source.content) as file:
            schema = file.schema_arrow
            columns, details = unique_columns(schema.names, source.name)
            nested = [name for name, field in zip(columns, schema, strict=True) if pa.types.is_nested(field.type)]
            if nested:
                details["nested columns"] = f"written as JSON: {', '.join(nested)}"
            with SheetWriter(spool, columns) as writer:
                for batch in file.iter_batches(BATCH_ROWS):
                    batch.validate(full=True)  # text that is not UTF-8 would only be noticed by the next reader
                    numbers = np.arange(writer.rows + 1, writer.rows + 1 + len(batch))
                    writer.write(numbers, [text_of(column) for column in batch.columns])
                    source.progress.step(source.name, writer.rows, file.metadata.num_rows)
    except (pa.ArrowException, ValueError, OverflowError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's fault, not the file's
        raise Refused(
            f"{source.name}: a Parquet file that is damaged or cut short ({str(error).splitlines()[0]})",
            "a complete Parquet file",
            "copy or export it again",
        ) from error
    return [source.sheet(kind="parquet", spool=spool, columns=columns, rows=writer.rows, details=details)]


def text_of(column: Any) -> Any:
    """An Arrow array of any type as a string array of equal length."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return text_of(column.dictionary_decode())
    if pa.types.is_nested(kind):
        return _each(column, lambda value: json.dumps(value, ensure_ascii=False, default=str))
    if pa.types.is_duration(kind):
        return _each(column, str)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return _without_empty(_each(column, _bytes_text))
    if pa.types.is_floating(kind):
        return pc.cast(pc.if_else(pc.is_nan(column), None, column), pa.string())
    if pa.types.is_timestamp(kind):
        instant = column if kind.tz is None else pc.cast(column, pa.timestamp(kind.unit, "UTC"))
        return pc.replace_substring(pc.cast(instant, pa.string()), " ", "T", max_replacements=1)
    return _without_empty(pc.cast(column, pa.string()))


def _each(column: Any, text: Callable[[Any], str]) -> Any:
    return text_array([None if value is None else text(value) for value in column.to_pylist()])


def _without_empty(text: Any) -> Any:
    return pc.if_else(pc.equal(text, pa.scalar("")), None, text)


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()
