"""What a record holds: how much, from when to when, and which columns are filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_count, fetch_row
from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.lake.schema import OUTCOMES, TABLES

_OF_DEALS = {"deals": ("created_at", "closed_at"), "stage_changes": ("at",), "touches": ("at",)}
_OF_LEADS = {"leads": ("created_at",), "lead_changes": ("at",), "lead_touches": ("at",)}
"""Columns that say when something happened to a deal, or to a lead. Trigger events happen to others."""


@dataclass(frozen=True)
class ColumnFilled:
    """How many of a table's rows have a value in a column; `attribute` columns are not canonical."""

    table: str
    column: str
    filled: int
    rows: int
    attribute: bool

    @property
    def present(self) -> bool:
        return self.filled > 0


@dataclass(frozen=True)
class DataSummary:
    """What one data version holds. `from_` and `to` are of its deals; `to` is "now" for every analysis of them.

    `events` counts touches and stage changes that mean no outcome. `with_events` and `with_stage_changes` are shares
    of deals; None without deals.
    """

    version: int
    deals: int
    events: int
    from_: datetime | None
    to: datetime | None
    outcomes: Mapping[str, int]
    accounts: int
    owners: int
    people: int
    leads: int
    columns: tuple[ColumnFilled, ...]
    with_events: Rate | None
    with_stage_changes: Rate | None

    @property
    def ended(self) -> int:
        return self.deals - self.outcomes["open"]

    def has(self, table: str, column: str) -> bool:
        """Whether any row of a table has a value in a column."""
        return any(c.present for c in self.columns if (c.table, c.column) == (table, column))


def summarise(tables: Mapping[str, ibis.Table], log: EventLog, version: int) -> DataSummary:
    """Count what is in a record. One pass over each table."""
    columns = {name: _columns(name, tables[name]) for name in TABLES}
    rows = {name: found[0].rows for name, found in columns.items()}
    outcomes = fetch(tables["deals"].group_by("outcome").agg(deals=_.count()))
    counted = dict.fromkeys(OUTCOMES, 0) | {row["outcome"]: row["deals"] for row in outcomes}
    spans = deal_span(tables)
    changes = tables["stage_changes"].filter(_.outcome.isnull())
    return DataSummary(
        version=version,
        deals=rows["deals"],
        events=fetch_count(log.cases.events.sum()),
        from_=spans[0] if spans else None,
        to=spans[1] if spans else None,
        outcomes=counted,
        accounts=fetch_count(_distinct(tables["deals"].account_id, tables["accounts"].account_id)),
        owners=fetch_count(tables["deals"].owner.nunique()),
        people=rows["people"],
        leads=rows["leads"],
        columns=tuple(column for name in TABLES for column in columns[name]),
        with_events=rate_if_any(fetch_count((log.cases.events > 0).sum()), rows["deals"]),
        with_stage_changes=rate_if_any(
            fetch_count(tables["deals"].semi_join(changes, "deal_id").count()), rows["deals"]
        ),
    )


def _columns(name: str, table: ibis.Table) -> list[ColumnFilled]:
    """Every column of a table with the number of its values; a blank text is none."""
    filled = {column: _has_value(table[column]).sum() for column in table.columns}
    counts = fetch_row(table.agg(**filled, _rows=_.count()))
    rows = counts.pop("_rows")
    canonical = TABLES[name].names
    return [ColumnFilled(name, c, n or 0, rows, c not in canonical) for c, n in counts.items()]


def _has_value(column: ibis.Column) -> ibis.Value:
    return column.notnull() & (column.strip() != "") if column.type().is_string() else column.notnull()


def deal_span(tables: Mapping[str, ibis.Table]) -> tuple[datetime, datetime] | None:
    """The earliest and the latest time of deals; None without any. The latest one is the "now" of what is said of them:
    up to then open deals were seen to be open, whatever leads came in since."""
    return _span(tables, _OF_DEALS)


def time_span(tables: Mapping[str, ibis.Table]) -> tuple[datetime, datetime] | None:
    """The earliest and the latest time of deals and leads; None without any. The latest one is the "now" of leads."""
    return _span(tables, _OF_DEALS | _OF_LEADS)


def _span(tables: Mapping[str, ibis.Table], columns: Mapping[str, tuple[str, ...]]) -> tuple[datetime, datetime] | None:
    found = [time for name, times in columns.items() for time in _bounds(tables[name], times)]
    return (min(found), max(found)) if found else None


def _bounds(table: ibis.Table, times: tuple[str, ...]) -> list[datetime]:
    bounds = {f"{which}_{time}": getattr(table[time], which)() for time in times for which in ("min", "max")}
    return [time for time in fetch_row(table.agg(**bounds)).values() if time is not None]


def _distinct(*columns: ibis.Column) -> ibis.Value:
    together = reduce(ibis.union, (column.as_table().rename(value=column.get_name()) for column in columns))
    return together.value.nunique(where=_has_value(together.value))
