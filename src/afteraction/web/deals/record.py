"""What happened in one deal, read from the record without going through everybody's events.

In the lake the events of a deal may be spread over files in any order, once imports have changed some of them. So each
refresh of the mirror keeps all events in one file, sorted by deal: to find a deal there is to read one piece of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis import _

from afteraction.lake.durable import put_in_place
from afteraction.lake.home import Home
from afteraction.process.model import STAGE_ACTIVITY

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_NAME: Final = "deal_events"
_FORMAT: Final = 5
_PIECE: Final = 8_192
"""Events that are read to find those of one deal."""
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
    place = home.cache / str(version) / f"{_NAME}-{_FORMAT}.parquet"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with home.staging() as staging:
            ordered = events.order_by("deal_id", "at", "rank", "source_order", "name")
            con.to_parquet(ordered, staging / place.name, row_group_size=_PIECE)
            put_in_place(staging / place.name, place)


def events_of(home: Home, version: int, deal_id: str) -> tuple[Event, ...]:
    """The events of a deal in their order; none where the version's events are not kept."""
    [found] = rows_of([home.cache / str(version) / f"{_NAME}-{_FORMAT}.parquet"], deal_id)
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


def times_of(home: Home, version: int, activities: Sequence[str]) -> pa.Table:
    """When any of these activities was done, in whichever deals: deal_id, at. For jobs: it reads all events.

    Entering a stage is the activity `stage: Propose`, as a process names it.
    """
    path = home.cache / str(version) / f"{_NAME}-{_FORMAT}.parquet"
    if not activities or not path.exists():
        return pa.table({"deal_id": pa.array([], pa.string()), "at": pa.array([], pa.timestamp("us", "UTC"))})
    stages = [each.removeprefix(STAGE_ACTIVITY) for each in activities if each.startswith(STAGE_ACTIVITY)]
    is_stage = pc.field("rank") != 1
    entered, done = (pc.field("name").isin(pa.array(names, pa.string())) for names in (stages, list(activities)))
    wanted = (is_stage & entered) | (~is_stage & done)
    return pq.read_table(path, columns=["deal_id", "at"], filters=wanted)


def first_times(home: Home, version: int, deal_ids: "pa.Array[Any]") -> pa.Table:
    """When each activity was first done in some deals: deal_id, activity, at. For jobs: it reads all events.

    Empty where the version's events are not kept.
    """
    path = home.cache / str(version) / f"{_NAME}-{_FORMAT}.parquet"
    if not path.exists():
        none = {"deal_id": pa.array([], pa.string()), "activity": pa.array([], pa.string())}
        return pa.table(none | {"at": pa.array([], pa.timestamp("us", "UTC"))})
    columns = ["deal_id", "name", "rank", "at"]
    rows = pq.read_table(path, columns=columns, filters=pc.field("deal_id").isin(deal_ids))
    compute: Any = pc  # whose types know no columns in pieces
    stage = compute.binary_join_element_wise(STAGE_ACTIVITY, rows["name"], "")
    named = rows.append_column("activity", compute.if_else(compute.not_equal(rows["rank"], 1), stage, rows["name"]))
    first = named.group_by(["deal_id", "activity"]).aggregate([("at", "min")])
    return first.rename_columns({"at_min": "at"}).select(["deal_id", "activity", "at"])


def rows_of(paths: Sequence[Path], key: str, column: str = "deal_id") -> list[list[dict[str, Any]]]:
    """The rows with a key (of a deal) in each of some Parquet files sorted by its column; none where there is no file.

    Only the pieces of each file are read that can hold the key. An engine would take longer to start than this takes.
    """
    return [_rows(path, key, column) if path.exists() else [] for path in paths]


def _rows(path: Path, key: str, column: str) -> list[dict[str, Any]]:
    pieces = _pieces(path, path.stat().st_mtime_ns, column)
    wanted = [n for n, ends in enumerate(pieces.ends) if ends is None or ends[0] <= key <= ends[1]]
    if not wanted:
        return []
    with pq.ParquetFile(path, metadata=pieces.metadata) as file:
        read = file.read_row_groups(wanted, use_threads=False)
    found: list[dict[str, Any]] = read.filter(pc.field(column) == key).to_pylist()
    return found


@dataclass(frozen=True)
class _Pieces:
    """The pieces of a file: what its end says of them, and the first and last key of each, None where not told."""

    metadata: pq.FileMetaData
    ends: tuple[tuple[str, str] | None, ...]


@lru_cache(maxsize=16)
def _pieces(path: Path, _written: int, column: str) -> _Pieces:
    """The pieces of a file as it was written then."""
    metadata = pq.read_metadata(path)
    columns = [metadata.schema.column(n).path for n in range(metadata.num_columns)]
    place = columns.index(column)
    told = (metadata.row_group(n).column(place).statistics for n in range(metadata.num_row_groups))
    return _Pieces(metadata, tuple((str(one.min), str(one.max)) if one and one.has_min_max else None for one in told))
