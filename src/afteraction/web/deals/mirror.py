"""What the mirror holds of each deal, as an expression over the canonical tables of a data version."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from afteraction.analysis.happened import happened
from afteraction.lake.engine import connect, read_table
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Snapshot

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MEMORY: Final = "2GB"
"""What the engine may use beside a web server; it spills to disk beyond."""
LONGEST_ID: Final = 300
_LABEL: Final = 80
"""Longer values of what lists are filtered by are cut: an index of PostgreSQL takes rows of 2,700 bytes."""
LABELS: Final = ("stage", "owner", "team", "segment", "source", "competitor")
_TEXTS: Final = {
    "name": 500,
    "account_name": 500,
    "owner_name": 200,
    "pipeline": 200,
    "lost_reason": 300,
    "currency": 10,
}
_TIMES: Final = ("created_at", "closed_at", "expected_close_on", "last_event_at")
COLUMNS: Final = ("deal_id", "account_id", *_TEXTS, *LABELS, "outcome", "amount", *_TIMES)
_USED: Final = ("deals", "accounts", "people", "touches", "stage_changes")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def chr(code: int) -> str:  # type: ignore[empty-body]  # noqa: A001
    """DuckDB's own: a NUL cannot stand in the text of a query."""


@dataclass(frozen=True)
class Mirrored:
    """The rows of the mirror for one data version, and the canonical tables that they come from."""

    con: "Backend"
    rows: ibis.Table
    tables: Mapping[str, ibis.Table]

    def left_out(self) -> int:
        """Deals whose id is longer than an id can be kept, or holds a NUL."""
        return int(self.tables["deals"].filter(~_keepable(_.deal_id)).count().to_pyarrow().as_py())


@contextmanager
def engine(home: Home) -> Iterator["Backend"]:
    """A DuckDB of modest memory, closed at the end."""
    con = connect(home, MEMORY)
    try:
        yield con
    finally:
        con.disconnect()


def mirrored(con: "Backend", snapshot: Snapshot) -> Mirrored:
    """The rows of the mirror for a data version. Several versions may be read through one engine."""
    tables = {name: read_table(con, TABLES[name], snapshot.files(name), f"{name}_{snapshot.version}") for name in _USED}
    tables = dict(happened(tables, snapshot.at, snapshot.none_after))
    rows = con.create_table(f"mirrored_{snapshot.version}", _rows(tables), temp=True, overwrite=True)
    return Mirrored(con, rows, tables)


def _rows(tables: Mapping[str, ibis.Table]) -> ibis.Table:
    deals = tables["deals"].filter(_keepable(_.deal_id))
    accounts = tables["accounts"].select("account_id", account_name="name", of_account="segment")
    people = tables["people"].select("person_id", "team", owner_name="name")
    events = ibis.union(*(tables[name].select("deal_id", "at") for name in ("touches", "stage_changes")))
    newest = events.group_by("deal_id").agg(newest=_.at.max())
    known = deals.left_join(accounts, "account_id").drop("account_id_right")
    known = known.left_join(people, known.owner == people.person_id)
    known = known.left_join(newest, "deal_id").drop("deal_id_right")
    return known.select(
        "deal_id",
        account_id=_text(known.account_id, LONGEST_ID),
        **{name: _text(known[name], length) for name, length in _TEXTS.items()},
        **{name: _text(known[name], _LABEL) for name in LABELS if name != "segment"},
        segment=_text(ibis.coalesce(known.segment, known.of_account), _LABEL),
        outcome=known.outcome,
        amount=ibis.cases((known.amount.isinf() | known.amount.isnan(), ibis.null("float64")), else_=known.amount),
        created_at=known.created_at,
        closed_at=known.closed_at,
        expected_close_on=known.expected_close_on,
        last_event_at=ibis.greatest(known.created_at, known.closed_at, known.newest),
    ).select(*COLUMNS)


def _keepable(deal_id: Any) -> Any:
    return (deal_id.length() <= LONGEST_ID) & ~deal_id.contains(chr(0))


def _text(column: ibis.Value, length: int) -> ibis.Value:
    """A text as a database keeps it: never null, without NUL, not longer than its column."""
    return column.fill_null("").replace(chr(0), "").substr(0, length)
