"""What runs over partitions of whole deals gives what one pass over all of them gives, however they are cut."""

import pickle
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import ibis
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.traces import ACTIVITIES, random_model

from afteraction.analysis.partitioned_log import TRACES, InOrder
from afteraction.analysis.partitioned_rules import ByEvents, BySequences
from afteraction.analysis.rules import Rule, rules_of
from afteraction.analysis.sequences import histories
from afteraction.analysis.traces import NOTHING, Traces
from afteraction.analysis.violations import violations
from afteraction.lake.partitions import Function, over_groups, partitioned, whole_groups

Rows = list[tuple[object, ...]]


def test_a_table_of_duckdb_lies_in_no_partitions() -> None:
    assert partitioned(ibis.duckdb.connect().create_table("one", pa.table({"one": [1]}))) is None


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 7), max_size=20),
    st.integers(1, 9),
    st.randoms(use_true_random=False),
)
def test_blocks_hold_whole_groups_and_all_rows(sizes: list[int], rows: int, rng: random.Random) -> None:
    table = pa.table({"deal_no": [n for n, size in enumerate(sizes) for _row in range(size)]})
    blocks = [block["deal_no"].to_pylist() for block in whole_groups(_batches(table, rng), "deal_no", rows)]
    assert [number for block in blocks for number in block] == table["deal_no"].to_pylist()
    assert sum(len(set(block)) for block in blocks) == len(sizes)
    # Of a group of at most 7 rows what is left over is waited for until there is twice as much; a batch has at most 9.
    assert all(len(set(block[:-1])) < 2 or len(block) < max(rows, 2 * 7) + 9 for block in blocks)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 30))
def test_rules_over_partitions_find_what_one_pass_finds(seed: int, partitions: int, rows: int) -> None:
    rng = random.Random(seed)
    numbers = {name: number for number, name in enumerate(ACTIVITIES)}
    rules = tuple(rule for n, one in enumerate(random_model(rng, 12)) for rule in rules_of(n, one, numbers))
    traces = _traces(rng, deals=rng.randint(1, 15))
    assert _over(_as_rows(traces), "trace", ByEvents(rules), rng, partitions, rows) == _rows(violations(rules, traces))
    untimed = replace(traces, at=np.zeros_like(traces.at))
    lists = pa.ListArray.from_arrays(pa.array(traces.offsets.astype(np.int32)), pa.array(traces.activities))
    sequences = pa.table({"trace": pa.array(np.arange(len(lists), dtype=np.int32)), "activities": lists})
    parts = [pa.Table.from_batches([batch]) for batch in _batches(sequences, rng)]
    assert _rows([batch for part in parts for batch in BySequences(rules)(part)]) == _rows(violations(rules, untimed))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 30))
def test_events_put_in_order_over_partitions_are_those_put_in_order_at_once(
    seed: int, partitions: int, rows: int
) -> None:
    rng = random.Random(seed)
    events = _unsorted(rng, deals=12)
    is_stage = np.array([True, True, False, False, False])
    whole = histories(events, 12, is_stage)
    times = pa.array(whole.at).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")).to_pylist()
    bounds = [(n, int(whole.offsets[n]), int(whole.offsets[n + 1])) for n in range(12)]
    expected = [(n, whole.activities[a:b].tolist(), times[a:b]) for n, a, b in bounds if a < b]
    assert _over(events, "deal_no", InOrder(is_stage), rng, partitions, rows) == sorted(expected, key=str)


def test_what_spark_is_sent_can_be_pickled_without_the_compiler() -> None:
    rule = Rule(0, 1, np.array([True]), np.array([True]))  # type: ignore[arg-type]
    for function in (ByEvents((rule,)), BySequences((rule,)), InOrder(np.array([True]))):
        assert type(pickle.loads(pickle.dumps(function))) is type(function)
    assert TRACES.names == ["deal_no", "activities", "times"]


def _over(table: pa.Table, by: str, function: Function, rng: random.Random, partitions: int, rows: int) -> Rows:
    """The rows that partitions give together, each deal being in one of them, as Spark lays them out."""
    shuffled = table.take(rng.sample(range(table.num_rows), table.num_rows))
    numbers = shuffled[by].to_numpy()
    place = np.array([rng.randrange(partitions) for _n in range(int(numbers.max(initial=0)) + 1)])
    found = []
    for number in range(partitions):
        part = shuffled.filter(pa.array(place[numbers] == number)).sort_by(by)
        found += over_groups(_batches(part, rng), by, function, rows)
    return _rows(found)


def _batches(table: pa.Table, rng: random.Random) -> Iterator[pa.RecordBatch]:
    start = 0
    while start < table.num_rows:
        some = rng.randint(1, 9)
        yield from table.slice(start, some).combine_chunks().to_batches()
        start += some


def _rows(batches: list[pa.RecordBatch]) -> Rows:
    return sorted((tuple(row.values()) for batch in batches for row in batch.to_pylist()), key=str)


def _traces(rng: random.Random, deals: int) -> Traces:
    """Traces with ties, some of them empty, and some with gaps, where only a part of the activities is looked at."""
    lengths = [rng.choice((0, 1, rng.randrange(9))) for _deal in range(deals)]
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    activities = np.array([rng.randrange(NOTHING, len(ACTIVITIES)) for _event in range(sum(lengths))], np.int16)
    days = [sorted(rng.randrange(20) for _event in range(length)) for length in lengths]
    at = np.array([day * 86_400_000_000 for one in days for day in one], np.int64)
    return Traces(0, offsets, activities, np.where(activities == NOTHING, 0, at))


def _as_rows(traces: Traces) -> pa.Table:
    """One row for every event, as an engine joins them to the lengths of their traces."""
    rows = []
    for number, (start, stop) in enumerate(pairwise(traces.offsets.tolist())):
        events = [n for n in range(start, stop) if traces.activities[n] != NOTHING]
        rows += [
            (
                number,
                stop - start,
                n - start,
                int(traces.activities[n]),
                datetime.fromtimestamp(traces.at[n] / 1e6, UTC),
            )
            for n in events
        ] or [(number, stop - start, None, None, None)]
    columns = {
        "trace": pa.int32(),
        "length": pa.int32(),
        "pos": pa.int32(),
        "activity": pa.int16(),
        "at": pa.timestamp("us", "UTC"),
    }
    return pa.table({name: pa.array([r[n] for r in rows], type_) for n, (name, type_) in enumerate(columns.items())})


def _unsorted(rng: random.Random, deals: int) -> pa.Table:
    some = [(rng.randrange(deals), rng.randrange(4), rng.randrange(3), rng.randrange(5)) for _row in range(60)]
    deal_no, at, order, activity = zip(*some, strict=True)
    return pa.table(
        {
            "deal_no": pa.array(deal_no, pa.int32()),
            "at": pa.array(at, pa.timestamp("us", "UTC")),
            "source_order": pa.array(order, pa.int64()),
            "activity": pa.array(activity, pa.int16()),
        }
    )
