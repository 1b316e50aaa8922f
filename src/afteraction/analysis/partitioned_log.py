"""The event log of a record whose tables lie in partitions: the same log, put in order where the events are.

Deals and variants get the numbers that `event_log.prepare` gives them, so that every result can be compared row by row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from afteraction.analysis.arrays import Flags
from afteraction.analysis.event_log import EventLog, Keep, counted, events_in, kinds, refuse_too_many
from afteraction.lake.partitions import Partitioned
from afteraction.lake.schema import OUTCOMES

TRACES = pa.schema(
    {
        "deal_no": pa.int32(),
        "activities": pa.list_(pa.int16()),
        "times": pa.list_(pa.timestamp("us", "UTC")),
    }
)
"""One row for every deal with events: its activities in order, and when each was."""


@dataclass(frozen=True)
class InOrder:
    """Puts the events of every deal of a block in order. `is_stage` says of each activity whether it is a stage's."""

    is_stage: Flags

    def __call__(self, block: pa.Table) -> Iterator[pa.RecordBatch]:
        """From deal_no, at, source_order and activity to TRACES."""
        from afteraction.analysis.sequences import histories  # compiled functions take a while to import

        numbers, places = np.unique(block["deal_no"].to_numpy(), return_inverse=True)
        local = block.set_column(block.column_names.index("deal_no"), "deal_no", pa.array(places.astype(np.int32)))
        found = histories(local, len(numbers), self.is_stage)
        times: Any = pa.array(found.at).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
        offsets: Any = pa.array(found.offsets.astype(np.int32))
        columns: list[Any] = [pa.array(found.activities), times]
        lists = [pa.ListArray.from_arrays(offsets, each) for each in columns]
        yield pa.RecordBatch.from_arrays([pa.array(numbers.astype(np.int32)), *lists], schema=TRACES)


def prepare_partitioned(tables: Mapping[str, ibis.Table], keep: Keep, engine: Partitioned) -> EventLog:
    """Encode and sort the record's events. No worker holds more than a block of deals at once."""
    numbered = engine.numbered(kinds(tables).rename(name="activity"), ["name", "is_stage"], "activity")
    activities = keep("activities", numbered.mutate(activity=_.activity.try_cast("int16")))
    refuse_too_many(activities)
    deals = engine.numbered(tables["deals"].select("deal_id", "outcome"), ["deal_id"], "deal_no")
    encoded = events_in(tables, activities, deals)
    is_stage = activities.order_by("activity").is_stage.to_pyarrow().to_numpy(zero_copy_only=False)
    traces = engine.over_groups(encoded, "deal_no", InOrder(is_stage), TRACES)
    known = deals.left_join(traces, "deal_no").drop("deal_no_right", "times")
    nothing = ibis.literal([], "array<int16>")
    taken = keep("taken", known.mutate(activities=_.activities.fill_null(nothing)))
    counts = {name: (_.outcome == name).sum() for name in OUTCOMES}
    groups = taken.group_by("activities").agg(deals=_.count(), first=_.deal_no.min(), **counts)
    sequences = engine.numbered(groups, ["-deals", "first"], "variant", start=1)
    variants = sequences.select("variant", "deals", *OUTCOMES, length=_.activities.length().cast("int32"))
    cases = taken.join(sequences.select("activities", "variant"), "activities")
    numbers = sequences.select("variant", "activities")
    pairs = traces.select("deal_no", event=_.activities.zip(_.times)).unnest("event", offset="pos")
    events = pairs.select("deal_no", pos=_.pos.cast("int32"), activity=_.event.f1, at=_.event.f2)
    return EventLog(
        events=keep("events", events),
        cases=keep("cases", cases.select("deal_no", "deal_id", "variant", events=_.activities.length().cast("int32"))),
        variants=variants,
        sequences=numbers,
        activities=activities,
        **{name: keep(name, table) for name, table in counted(numbers, variants).items()},
    )
