"""From the tables of a record to the tables of its event log, from nothing or after an earlier log.

What an engine does well it does (reading, joining ids and names to numbers); what is left is arrays and compiled passes
over them: order, variants, and what follows what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from afteraction.analysis.edge_kernel import NOTHING, followed
from afteraction.analysis.event_log import Earlier, counted, events_in, kinds, refuse_too_many, unrolled
from afteraction.analysis.sequences import Grouped, Histories, grouped, histories, spliced, spread
from afteraction.analysis.traces import read_traces
from afteraction.lake.schema import OUTCOMES

if TYPE_CHECKING:
    from afteraction.analysis.arrays import Flags, Ints, Longs

_ALL: Final = 2**62
"""More events than there are: read at once."""
_AT_ONCE: Final = 122_880
"""Rows of a piece of a table: those of a group of rows in the files that DuckDB writes."""


@dataclass(frozen=True)
class Encoded:
    """The events of every deal as numbers.

    - `deals`: deal_id, outcome, in the order of their numbers
    - `activities`: activity, name, is_stage, in the order of their numbers
    - `found`: the events of each deal
    """

    deals: pa.Table
    activities: pa.Table
    found: Histories


def encode(tables: Mapping[str, ibis.Table]) -> Encoded:
    """Encode and sort all events. They are in memory at once, with about 45 bytes each at the peak."""
    activities = _activities(tables)
    deals = _deals(tables)
    return Encoded(deals, activities, _histories(tables, deals["deal_id"], activities))


def encode_after(tables: Mapping[str, ibis.Table], earlier: Earlier) -> Encoded | None:
    """The same as `encode`, of which only the deals that are new or may have changed are encoded and sorted.

    None where `earlier` cannot be what came before: an activity of a deal that did not change is not there any more.
    """
    activities = _activities(tables)
    deals = _deals(tables)
    before = earlier.log.cases.select("deal_no", "deal_id", "events").order_by("deal_no").to_pyarrow()
    origin = _places(deals["deal_id"], before["deal_id"])
    changed = _places(earlier.changed, deals["deal_id"])
    origin[changed[changed >= 0]] = -1
    anew = np.flatnonzero(origin < 0)
    origin[anew] = -1 - np.arange(len(anew), dtype=np.int32)
    chosen: Any = pa.array(anew)
    fresh = _histories(tables, deals["deal_id"].take(chosen), activities)
    lengths = earlier.log.cases.select(trace="deal_no", length="events")
    known = next(read_traces(earlier.log.events.rename(trace="deal_no"), lengths, _ALL), None)
    if known is None:
        return Encoded(deals, activities, fresh)
    found = spliced(origin, known, _renumbered(earlier, activities), fresh)
    return None if found is None else Encoded(deals, activities, found)


def events_of(encoded: Encoded, *, later: bool = False) -> ibis.Table:
    """The events of an event log, as `EventLog` describes them.

    `later`: each is put beside its deal whenever somebody reads them, which costs nothing now and more then.
    """
    found = encoded.found
    at: Any = pa.array(found.at).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    if not later:
        deal_no, pos = spread(found.offsets)
        return _table(deal_no=deal_no, pos=pos, activity=found.activities, at=at)
    offsets: Any = pa.array(found.offsets)
    lists = {"activities": pa.array(found.activities), "times": at}
    lists = {name: pa.LargeListArray.from_arrays(offsets, each) for name, each in lists.items()}
    by_deal = _table(deal_no=np.arange(len(found.offsets) - 1, dtype=np.int32), **lists)
    return unrolled(by_deal, "deal_no", activity="activities", at="times")


def others_of(encoded: Encoded, *, later: bool = False) -> dict[str, ibis.Table]:
    """The other tables of an event log by name, as `EventLog` describes them. It asks no engine anything.

    `later`: what follows what is counted whenever somebody asks.
    """
    ways = grouped(encoded.found)
    taken_by = _taken_by(encoded.deals["outcome"], ways)
    numbers = np.arange(1, len(taken_by) + 1, dtype=np.int32)
    lists = pa.LargeListArray.from_arrays(pa.array(ways.offsets, pa.int64()), pa.array(ways.activities, pa.int16()))
    sequences = _table(variant=numbers, activities=lists)
    variants = _table(
        variant=numbers,
        deals=taken_by[:, 0].copy(),
        length=np.diff(ways.offsets).astype(np.int32),
        **{name: taken_by[:, 1 + n].copy() for n, name in enumerate(OUTCOMES)},
    )
    follows = counted(sequences, variants) if later else _counts(ways.offsets, ways.activities, taken_by)
    return {
        "cases": _table(
            deal_no=np.arange(len(ways.variant), dtype=np.int32),
            deal_id=encoded.deals["deal_id"],
            variant=ways.variant + np.int32(1),
            events=np.diff(encoded.found.offsets).astype(np.int32),
        ),
        "variants": variants,
        "sequences": sequences,
        "activities": ibis.memtable(encoded.activities),
        **follows,
    }


def _activities(tables: Mapping[str, ibis.Table]) -> pa.Table:
    """activity, name, is_stage, in the order of their numbers."""
    in_order = ibis.row_number().over(ibis.window(order_by=("activity", "is_stage")))
    numbered = kinds(tables).select(activity=in_order.try_cast("int16"), name=_.activity, is_stage=_.is_stage)
    found: pa.Table = numbered.order_by("activity").to_pyarrow()
    if found["activity"].null_count:
        refuse_too_many(numbered)
    return found


def _deals(tables: Mapping[str, ibis.Table]) -> pa.Table:
    found: pa.Table = tables["deals"].select("deal_id", "outcome").order_by("deal_id").to_pyarrow()
    return found


def _histories(tables: Mapping[str, ibis.Table], deal_ids: "pa.ChunkedArray[Any]", activities: pa.Table) -> Histories:
    """The events of these deals, numbered from 0 as they stand here."""
    deals = _table(deal_id=deal_ids, deal_no=np.arange(len(deal_ids), dtype=np.int32))
    events = events_in(tables, ibis.memtable(activities), deals)
    is_stage: Flags = activities["is_stage"].to_numpy().astype(np.bool_)
    return histories(events.to_pyarrow(), len(deal_ids), is_stage)


def _places(values: "pa.ChunkedArray[Any]", among: "pa.ChunkedArray[Any]") -> "Ints":
    """Where each value stands among others; -1 where it does not."""
    found: Any = pc.index_in(values, among)
    filled: Any = pc.fill_null(found, -1)
    places: Ints = filled.to_numpy().astype(np.int32)
    return places


def _renumbered(earlier: Earlier, activities: pa.Table) -> Any:
    """For every activity of an earlier log its number now; -1 for those that are no more."""
    now = {(row["name"], row["is_stage"]): row["activity"] for row in activities.to_pylist()}
    then = earlier.log.activities.order_by("activity").to_pyarrow().to_pylist()
    return np.array([now.get((row["name"], row["is_stage"]), NOTHING) for row in then], np.int16)


def _taken_by(outcome: "pa.ChunkedArray[Any]", ways: Grouped) -> "Longs":
    """How many deals took each variant, and how many of these ended in each outcome: (variant, 1 + outcomes)."""
    many = len(ways.offsets) - 1
    ended = pc.index_in(outcome, pa.array(OUTCOMES)).to_numpy()
    counts = [np.bincount(ways.variant[ended == n], minlength=many) for n in range(len(OUTCOMES))]
    taken_by: Longs = np.stack([np.bincount(ways.variant, minlength=many), *counts], axis=1).astype(np.int64)
    return taken_by


def _counts(offsets: "Longs", activities: Any, taken_by: "Longs") -> dict[str, ibis.Table]:
    """The edges and the activities of an event log, counted."""
    seen = followed(offsets, activities, taken_by)
    names = ("count", "deals", *OUTCOMES)
    return {
        "edges": _table(
            before=pa.array(seen.before, mask=seen.before == NOTHING),
            after=pa.array(seen.after, mask=seen.after == NOTHING),
            **{name: seen.edge_totals[:, n].copy() for n, name in enumerate(names)},
        ),
        "counts": _table(
            activity=seen.activity,
            count=seen.activity_totals[:, 0].copy(),
            deals=seen.activity_totals[:, 1].copy(),
        ),
    }


def _table(**columns: Any) -> ibis.Table:
    """Columns of one length as a table, in pieces that an engine's threads take in turns."""
    arrays = {name: pa.array(column) if isinstance(column, np.ndarray) else column for name, column in columns.items()}
    table = pa.table(arrays)
    return ibis.memtable(pa.Table.from_batches(table.to_batches(max_chunksize=_AT_ONCE), table.schema))
