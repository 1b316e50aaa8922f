"""Putting events in order and grouping deals, against plain sorting."""

import random
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from afteraction.analysis.sequences import grouped, histories

IS_STAGE = np.array([False, True, False, True, False])


def events_of(rows):
    kinds = {"deal_no": pa.int32(), "at": pa.int64(), "source_order": pa.int64(), "activity": pa.int16()}
    columns = zip(*rows, strict=True) if rows else ([] for _kind in kinds)
    table = pa.table({name: pa.array(column, kinds[name]) for name, column in zip(kinds, columns, strict=True)})
    return table.set_column(1, "at", table["at"].cast(pa.timestamp("us", "UTC")))


def sorted_plainly(rows, deals):
    """The sequence (activity, at) of every deal, by Python's sort with the rule written out."""
    found = []
    for deal in range(deals):
        own = [(at, order, activity) for number, at, order, activity in rows if number == deal]
        stages = [event for event in own if IS_STAGE[event[2]]]
        first = [min(stages)] if stages else []
        keyed = []
        for at, order, activity in own:
            is_first = [(at, order, activity)] == first
            if is_first:
                first = []  # of several alike one is the first
            keyed.append((at, 0 if is_first else 2 if IS_STAGE[activity] else 1, order, activity))
        found.append([(activity, at) for at, _rank, _order, activity in sorted(keyed)])
    return found


@pytest.mark.parametrize("most", [3, 12, 47, 48, 49, 50, 200])
@pytest.mark.parametrize("seed", range(4))
def test_events_are_sorted_as_a_plain_sort_does(most, seed):
    rng = random.Random(seed)
    deals = 40
    sizes = [rng.randint(0, most) for _deal in range(deals)]
    moment = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1e6)
    rows = [
        (deal, moment + rng.randint(0, 5), rng.choice((0, 1, 2**63 - 1)), rng.randrange(5))
        for deal, size in enumerate(sizes)
        for _event in range(size)
    ]
    rng.shuffle(rows)
    found = histories(events_of(rows), deals, IS_STAGE)
    wanted = sorted_plainly(rows, deals)
    for deal, (begin, end) in enumerate(pairwise(found.offsets)):
        assert list(zip(found.activities[begin:end], found.at[begin:end], strict=True)) == wanted[deal]


@pytest.mark.parametrize("seed", range(4))
def test_deals_are_grouped_by_their_sequence_the_most_frequent_first(seed):
    rng = random.Random(seed)
    ways = [tuple(rng.choices((0, 2, 4), k=rng.randint(0, 4))) for _deal in range(500)]
    rows = [(deal, at, 0, activity) for deal, way in enumerate(ways) for at, activity in enumerate(way)]
    rng.shuffle(rows)
    found = grouped(histories(events_of(rows), len(ways), IS_STAGE))
    counts = {way: ways.count(way) for way in ways}
    order = sorted(counts, key=lambda way: (-counts[way], ways.index(way)))
    assert [order[variant] for variant in found.variant] == ways
    assert [tuple(found.activities[a:b]) for a, b in pairwise(found.offsets)] == order


def test_no_deal_and_no_event():
    found = histories(events_of([]), 0, IS_STAGE)
    assert found.offsets.tolist() == [0]
    assert (len(grouped(found).variant), grouped(found).offsets.tolist()) == (0, [0])
    found = grouped(histories(events_of([]), 3, IS_STAGE))
    assert (found.variant.tolist(), found.offsets.tolist()) == ([0, 0, 0], [0, 0])


def test_sequences_with_equal_hashes_are_told_apart():
    # A table of sixteen places for eight deals: places are shared all the time.
    ways = [(a, b) for a in (0, 2, 4) for b in (0, 2, 4)][:8]
    rows = [(deal, at, 0, activity) for deal, way in enumerate(ways) for at, activity in enumerate(way)]
    assert grouped(histories(events_of(rows), 8, IS_STAGE)).variant.tolist() == list(range(8))
