"""Whole traces as arrays, out of the tables of an event log: what compiled functions work on."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from afteraction.analysis.arrays import Ints, Longs, Shorts
from afteraction.analysis.compiled import compiled

_AT_ONCE: Final = 10_000_000
"""Events held in memory at once; 10 bytes each here, and as much again as Arrow."""

NOTHING: Final = -1
"""The activity where a position has no event, because only some activities of a log are looked at."""

THREADS: Final = min(os.cpu_count() or 1, 16)
"""Compiled functions run beside each other."""


@dataclass(frozen=True)
class Traces:
    """Consecutive traces, those without events included.

    - `first`: the number of the first one
    - `offsets`: where the events of each begin and, one more, where those of the last end; from 0
    - `activities`: of each event, in order; `NOTHING` where there is none
    - `at`: when each was, in microseconds; zeros where times do not matter
    """

    first: int
    offsets: Longs
    activities: Shorts
    at: Longs

    def chunks(self, events: int) -> "Iterator[Traces]":
        """The same in pieces of about so many events, or of one trace where it has more."""
        for start, stop in pairwise(_cuts(self.offsets, events)):
            begin, end = self.offsets[start], self.offsets[stop]
            offsets = self.offsets[start : stop + 1] - begin
            yield Traces(self.first + start, offsets, self.activities[begin:end], self.at[begin:end])


def read_traces(events: ibis.Table, lengths: ibis.Table, at_once: int = _AT_ONCE) -> Iterator[Traces]:
    """Read traces, about `at_once` events at a time; no table has to be in order, but it helps.

    `events`: trace, pos (from 0), activity and, where times matter, at. `lengths`: trace, length; their numbers have
    no gaps.
    """
    found = lengths.order_by("trace").to_pyarrow()
    if not found.num_rows:
        return
    numbers = found["trace"].to_numpy()
    offsets = np.concatenate(([0], np.cumsum(found["length"].to_numpy(), dtype=np.int64)))
    cuts = _cuts(offsets, at_once)
    for start, stop in pairwise(cuts):
        few = events if len(cuts) == 2 else events.filter(_.trace.between(int(numbers[start]), int(numbers[stop - 1])))
        yield placed(few.to_pyarrow(), int(numbers[start]), offsets[start : stop + 1] - offsets[start])


def _cuts(offsets: Longs, events: int) -> list[int]:
    """Where to cut traces into pieces of about so many events: positions in `offsets`, its first and last included."""
    wanted = np.arange(offsets[0] + events, offsets[-1], events)
    cuts: list[int] = np.unique([0, *np.searchsorted(offsets, wanted), len(offsets) - 1]).tolist()
    return cuts


def placed(events: pa.Table, first: int, offsets: Longs) -> Traces:
    """Put events where they belong: no sorting, for a trace and a position say where that is."""
    activities = np.full(offsets[-1], NOTHING, np.int16)
    timed = "at" in events.column_names
    at = np.zeros(offsets[-1], np.int64)

    def place(batch: pa.RecordBatch) -> None:
        trace, pos = batch["trace"].to_numpy(), batch["pos"].to_numpy()
        _place(first, offsets, trace, pos, batch["activity"].to_numpy(), activities)
        if timed:
            times = batch["at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
            _place(first, offsets, trace, pos, times.to_numpy(), at)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(place, events.to_batches()))
    return Traces(first, offsets, activities, at)


@compiled
def _place(first: int, offsets: Longs, traces: Ints, positions: Ints, values: Any, placed: Any) -> None:
    """Write `values` to where their trace and position say."""
    for i in range(len(traces)):
        trace = traces[i] - first
        if not (0 <= trace < len(offsets) - 1 and 0 <= positions[i] < offsets[trace + 1] - offsets[trace]):
            raise IndexError("an event lies outside its trace")
        placed[offsets[trace] + positions[i]] = values[i]
