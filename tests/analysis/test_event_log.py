"""The order of a deal's events, and how they are encoded."""

import random
from datetime import timedelta

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.traces import START, Engine

from afteraction.analysis.event_log import prepare
from afteraction.errors import Refused
from afteraction.lake.schema import TABLES

T0, T1 = START, START + timedelta(hours=1)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def make(engine, deals=("d",), touches=(), moves=()):
    """A log from (deal, activity, at, source order, id) and (deal, stage, at, source order, outcome), in that order."""
    touches = [
        dict(zip(("deal_id", "activity", "at", "source_order", "touch_id"), row, strict=True)) for row in touches
    ]
    moves = [dict(zip(("deal_id", "stage", "at", "source_order", "outcome"), row, strict=True)) for row in moves]
    rows = {"deals": [{"deal_id": d, "outcome": "open"} for d in deals], "touches": touches, "stage_changes": moves}
    tables = {}
    for name, found in rows.items():
        schema = pa.schema([field.with_nullable(True) for field in TABLES[name].arrow])
        tables[name] = engine.keep(name, ibis.memtable(pa.Table.from_pylist(found, schema=schema)))
    return prepare(tables, engine.keep)


def sequences(log):
    """What happened in each deal, by the deal's id."""
    named = log.events.join(log.activities, "activity").join(log.cases, "deal_no")
    found = {deal: [] for deal in log.cases.deal_id.to_pyarrow().to_pylist()}
    for row in named.order_by("deal_no", "pos").to_pyarrow().to_pylist():
        assert row["pos"] == len(found[row["deal_id"]])
        found[row["deal_id"]].append(row["name"])
    return found


def test_at_one_instant_the_first_stage_entry_comes_before_touches_and_a_later_one_after(engine):
    log = make(
        engine,
        touches=[("d", "call", T0, 7, "t1"), ("d", "mail", T1, 8, "t2")],
        moves=[("d", "Qualify", T0, 9, None), ("d", "Propose", T1, 1, None)],
    )
    assert sequences(log) == {"d": ["stage: Qualify", "call", "mail", "stage: Propose"]}


def test_of_two_stages_entered_at_once_only_the_first_in_the_source_comes_before_the_touch(engine):
    moves = [("d", "Qualify", T0, 2, None), ("d", "Discover", T0, 1, None)]
    log = make(engine, touches=[("d", "call", T0, 0, "t")], moves=moves)
    assert sequences(log) == {"d": ["stage: Discover", "call", "stage: Qualify"]}


def test_a_touch_before_the_first_stage_entry_stays_before_it(engine):
    log = make(engine, touches=[("d", "call", T0, 5, "t")], moves=[("d", "Qualify", T1, 0, None)])
    assert sequences(log) == {"d": ["call", "stage: Qualify"]}


def test_touches_of_one_instant_keep_the_order_of_their_source(engine):
    log = make(engine, touches=[("d", "b", T0, 1, "x"), ("d", "a", T0, 2, "y"), ("d", "c", T0, 0, "z")])
    assert sequences(log) == {"d": ["c", "b", "a"]}


def test_touches_without_an_order_come_after_those_with_one(engine):
    log = make(engine, touches=[("d", "a", T0, None, "1"), ("d", "b", T0, 3, "2"), ("d", "a", T0, None, "0")])
    assert sequences(log) == {"d": ["b", "a", "a"]}


def test_a_stage_that_means_an_outcome_is_no_event_and_no_first_stage(engine):
    moves = [("d", "Closed Won", T0, 0, "won"), ("d", "Qualify", T0, 1, None), ("d", "Lost", T1, 2, "lost")]
    log = make(engine, touches=[("d", "call", T0, 0, "t")], moves=moves)
    assert sequences(log) == {"d": ["stage: Qualify", "call"]}
    assert "stage: Lost" not in log.activity_numbers()


def test_every_deal_is_a_case_even_without_events(engine):
    log = make(engine, deals=("a", "b", "c"), touches=[("b", "call", T0, 0, "t")])
    assert sequences(log) == {"a": [], "b": ["call"], "c": []}
    cases = log.cases.order_by("deal_no").to_pyarrow().to_pylist()
    assert [(c["deal_no"], c["deal_id"], c["variant"], c["events"]) for c in cases] == [
        (0, "a", 1, 0),
        (1, "b", 2, 1),
        (2, "c", 1, 0),
    ]


def test_a_record_without_deals_gives_an_empty_log(engine):
    log = make(engine, deals=())
    assert [t.count().to_pyarrow().as_py() for t in (log.events, log.cases, log.variants, log.variant_events)] == [
        0
    ] * 4
    assert log.activity_numbers() == {}


def test_events_of_unknown_deals_are_no_part_of_the_log(engine):
    log = make(engine, touches=[("d", "call", T0, 0, "t"), ("stranger", "call", T0, 0, "u")])
    assert log.events.count().to_pyarrow().as_py() == 1


def test_variants_are_numbered_from_the_most_frequent(engine):
    ways = {"d1": "ab", "d2": "ba", "d3": "ba", "d4": "", "d5": "ba", "d6": "", "d7": "abc"}
    touches = [
        (deal, activity, T0 + timedelta(hours=n), 0, f"{deal}{n}")
        for deal, way in ways.items()
        for n, activity in enumerate(way)
    ]
    log = make(engine, deals=ways, touches=touches)
    variants = log.variants.order_by("variant").to_pyarrow().to_pylist()
    assert [(v["variant"], v["deals"], v["length"]) for v in variants] == [(1, 3, 2), (2, 2, 0), (3, 1, 2), (4, 1, 3)]
    assert {c["deal_id"]: c["variant"] for c in log.cases.to_pyarrow().to_pylist()} == {
        "d1": 3, "d2": 1, "d3": 1, "d4": 2, "d5": 1, "d6": 2, "d7": 4,
    }  # fmt: skip
    named = log.variant_events.join(log.activities, "activity").order_by("variant", "pos").to_pyarrow().to_pylist()
    assert ["".join(row["name"] for row in named if row["variant"] == n) for n in (1, 2, 3, 4)] == [
        "ba",
        "",
        "ab",
        "abc",
    ]


def test_an_activity_named_like_a_stage_is_told_from_entering_the_stage(engine):
    log = make(engine, touches=[("d", "stage: Propose", T0, 0, "t")], moves=[("d", "Propose", T1, 0, None)])
    activities = log.activities.order_by("activity").to_pyarrow().to_pylist()
    assert [(a["name"], a["is_stage"]) for a in activities] == [("stage: Propose", False), ("stage: Propose", True)]
    assert log.events.order_by("pos").activity.to_pyarrow().to_pylist() == [0, 1]
    assert log.activity_numbers() == {"stage: Propose": 1}  # to a rule it means the stage


def test_the_order_of_the_rows_does_not_matter(engine):
    rng = random.Random(7)
    deals = [f"deal {n}" for n in range(300)]
    touches = [
        (
            rng.choice(deals),
            rng.choice("abcde"),
            T0 + timedelta(hours=rng.randint(0, 9)),
            rng.choice((None, 0, 1)),
            f"t{n}",
        )
        for n in range(3000)
    ]
    moves = {(rng.choice(deals), rng.choice("PQR"), T0 + timedelta(hours=rng.randint(0, 9))) for _n in range(900)}
    moves = [(*move, rng.choice((None, 0, 1)), rng.choice((None, None, "won"))) for move in sorted(moves)]
    seen = []
    for _run in range(3):
        for rows in (deals, touches, moves):
            rng.shuffle(rows)
        log = make(engine, deals, touches, moves)
        parts = {
            "events": ["deal_no", "pos"],
            "cases": ["deal_no"],
            "variants": ["variant"],
            "variant_events": ["variant", "pos"],
            "activities": ["activity"],
        }
        seen.append({part: getattr(log, part).order_by(order).to_pyarrow() for part, order in parts.items()})
    assert seen[0] == seen[1] == seen[2]


def test_more_activities_than_the_log_can_number_are_refused(engine):
    touches = [("d", f"subject {n}", T0, n, f"t{n}") for n in range(2**15 + 1)]
    with pytest.raises(Refused, match="32,769 different activities"):
        make(engine, touches=touches)
    log = make(engine, touches=touches[1:])
    assert log.variants.length.to_pyarrow().to_pylist() == [2**15]
    assert log.variant_events.activity.max().to_pyarrow().as_py() == 2**15 - 1


def test_what_is_counted_comes_back_from_a_file_as_whole_numbers(engine, tmp_path):
    log = make(engine, touches=[("d", "call", START, 0, "t")])
    for name in ("variants", "edges", "counts"):
        path = tmp_path / f"{name}.parquet"
        engine.con.to_parquet(getattr(log, name), path)
        read = pq.read_schema(path)
        wrong = {field.name: str(field.type) for field in read if not pa.types.is_integer(field.type)}
        assert wrong == {}, name
