"""A log encoded after an earlier one is the log encoded from nothing, to the last row."""

import random
from dataclasses import fields
from datetime import timedelta

import ibis
import pyarrow as pa
import pytest
from tests.traces import START, Engine, random_log

from afteraction.analysis.edges import activity_counts, edge_counts
from afteraction.analysis.encoding import encode_after
from afteraction.analysis.event_log import Earlier, EventLog, kept_log, prepare
from afteraction.lake.schema import OUTCOMES, TABLES
from afteraction.process.model import STAGE_ACTIVITY

KEYS = {
    "events": ["deal_no", "pos"],
    "cases": ["deal_no"],
    "variants": ["variant"],
    "sequences": ["variant"],
    "activities": ["activity"],
    "edges": ["before", "after"],
    "counts": ["activity"],
}


class Changing:
    """A record that changes step by step: deals come, go and end; events come, go, move and change."""

    def __init__(self, rng):
        self.rng = rng
        self.deals, self.touches, self.moves = {}, {}, {}
        self.made = 0
        self.activities = ["call", "mail"]
        for _n in range(30):
            self.change()

    def change(self):
        """One change; the ids of the deals of whose events some came, went or changed."""
        kind = self.rng.choice(("deal", "touch", "touch", "move", "edit", "to another", "gone", "end", "deal gone"))
        self.made += 1
        # Ids in no order, so that a new deal stands before old ones, and some events are of deals that are not there.
        deal = self.rng.choice([*self.deals, "stranger"]) if self.rng.random() < 0.95 else "later"
        at = START + timedelta(hours=self.rng.randint(0, 40))
        order = self.rng.choice((None, 0, 1))
        if kind == "deal":
            self.deals[self.rng.choice(("later", f"{self.rng.random()}"))] = self.rng.choice(OUTCOMES)
        elif kind == "touch":
            if self.rng.random() < 0.1:
                self.activities.append(f"{self.rng.choice('anz')} {self.made}")
            self.touches[f"t{self.made}"] = (deal, self.rng.choice(self.activities), at, order)
            return {deal}
        elif kind == "move":
            self.moves[deal, at, self.rng.choice("PQ")] = (order, self.rng.choice((None, None, "won")))
            return {deal}
        elif kind in ("edit", "to another") and self.touches:
            touch = self.rng.choice([*self.touches])
            was = self.touches[touch][0]
            now = deal if kind == "to another" else was
            self.touches[touch] = (now, self.rng.choice(self.activities), at, order)
            return {was, now}
        elif kind == "gone" and self.touches:
            return {self.touches.pop(self.rng.choice([*self.touches]))[0]}
        elif kind == "end" and deal in self.deals:
            self.deals[deal] = self.rng.choice(OUTCOMES)
        elif kind == "deal gone" and self.rng.random() < 0.3:
            self.deals.pop(deal, None)
        return set()

    def tables(self, engine):
        touches = zip(self.touches, self.touches.values(), strict=True)
        rows = {
            "deals": [{"deal_id": deal, "outcome": outcome} for deal, outcome in self.deals.items()],
            "touches": [
                {"touch_id": touch, "deal_id": deal, "activity": activity, "at": at, "source_order": order}
                for touch, (deal, activity, at, order) in touches
            ],
            "stage_changes": [
                {"deal_id": deal, "at": at, "stage": stage, "source_order": order, "outcome": outcome}
                for (deal, at, stage), (order, outcome) in self.moves.items()
            ],
        }
        schemas = {n: pa.schema([f.with_nullable(True) for f in TABLES[n].arrow]) for n in rows}
        return {
            n: engine.keep(n, ibis.memtable(pa.Table.from_pylist(each, schema=schemas[n]))) for n, each in rows.items()
        }


@pytest.fixture(scope="module")
def engine():
    return Engine()


def rows(log):
    """Every table of a log in an order of its own."""
    return {name: getattr(log, name).order_by(key).to_pyarrow() for name, key in KEYS.items()}


def keep(engine, under):
    return lambda name, table: engine.keep(f"{under}_{name}", table)


@pytest.mark.parametrize("seed", range(3))
def test_after_random_changes_the_log_equals_one_made_from_nothing(engine, seed):
    rng = random.Random(seed)
    record = Changing(rng)
    tables = record.tables(engine)
    log = prepare(tables, keep(engine, "start"))
    for step in range(5):
        changed = set().union(*(record.change() for _n in range(rng.choice((0, 1, 3, 15)))))
        tables = record.tables(engine)
        ids = pa.chunked_array([sorted(changed)], pa.string())
        assert encode_after(tables, Earlier(log, ids)) is not None
        # By turns: the table of a step must not take the place of the one that it is made from.
        log = prepare(tables, keep(engine, f"after_{step % 2}"), Earlier(log, ids))
        anew = prepare(tables, keep(engine, "anew"))
        unkept = prepare(tables)
        for other in (log, unkept):
            assert {n: getattr(other, n).schema() for n in KEYS} == {n: getattr(anew, n).schema() for n in KEYS}
            assert rows(other) == rows(anew)


def test_a_list_of_changes_that_lacks_a_deal_whose_activity_is_no_more_is_not_believed(engine):
    record = Changing(random.Random(1))
    record.touches["only"] = (next(iter(record.deals)), "zither", START, 0)
    log = prepare(record.tables(engine), keep(engine, "start"))
    del record.touches["only"]
    tables = record.tables(engine)
    nothing = pa.chunked_array([], pa.string())
    assert encode_after(tables, Earlier(log, nothing)) is None
    after = prepare(tables, keep(engine, "after"), Earlier(log, nothing))
    assert rows(after) == rows(prepare(tables, keep(engine, "anew")))


@pytest.mark.parametrize("seed", range(4))
def test_edges_and_counts_of_the_compiled_pass_are_those_of_set_algebra(engine, seed):
    log = engine.log(random_log(random.Random(seed), deals=60))
    for name, table in (
        ("edges", edge_counts(log.variant_events, log.variants)),
        ("counts", activity_counts(log.variant_events, log.variants)),
    ):
        assert getattr(log, name).schema() == table.schema()
        assert getattr(log, name).order_by(KEYS[name]).to_pyarrow() == table.order_by(KEYS[name]).to_pyarrow()


def test_a_kept_log_is_whole_or_none(engine):
    log = engine.log(random_log(random.Random(1)))
    names = [field.name for field in fields(EventLog)]
    assert set(names) == set(KEYS)
    assert kept_log(lambda name: getattr(log, name)) == log
    assert kept_log(lambda name: None if name == "edges" else getattr(log, name)) is None


def test_a_stage_is_told_from_a_touch_of_its_name_after_an_earlier_log_too(engine):
    record = Changing(random.Random(3))
    log = prepare(record.tables(engine), keep(engine, "start"))
    deal = next(iter(record.deals))
    record.touches["new"] = (deal, f"{STAGE_ACTIVITY}P", START, 0)
    tables = record.tables(engine)
    after = prepare(tables, keep(engine, "after"), Earlier(log, pa.chunked_array([[deal]], pa.string())))
    assert rows(after) == rows(prepare(tables, keep(engine, "anew")))
