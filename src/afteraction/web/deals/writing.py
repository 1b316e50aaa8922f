"""Rows of the mirror into its table, as whole columns: making an object of each row costs more than the database."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
from django.db import connection

from afteraction.web.deals.mirror import COLUMNS
from afteraction.web.deals.search import search_words

_SEARCHED: Final = ("name", "account_name", "deal_id", "account_id")
_NAMES: Final = ("organisation_id", *COLUMNS, "search_words", "box")
"""`box` is written for new rows alone: what an analysis found about a deal stays when its row changes."""
_KEY: Final = "organisation_id, deal_id"
_LISTED: Final = ", ".join(_NAMES)
_CHANGED: Final = ", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS[1:], "search_words"))
_UPSERT: Final = f"ON CONFLICT ({_KEY}) DO UPDATE SET {_CHANGED}"


def write_rows(organisation: int, batch: pa.RecordBatch) -> int:
    """Insert rows with the columns of the mirror, or overwrite those of the same deals; returns how many."""
    rows = _complete(organisation, batch)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, rows)
        else:
            marks = ", ".join(["%s"] * len(_NAMES))
            cursor.executemany(f"INSERT INTO deals_deal ({_LISTED}) VALUES ({marks}) {_UPSERT}", list(_tuples(rows)))  # noqa: S608
    return batch.num_rows


def _complete(organisation: int, batch: pa.RecordBatch) -> pa.Table:
    """All columns in the order of `_NAMES`; dates as the texts that Django keeps in SQLite and PostgreSQL can read."""
    size = batch.num_rows
    texts = (batch[name].to_pylist() for name in _SEARCHED)
    columns = {
        "organisation_id": pa.repeat(organisation, size),
        **{name: _plain(batch[name]) for name in COLUMNS},
        "search_words": pa.array([search_words(*row) for row in zip(*texts, strict=True)], pa.string()),
        "box": pa.repeat("", size),
    }
    return pa.table(columns)


def _plain(column: Any) -> Any:
    if pa.types.is_timestamp(column.type):
        moments = column.cast(pa.timestamp("us")) if column.type.tz is None else pc.local_timestamp(column)
        text = pc.strftime(moments.cast(pa.timestamp("us")), "%Y-%m-%d %H:%M:%S")
        return pc.replace_substring_regex(text, r"\.0+$", "")
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column


def _tuples(rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in rows.columns), strict=True)


def _copy(cursor: Any, rows: pa.Table) -> None:
    """Into a table of this transaction first, since COPY itself cannot overwrite."""
    cursor.execute(f"CREATE TEMPORARY TABLE new_deals ON COMMIT DROP AS SELECT {_LISTED} FROM deals_deal LIMIT 0")  # noqa: S608
    text = BytesIO()
    csv.write_csv(rows, text, csv.WriteOptions(include_header=False))  # nothing is empty, a text of no letters is ""
    with cursor.copy(f"COPY new_deals ({_LISTED}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(text.getvalue())
    cursor.execute(f"INSERT INTO deals_deal ({_LISTED}) SELECT {_LISTED} FROM new_deals {_UPSERT}")  # noqa: S608
    cursor.execute("DROP TABLE new_deals")
