"""What happened in one deal, read from the record without going through everybody's events.

In the lake the events of a deal may be spread over files in any order, once imports have changed some of them. So each
refresh of the mirror keeps all events in one file, sorted by deal: to find a deal there is to read one piece of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from afteraction.lake.cache import FileCache
from afteraction.lake.engine import connect
from afteraction.lake.home import Home

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_NAME: Final = "deal_events"
_MOST: Final = 2_000
"""Events of one deal that are shown, the newest; more is a machine's log."""


@dataclass(frozen=True)
class Event:
    """Something that happened in a deal: a stage entered, or a touch. `minutes` is None where it is not on record."""

    at: datetime
    name: str
    is_stage: bool
    actor: str
    side: str
    channel: str
    minutes: float | None
    subject: str


def keep_events(home: Home, version: int, con: "Backend", tables: Mapping[str, ibis.Table]) -> None:
    """Keep the events of every deal of a version, sorted; does nothing where they are kept already."""
    nothing = ibis.null("string")
    moves = tables["stage_changes"].filter(_.outcome.isnull())
    in_order = ibis.window(group_by="deal_id", order_by=["at", "source_order", "stage"])
    moves = moves.select(
        "deal_id",
        "at",
        # As the event log has it: the first stage is entered before anything is done in it.
        rank=ibis.ifelse(ibis.row_number().over(in_order) == 0, 0, 2).cast("int8"),
        source_order="source_order",
        name="stage",
        actor="actor",
        side=nothing,
        channel=nothing,
        minutes=ibis.null("float64"),
        subject=nothing,
    )
    touches = tables["touches"].select(
        "deal_id",
        "at",
        rank=ibis.literal(1).cast("int8"),
        source_order="source_order",
        name="activity",
        actor="actor",
        side="side",
        channel="channel",
        minutes="minutes",
        subject="subject",
    )
    events = ibis.union(moves, touches)
    FileCache(home, version, con)(_NAME, events.order_by("deal_id", "at", "rank", "source_order", "name"))


def events_of(home: Home, version: int, deal_id: str) -> tuple[Event, ...]:
    """The events of a deal in their order; none where the version's events are not kept."""
    kept = list((home.cache / str(version)).glob(f"{_NAME}-*.parquet"))
    found = rows_of(home, kept[:1], deal_id)[0] if kept else []
    return tuple(
        Event(
            at=row["at"],
            name=row["name"],
            is_stage=row["rank"] != 1,
            actor=row["actor"] or "",
            side=row["side"] or "",
            channel=row["channel"] or "",
            minutes=row["minutes"],
            subject=row["subject"] or "",
        )
        for row in sorted(found, key=lambda row: (row["at"], row["rank"], row["source_order"] or 0, row["name"]))
    )[-_MOST:]


def rows_of(home: Home, paths: Sequence[Path], deal_id: str) -> list[list[dict[str, Any]]]:
    """The rows of a deal in each of some Parquet files below the home that are sorted by `deal_id`.

    Only the piece of each file is read that can hold the deal. None where there is no file.
    """
    backend = connect(home, "256MB")
    query = "SELECT * FROM read_parquet(?, hive_partitioning = false) WHERE deal_id = ?"
    try:
        return [
            backend.con.execute(query, [str(path), deal_id]).to_arrow_table().to_pylist() if path.exists() else []
            for path in paths
        ]
    finally:
        backend.disconnect()
