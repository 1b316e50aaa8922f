"""Small records made of plain rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest

from afteraction.analysis.event_log import EventLog, Keep, prepare
from afteraction.lake.engine import ibis_type
from afteraction.lake.schema import TABLES

Rows = Sequence[Mapping[str, Any]]
SmallRecord = tuple[Mapping[str, ibis.Table], EventLog]
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def day() -> Callable[[float], datetime]:
    """The moment so many days after the start of the record."""
    return lambda number: START + timedelta(days=number)


@pytest.fixture(scope="session")
def keep_beside() -> Callable[[Mapping[str, ibis.Table]], Keep]:
    """Makes the function that keeps a computed table beside the tables of a record."""

    def keep_for(tables: Mapping[str, ibis.Table]) -> Keep:
        engine = tables["deals"].get_backend()
        return lambda name, table: engine.create_table(name, table, overwrite=True)

    return keep_for


@pytest.fixture(scope="session")
def record() -> Callable[..., SmallRecord]:
    """Makes the canonical tables and the prepared log from rows: `record(deals=[{...}], touches=[{...}])`."""

    def make(**rows: Rows) -> SmallRecord:
        connection = ibis.duckdb.connect()
        connection.con.execute("SET TimeZone = 'UTC'")
        tables = {name: connection.create_table(name, _filled(name, rows.get(name, ()))) for name in TABLES}
        return tables, prepare(tables, lambda name, table: connection.create_table(name, table))

    return make


def _filled(name: str, rows: Rows) -> ibis.Table:
    """The rows with every canonical column, and any further column of the rows as an attribute."""
    types = {field.name: field.type for field in TABLES[name].arrow}
    columns = [*types, *sorted({key for row in rows for key in row} - types.keys())]
    given = [
        ({"touch_id": f"t{number:06}"} if name == "touches" else {}) | {"source_order": number} | dict(row)
        for number, row in enumerate(rows)
    ]
    arrays = {column: pa.array([row.get(column) for row in given], types.get(column)) for column in columns}
    return ibis.memtable(pa.table(arrays), schema={column: ibis_type(array.type) for column, array in arrays.items()})
