"""The event log of a record: what happened in each deal, in order, prepared for set algebra.

Activities become small integers, deals with the same sequence of activities share a *variant*, and what holds for a
sequence is worked out once per variant instead of once per deal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from afteraction.analysis.edges import activity_counts, edge_counts
from afteraction.errors import Refused
from afteraction.lake.schema import OUTCOMES
from afteraction.process.model import STAGE_ACTIVITY

if TYPE_CHECKING:
    from afteraction.analysis.arrays import Ints, Longs
    from afteraction.analysis.sequences import Histories

_ACTIVITIES: Final = 2**15
"""More activities than any process has; int16 in the tables."""
LAST: Final = 2**63 - 1
"""The source order of events that have none."""


class Keep(Protocol):
    """Compute a table once and keep it: in the engine's memory, or in a cache per data version."""

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table: ...


@dataclass(frozen=True)
class EventLog:
    """A prepared event log.

    - `events`: deal_no, pos (from 0), activity, at; sorted by deal and position
    - `cases`: deal_no, deal_id, variant, events (their number); every deal, those without events included
    - `variants`: variant (numbered from 1, most frequent first), deals, length, the deals of each outcome
    - `variant_events`: variant, pos, activity
    - `sequences`: variant, activities: the same as one list for each variant, sorted by variant
    - `activities`: activity, name, is_stage
    - `edges`: before, after, count, deals, the deals of each outcome (`edge_counts`)
    - `counts`: activity, count, deals (`activity_counts`)
    """

    events: ibis.Table
    cases: ibis.Table
    variants: ibis.Table
    variant_events: ibis.Table
    sequences: ibis.Table
    activities: ibis.Table
    edges: ibis.Table
    counts: ibis.Table

    def activity_numbers(self) -> dict[str, int]:
        """The number of every activity by its name; a handful of rows."""
        names = self.activities.to_pyarrow()
        return dict(zip(names["name"].to_pylist(), names["activity"].to_pylist(), strict=True))


def only(log: EventLog, activities: Iterable[str]) -> EventLog:
    """The same log as if nothing but these activities had ever been logged; its `cases` stay as they are."""
    numbers = log.activity_numbers()
    kept = [numbers[name] for name in sorted(activities) if name in numbers]
    in_order = ibis.window(group_by="variant", order_by="pos")
    left = log.variant_events.filter(_.activity.isin(kept))
    variant_events = left.mutate(pos=ibis.row_number().over(in_order).cast("int32"))
    return replace(
        log,
        events=log.events.filter(_.activity.isin(kept)),
        variant_events=variant_events,
        sequences=log.sequences.mutate(activities=_.activities.filter(lambda activity: activity.isin(kept))),
        edges=edge_counts(variant_events, log.variants),
        counts=activity_counts(variant_events, log.variants),
    )


def history(tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """Every event of every deal as it stands in the record, in no order: deal_id, at, activity, is_stage, source_order.

    A deal's events are its touches and its stage changes; a stage change that means an outcome is none.
    """
    moves = tables["stage_changes"].filter(_.outcome.isnull())
    moves = moves.select(
        "deal_id",
        "at",
        activity=ibis.literal(STAGE_ACTIVITY) + moves.stage,
        is_stage=ibis.literal(True),
        source_order=_.source_order,
    )
    touches = tables["touches"]
    touches = touches.select(
        "deal_id", "at", "activity", is_stage=ibis.literal(False), source_order=touches.source_order
    )
    return ibis.union(moves, touches)


def prepare(tables: Mapping[str, ibis.Table], keep: Keep) -> EventLog:
    """Encode and sort the record's events. All of them are in memory at once, with about 60 bytes each at the peak.

    Events of one instant are in the order that `sequences.histories` gives them.
    """
    happened = history(tables)
    activities = keep(
        "activities",
        happened.select("activity", "is_stage")
        .distinct()
        .select(activity=_number("activity", "is_stage").try_cast("int16"), name=_.activity, is_stage=_.is_stage),
    )
    refuse_too_many(activities)
    deals = keep(
        "deal_numbers",
        tables["deals"].select("deal_id", "outcome", deal_no=_number("deal_id").cast("int32")),
    )
    codes = activities.rename(code="activity")
    encoded = (
        happened.join(deals, "deal_id")
        .join(codes, [happened.activity == codes.name, happened.is_stage == codes.is_stage])
        .select("deal_no", "at", activity=_.code, source_order=_.source_order.fill_null(LAST))
    )
    kept = deals.order_by("deal_no").to_pyarrow()
    is_stage = activities.order_by("activity").is_stage.to_pyarrow().to_numpy(zero_copy_only=False)
    from afteraction.analysis.sequences import histories  # compiled functions take a while to import

    found = histories(encoded.to_pyarrow(), kept.num_rows, is_stage)
    variants, variant_events, sequences = (
        keep(name, table) for name, table in _variants(kept["outcome"], found).items()
    )
    return EventLog(
        events=keep("events", _events(found)),
        cases=keep("cases", _cases(kept, found)),
        variants=variants,
        variant_events=variant_events,
        sequences=sequences,
        activities=activities,
        edges=edge_counts(variant_events, variants),
        counts=activity_counts(variant_events, variants),
    )


def _number(*order: str | ibis.Deferred) -> ibis.Value:
    """Numbers rows from 0 in this order, which must leave no ties."""
    return ibis.row_number().over(ibis.window(order_by=order))


def refuse_too_many(activities: ibis.Table) -> None:
    """Refuse activities beyond those that have got a number."""
    if activities.activity.isnull().any().to_pyarrow().as_py():
        raise Refused(
            f"{activities.count().to_pyarrow().as_py():,} different activities",
            f"at most {_ACTIVITIES:,}",
            "import a column that says what kind of touch it was as the activity, not its subject",
        )


def _events(found: "Histories") -> ibis.Table:
    deal_no, pos = _spread(found.offsets)
    at = pa.array(found.at).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    return _table(deal_no=deal_no, pos=pos, activity=found.activities, at=at)


def _cases(deals: pa.Table, found: "Histories") -> ibis.Table:
    lengths = np.diff(found.offsets).astype(np.int32)
    return _table(deal_no=deals["deal_no"], deal_id=deals["deal_id"], variant=found.variant + 1, events=lengths)


def _variants(outcome: "pa.ChunkedArray[Any]", found: "Histories") -> dict[str, ibis.Table]:
    """The variants, their events, and their sequences."""
    from afteraction.analysis.sequences import taken

    offsets, activities = taken(found)
    many = len(found.examples)
    variant, pos = _spread(offsets)
    ended = pc.index_in(outcome, pa.array(OUTCOMES)).to_numpy()
    variants = _table(
        variant=np.arange(1, many + 1, dtype=np.int32),
        deals=np.bincount(found.variant, minlength=many),
        length=np.diff(offsets).astype(np.int32),
        **{name: np.bincount(found.variant[ended == n], minlength=many) for n, name in enumerate(OUTCOMES)},
    )
    events = _table(variant=variant + np.int32(1), pos=pos, activity=activities)
    sequences = _table(
        variant=np.arange(1, many + 1, dtype=np.int32),
        activities=pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), pa.array(activities, pa.int16())),
    )
    return {"variants": variants, "variant_events": events, "sequences": sequences}


def _table(**columns: Any) -> ibis.Table:
    return ibis.memtable(
        pa.table(
            {name: pa.array(column) if isinstance(column, np.ndarray) else column for name, column in columns.items()}
        )
    )


def _spread(offsets: "Longs") -> "tuple[Ints, Ints]":
    """For every event the number of its trace, and its position in it."""
    lengths = np.diff(offsets)
    numbers = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return numbers, (np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)).astype(np.int32)


def with_counts(log: EventLog, keep: Keep) -> EventLog:
    """The same log with its edges and counts worked out once: for whoever draws what follows what."""
    return replace(log, edges=keep("edges", log.edges), counts=keep("counts", log.counts))
