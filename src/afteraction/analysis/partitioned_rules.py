"""Rules checked over blocks of whole traces, wherever these are: the function that every engine runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from afteraction.lake.partitions import Partitioned

if TYPE_CHECKING:
    from afteraction.analysis.rules import Rule

_COLUMNS: Final[dict[str, pa.DataType]] = {
    "constraint": pa.int16(),
    "trace": pa.int32(),
    "pos": pa.int32(),
    "first": pa.bool_(),
}
VIOLATIONS: Final[pa.Schema] = pa.schema(_COLUMNS)
"""The number of the constraint, that of the trace, and the event; null where something is missing.

`first` is true of one violation of each constraint and trace.
"""


@dataclass(frozen=True)
class ByEvents:
    """Checks a block of events: trace, length, pos (empty for a trace without events), activity and at."""

    rules: "Sequence[Rule]"

    def __call__(self, block: pa.Table) -> Iterator[pa.RecordBatch]:
        """Every violation, as VIOLATIONS; `trace` is the number that the block has for it."""
        from afteraction.analysis.traces import placed

        trace = block["trace"].to_numpy()
        numbers, firsts, places = np.unique(trace, return_index=True, return_inverse=True)
        lengths = block["length"].to_numpy()[firsts].astype(np.int64)
        local = block.set_column(block.column_names.index("trace"), "trace", pa.array(places.astype(np.int32)))
        events = local.filter(pc.is_valid(local["pos"]))
        yield from _told(self.rules, placed(events, 0, np.concatenate(([0], np.cumsum(lengths)))), numbers)


@dataclass(frozen=True)
class BySequences:
    """Checks a block of sequences: trace and activities, one list each. Times are zero."""

    rules: "Sequence[Rule]"

    def __call__(self, block: pa.Table) -> Iterator[pa.RecordBatch]:
        """Every violation, as VIOLATIONS; `trace` is the number that the block has for it."""
        from afteraction.analysis.traces import Traces

        for batch in block.to_batches():
            lists: Any = batch["activities"]
            offsets = np.concatenate(([0], np.cumsum(pc.list_value_length(lists).to_numpy(), dtype=np.int64)))
            activities = lists.flatten().to_numpy()
            traces = Traces(0, offsets, activities, np.zeros(len(activities), np.int64))
            yield from _told(self.rules, traces, batch["trace"].to_numpy())


def violations_by_deal(
    rules: "Sequence[Rule]", events: ibis.Table, lengths: ibis.Table, engine: Partitioned
) -> ibis.Table:
    """Every violation of the traces of `events`, as `read_traces` has them, in the columns of VIOLATIONS."""
    rows = lengths.left_join(events, "trace").drop("trace_right")
    return engine.over_groups(rows, "trace", ByEvents(tuple(rules)), VIOLATIONS)


def violations_by_sequence(rules: "Sequence[Rule]", sequences: ibis.Table, engine: Partitioned) -> ibis.Table:
    """Every violation of sequences (trace, activities), in the columns of VIOLATIONS."""
    return engine.over_rows(sequences.select("trace", "activities"), BySequences(tuple(rules)), VIOLATIONS)


def _told(rules: "Sequence[Rule]", traces: Any, numbers: Any) -> Iterator[pa.RecordBatch]:
    from afteraction.analysis.violations import violations

    for found in violations(rules, traces):
        trace = pa.array(numbers[found["trace"].to_numpy()].astype(np.int32))
        yield pa.RecordBatch.from_arrays([found["constraint"], trace, found["pos"], found["first"]], schema=VIOLATIONS)
