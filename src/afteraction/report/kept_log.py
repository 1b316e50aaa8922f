"""The event log of a data version, worked out once: from its files, after an earlier version's, or from nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import ibis
import pyarrow as pa

from afteraction.analysis.event_log import Earlier, EventLog, kept_log, prepare
from afteraction.analysis.happened import dated_after, happened
from afteraction.lake.cache import FileCache
from afteraction.lake.changes import touched_since
from afteraction.lake.engine import Record
from afteraction.lake.store import Lake, Snapshot

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_MOST: Final = 0.5
"""The share of deals that may have changed: with more, an earlier log saves little."""


def event_log(lake: Lake, snapshot: Snapshot, record: Record) -> EventLog:
    """The prepared log of what had happened when a data version was made; kept for the next time.

    `record` is that version as it stands in the lake, what is dated after it included.
    """
    cache = FileCache(lake.home, snapshot.version, record.con)
    return kept_log(cache.kept) or prepare(
        happened(record.tables, snapshot.at, snapshot.none_after),
        cache,
        _earlier(lake, snapshot, record.tables, record.con),
    )


def _earlier(lake: Lake, snapshot: Snapshot, tables: Mapping[str, ibis.Table], con: "Backend") -> Earlier | None:
    """The nearest earlier version whose log is kept, and the deals that are others since."""
    most = _MOST * snapshot.rows.get("deals", 0)
    for touched in touched_since(lake, snapshot):
        if len(touched.deal_ids) > most:
            return None
        before = touched.earlier
        log = kept_log(FileCache(lake.home, before.version, con).kept)
        if log is None:
            continue
        # What was planned then may have happened now, and the other way round where a clock was set back.
        passed = dated_after(tables, min(before.at, snapshot.at)).to_pyarrow()["deal_id"]
        changed = pa.chunked_array([*touched.deal_ids.chunks, *passed.chunks], pa.string())
        return Earlier(log, changed) if len(changed) <= most else None
    return None
