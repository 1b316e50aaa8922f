"""Which deals an import touched, beside the data version that it made: what need not be worked out anew.

Kept in the cache of the version, so deleting it costs time, never data. A note names both versions by everything that
makes them what they are; one that does not fit is no note.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from afteraction.errors import Refused
from afteraction.lake.durable import put_in_place
from afteraction.lake.home import Home

if TYPE_CHECKING:
    from afteraction.lake.store import Lake, Snapshot

_NAME = "changed-deals-1.parquet"
_BETWEEN = b"between"


@dataclass(frozen=True)
class Touched:
    """The deals of whose events some came, went or changed between an earlier version and a later one."""

    earlier: "Snapshot"
    deal_ids: "pa.ChunkedArray[Any]"


def note_touched(
    home: Home, earlier: "Snapshot", later: "Snapshot", deal_ids: "Iterable[pa.ChunkedArray[Any]]"
) -> None:
    """Note beside `later`, before it is published, whose events it changes; whole or not at all."""
    chunks = [chunk for ids in deal_ids for chunk in ids.chunks]
    schema = pa.schema({"deal_id": pa.string()}, metadata={_BETWEEN: _between(earlier, later)})
    path = _path(home, later)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{_NAME}-{uuid.uuid4().hex}.writing"
    pq.write_table(pa.table([pa.chunked_array(chunks, pa.string())], schema=schema), draft)
    put_in_place(draft, path)


def touched_since(lake: "Lake", later: "Snapshot") -> Iterator[Touched]:
    """For each earlier version as far back as notes go, the nearest first: whose events are others since."""
    found = pa.chunked_array([], pa.string())
    now = later
    while (path := _path(lake.home, now)).exists():
        note = pq.read_table(path)
        before = _before(lake, now)
        if before is None or (note.schema.metadata or {}).get(_BETWEEN) != _between(before, now):
            return
        found = pa.chunked_array([*found.chunks, *note["deal_id"].chunks], pa.string())
        yield Touched(before, found)
        now = before


def _before(lake: "Lake", now: "Snapshot") -> "Snapshot | None":
    try:
        return lake.snapshot(now.version - 1)
    except Refused:  # forgotten or damaged: the version after it can still be read, and is worked out from nothing
        return None


def _between(earlier: "Snapshot", later: "Snapshot") -> bytes:
    states = [[each.version, each.at.isoformat(), dict(sorted(each.tables.items()))] for each in (earlier, later)]
    return json.dumps(states).encode()


def _path(home: Home, snapshot: "Snapshot") -> Path:
    return home.cache / str(snapshot.version) / _NAME
