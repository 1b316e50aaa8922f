"""What can have happened when a record was made: times after that are plans or mistakes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import ibis

_CLOCKS: Final = timedelta(days=1)
"""Clocks differ, and a day without an hour may be another day where the record was made."""
_DATED: Final = ("touches", "stage_changes")


def happened(
    tables: Mapping[str, ibis.Table],
    made_at: datetime,
    none_after: Callable[[str, str, datetime], bool] = lambda _table, _column, _moment: False,
) -> Mapping[str, ibis.Table]:
    """The tables as far as they tell what had happened when the record was made.

    One deal that is said to have closed in the year 2925 would stretch the record by 900 years, in which every open
    deal would seem to have been watched. Its time is taken as unknown, as that of a deal that has none; touches and
    stage changes of the future are left out.

    `none_after` says of a table and a column whether no time in it is after a moment: then nobody has to look. False
    where it does not know.
    """
    until = made_at + _CLOCKS
    deals = tables["deals"]
    times = {name: ibis.cases((deals[name] <= until, deals[name])) for name in ("created_at", "closed_at")}
    unsure = [name for name in _DATED if not none_after(name, "at", until)]
    dated = {name: tables[name].filter(tables[name].at <= until) for name in unsure}
    return {**tables, **dated, "deals": deals.mutate(**times)}


def dated_after(tables: Mapping[str, ibis.Table], made_at: datetime) -> ibis.Table:
    """deal_id of every deal with a touch or stage change that a record made then would have left out."""
    latest = ibis.literal(made_at + _CLOCKS)
    return ibis.union(*(tables[name].filter(tables[name].at > latest).select("deal_id") for name in _DATED)).distinct()
