"""What can have happened when a record was made: times after that are plans or mistakes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import ibis

_CLOCKS: Final = timedelta(days=1)
"""Clocks differ, and a day without an hour may be another day where the record was made."""
_DATED: Final = ("touches", "stage_changes")


def happened(
    tables: Mapping[str, ibis.Table], made_at: datetime, latest: Callable[[str, str], datetime | None] | None = None
) -> Mapping[str, ibis.Table]:
    """The tables as far as they tell what had happened when the record was made.

    One deal that is said to have closed in the year 2925 would stretch the record by 900 years, in which every open
    deal would seem to have been watched. Its time is taken as unknown, as that of a deal that has none; touches and
    stage changes of the future are left out.

    `latest` says of a table and a column that no time in it is later: then nobody has to look. None: not known.
    """
    until = made_at + _CLOCKS
    deals = tables["deals"]
    times = {name: ibis.cases((deals[name] <= until, deals[name])) for name in ("created_at", "closed_at")}
    known = {name: latest(name, "at") if latest else None for name in _DATED}
    dated = {
        name: tables[name].filter(tables[name].at <= until)
        for name, last in known.items()
        if last is None or last > until
    }
    return {**tables, **dated, "deals": deals.mutate(**times)}


def dated_after(tables: Mapping[str, ibis.Table], made_at: datetime) -> ibis.Table:
    """deal_id of every deal with a touch or stage change that a record made then would have left out."""
    latest = ibis.literal(made_at + _CLOCKS)
    return ibis.union(*(tables[name].filter(tables[name].at > latest).select("deal_id") for name in _DATED)).distinct()
