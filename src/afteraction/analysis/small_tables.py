"""Small tables made in memory, to join large ones with."""

from collections.abc import Iterable, Mapping

import ibis
import pyarrow as pa


def small_table(columns: Mapping[str, Iterable[object]], types: Mapping[str, str]) -> ibis.Table:
    """A table of a few rows from its columns and their Ibis types; it may have no rows."""
    schema = ibis.schema(types).to_pyarrow()
    return ibis.memtable(pa.table({name: list(values) for name, values in columns.items()}, schema=schema))
