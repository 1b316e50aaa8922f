"""Histories as arrays: events put in order within each deal, and deals grouped by their sequence of activities.

Two compiled passes over all events. Events are counted into place by deal and then sorted deal by deal, which beats
sorting them all: a deal has a dozen events, and its neighbours need not be compared with it.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from afteraction.analysis.arrays import Flags, Ints, Longs, Shorts
from afteraction.analysis.compiled import compiled
from afteraction.analysis.traces import THREADS, Traces

_FEW: Final = 48
"""Up to so many events a deal is sorted by insertion."""


@dataclass(frozen=True)
class Histories:
    """The events of every deal in order: those of deal `n` from `offsets[n]` to `offsets[n + 1]`.

    `at` is in microseconds.
    """

    offsets: Longs
    activities: Shorts
    at: Longs


@dataclass(frozen=True)
class Grouped:
    """Deals with the same sequence of activities: their variant.

    - `variant` of each deal, from 0, the most frequent first, then by the first deal that took it
    - `offsets`, `activities`: the sequence of every variant, as those of deals
    """

    variant: Ints
    offsets: Longs
    activities: Shorts


def histories(events: pa.Table, deals: int, is_stage: Flags) -> Histories:
    """Put events in order. Linear in events.

    `events`, in any order: deal_no (from 0 to `deals`), at, source_order, activity. `is_stage` says of each activity
    whether it is the entering of a stage. Events of one instant stand in this order: the entering of the deal's first
    stage, what was done, the entering of later stages; then by source order, then by activity.
    """
    batches = events.to_batches()
    offsets = np.zeros(deals + 1, np.int64)
    for batch in batches:
        _count(batch["deal_no"].to_numpy(), offsets)
    offsets = np.cumsum(offsets)
    n = events.num_rows
    del events  # with each batch that has found its place its memory is free, unless the caller holds on to it
    at, order, activity = _unused(n, np.int64), _unused(n, np.int64), _unused(n, np.int16)
    free = offsets[:-1].copy()
    while batches:
        batch = batches.pop()
        deal_no, times = batch["deal_no"].to_numpy(), _array(batch["at"])
        orders, kinds = batch["source_order"].to_numpy(), batch["activity"].to_numpy()
        _place(deal_no, times, orders, kinds, free, at, order, activity)
    _sort_all(offsets, at, order, activity, is_stage)
    return Histories(offsets, activity, at)


def grouped(found: Histories) -> Grouped:
    """Deals grouped by what happened in them. Linear in events."""
    deals = len(found.offsets) - 1
    group, firsts = np.empty(deals, np.int32), np.empty(deals, np.int32)
    many = _group(found.offsets, found.activities, _room(deals), group, firsts)
    by_frequency = np.argsort(-np.bincount(group, minlength=many), kind="stable")
    number = np.empty(many, np.int32)
    number[by_frequency] = np.arange(many, dtype=np.int32)
    examples = firsts[:many][by_frequency]
    offsets = np.concatenate(([0], np.cumsum(np.diff(found.offsets)[examples])))
    activities = np.empty(offsets[-1], np.int16)
    _copy(found.offsets, found.activities, examples, offsets, activities)
    return Grouped(number[group], offsets, activities)


def spliced(origin: Ints, earlier: Traces, renumbered: Shorts, anew: Histories) -> Histories | None:
    """The histories of deals of which most are as they were.

    `origin` says of each deal which one of `earlier` it was, or -1 - n where it is the n-th of `anew`. Activities of
    `earlier` get the numbers that `renumbered` has for them; None when a deal that is as it was has one without.
    """
    lengths = np.empty(len(origin), np.int64)
    was = origin >= 0
    lengths[was] = np.diff(earlier.offsets)[origin[was]]
    lengths[~was] = np.diff(anew.offsets)[-1 - origin[~was]]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    at, activities = np.empty(offsets[-1], np.int64), np.empty(offsets[-1], np.int16)
    known = _splice(
        origin, offsets, earlier.offsets, earlier.activities, earlier.at, renumbered,
        anew.offsets, anew.activities, anew.at, activities, at,
    )  # fmt: skip
    return Histories(offsets, activities, at) if known else None


def spread(offsets: Longs) -> tuple[Ints, Ints]:
    """For every event the number of its trace, and its position in it."""
    numbers, positions = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], np.int32)
    _spread(offsets, numbers, positions)
    return numbers, positions


def _unused(n: int, kind: type[np.integer[Any]]) -> Any:
    """An array without values, in small pages of memory: those are at hand that batches gave back just before.

    For large arrays NumPy asks for huge pages, which a virtual machine may have to fetch first: each in milliseconds.
    """
    size = max(n * np.dtype(kind).itemsize, 1)
    return np.frombuffer(mmap(-1, size, MAP_PRIVATE | MAP_ANONYMOUS), kind, n)


def _array(column: Any) -> Any:
    if pa.types.is_timestamp(column.type):
        column = pc.cast(pc.cast(column, pa.timestamp("us", "UTC")), pa.int64())
    return column.to_numpy()


def _room(deals: int) -> Ints:
    """An empty hash table, at most half full in the end."""
    return np.full(1 << max(4, (2 * deals).bit_length()), -1, np.int32)


def _sort_all(offsets: Longs, at: Longs, order: Longs, activity: Shorts, is_stage: Flags) -> None:
    cuts = np.unique(np.searchsorted(offsets, np.linspace(0, offsets[-1], 8 * THREADS + 1)))
    cuts[0], cuts[-1] = 0, len(offsets) - 1
    with ThreadPoolExecutor(THREADS) as threads:
        list(
            threads.map(
                lambda cut: _sort(offsets, cut[0], cut[1], at, order, activity, is_stage), pairwise(cuts.tolist())
            )
        )


@compiled
def _count(deal_no: Ints, counts: Longs) -> None:
    """How many events each deal has, one place further on."""
    for deal in deal_no:
        counts[deal + 1] += 1


@compiled
def _place(
    deal_no: Ints,
    at: Longs,
    order: Longs,
    activity: Shorts,
    free: Longs,
    at_placed: Longs,
    order_placed: Longs,
    activity_placed: Shorts,
) -> None:
    """Write each event to the next free place of its deal."""
    for i in range(len(deal_no)):
        place = free[deal_no[i]]
        free[deal_no[i]] += 1
        at_placed[place], order_placed[place], activity_placed[place] = at[i], order[i], activity[i]


@compiled
def _sort(offsets: Longs, start: int, stop: int, at: Longs, order: Longs, activity: Shorts, is_stage: Flags) -> None:
    """Sort the events of the deals from `start` to `stop`, each by time, rank, source order, activity."""
    rank = np.empty(0, np.int8)
    for deal in range(start, stop):
        begin, end = offsets[deal], offsets[deal + 1]
        n = end - begin
        if n < 2:
            continue
        if n > len(rank):
            rank = np.empty(2 * n, np.int8)
        a, o, c, r = at[begin:end], order[begin:end], activity[begin:end], rank[:n]
        first = -1
        for i in range(n):
            r[i] = 2 if is_stage[c[i]] else 1
            if r[i] == 2 and (first < 0 or (a[i], o[i], c[i]) < (a[first], o[first], c[first])):
                first = i
        if first >= 0:
            r[first] = 0
        if n > _FEW:
            # By the least important key first; each sort leaves equals as they were.
            places = np.argsort(c, kind="mergesort")
            places = places[np.argsort(o[places], kind="mergesort")]
            places = places[np.argsort(r[places], kind="mergesort")]
            places = places[np.argsort(a[places], kind="mergesort")]
            a[:], o[:], c[:] = a[places], o[places], c[places]
            continue
        for i in range(1, n):
            ai, ri, oi, ci = a[i], r[i], o[i], c[i]
            j = i - 1
            while j >= 0 and (
                a[j] > ai or (a[j] == ai and (r[j] > ri or (r[j] == ri and (o[j] > oi or (o[j] == oi and c[j] > ci)))))
            ):
                a[j + 1], r[j + 1], o[j + 1], c[j + 1] = a[j], r[j], o[j], c[j]
                j -= 1
            a[j + 1], r[j + 1], o[j + 1], c[j + 1] = ai, ri, oi, ci


@compiled
def _group(offsets: Longs, activity: Shorts, table: Ints, group: Ints, firsts: Ints) -> int:
    """Number the sequences by first appearance, into `group`; `firsts` is the first deal of each. Returns how many.

    A hash table with open addressing; sequences are compared in full, so equal hashes make no equal sequences.
    """
    found = 0
    last = len(table) - 1
    for deal in range(len(offsets) - 1):
        begin, end = offsets[deal], offsets[deal + 1]
        mixed = np.uint64(end - begin)
        for i in range(begin, end):
            mixed = (mixed ^ np.uint64(activity[i])) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        place = np.int64(mixed & np.uint64(last))
        while True:
            known = table[place]
            if known < 0:
                table[place], firsts[found], group[deal] = found, deal, found
                found += 1
                break
            other = offsets[firsts[known]]
            same = offsets[firsts[known] + 1] - other == end - begin
            i = 0
            while same and i < end - begin:
                same = activity[begin + i] == activity[other + i]
                i += 1
            if same:
                group[deal] = known
                break
            place = (place + 1) & last
    return found


@compiled
def _splice(
    origin: Ints,
    offsets: Longs,
    earlier_offsets: Longs,
    earlier_activities: Shorts,
    earlier_at: Longs,
    renumbered: Shorts,
    new_offsets: Longs,
    new_activities: Shorts,
    new_at: Longs,
    activities: Shorts,
    at: Longs,
) -> bool:
    """Copy the events of every deal from where they are; false when an activity has no number any more."""
    known = True
    for deal in range(len(origin)):
        place, many = offsets[deal], offsets[deal + 1] - offsets[deal]
        if origin[deal] < 0:
            begin = new_offsets[-1 - origin[deal]]
            for i in range(many):
                activities[place + i], at[place + i] = new_activities[begin + i], new_at[begin + i]
        else:
            begin = earlier_offsets[origin[deal]]
            for i in range(many):
                activity = earlier_activities[begin + i]
                # Positions without an event have no activity at all.
                number = renumbered[activity] if activity >= 0 else np.int16(-1)
                if number < 0:
                    known = False
                activities[place + i], at[place + i] = number, earlier_at[begin + i]
    return known


@compiled
def _spread(offsets: Longs, numbers: Ints, positions: Ints) -> None:
    """Number the events of every trace, and write the number of the trace beside each."""
    for trace in range(len(offsets) - 1):
        for i in range(offsets[trace], offsets[trace + 1]):
            numbers[i], positions[i] = trace, i - offsets[trace]


@compiled
def _copy(offsets: Longs, activity: Shorts, chosen: Ints, places: Longs, copied: Shorts) -> None:
    """Copy the sequences of chosen deals, one after the other."""
    for i in range(len(chosen)):
        begin = offsets[chosen[i]]
        for j in range(places[i + 1] - places[i]):
            copied[places[i] + j] = activity[begin + j]
