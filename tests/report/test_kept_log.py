"""The log of a data version after imports: only what they touched is encoded anew, and it is the log from nothing."""

import random
import shutil
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from tests.lake.rows import Staged

from afteraction.analysis import encoding
from afteraction.analysis.event_log import EventLog, kept_log
from afteraction.lake.cache import FileCache
from afteraction.lake.changes import touched_since
from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from afteraction.lake.writer import open_writer
from afteraction.report.kept_log import event_log

KEYS = {"events": ["deal_no", "pos"], "variant_events": ["variant", "pos"], "edges": ["before", "after"]}
KEYS |= {"cases": ["deal_no"], "activities": ["activity"], "counts": ["activity"]}
KEYS |= {"variants": ["variant"], "sequences": ["variant"]}
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def lake(tmp_path):
    return Lake(Home.at(tmp_path / "home"))


def write(lake, **rows):
    """Import rows of tables as one data version."""
    staged = Staged(lake.home)
    with open_writer(lake) as writer:
        for table, some in rows.items():
            if some:
                writer.merge(table, [staged(table, some)])
        return writer.commit("test")


def opened(lake, version=None):
    snapshot = lake.snapshot(version)
    return event_log(lake, snapshot, open_record(lake.home, snapshot))


def rows(log):
    return {name: getattr(log, name).order_by(key).to_pyarrow() for name, key in KEYS.items()}


def kept_from_nothing(lake):
    """The log made from nothing in the place of the one that is kept."""
    kept = lake.home.cache / str(lake.snapshot().version)
    aside = kept.rename(kept.with_name("aside"))
    found = rows(opened(lake))
    shutil.rmtree(kept)
    aside.rename(kept)
    return found


def touch(rng, number, deals, *, known):
    deal = rng.choice(deals)
    # Some are planned: they happen between one import and the next, as the clock goes on.
    at = NOW + timedelta(hours=rng.choice((24, 24.2, 24.8, 25.7, 26, 48) if rng.random() < 0.08 else (-50, -20, -3)))
    return {
        "touch_id": f"t{rng.randrange(known) if known else number}",
        "deal_id": deal,
        "activity": rng.choice(("call", "mail", "demo", f"new {number}")),
        "at": at,
        "source_order": rng.choice((None, 1)),
    }


def first(rng):
    deals = [f"deal {n:02}" for n in range(40)]
    return {
        "deals": [{"deal_id": d, "outcome": "open"} for d in deals],
        "touches": [touch(rng, n, deals, known=0) for n in range(120)],
        "stage_changes": [
            {"deal_id": d, "at": NOW - timedelta(days=3), "stage": "Qualify", "source_order": 0} for d in deals
        ],
    }


def later(rng, step):
    """New deals before, between and behind the others, their events, moved and changed ones, and ends."""
    new = [f"deal {rng.randrange(40):02} {step}" for _n in range(rng.randrange(3))]
    deals = [*(f"deal {n:02}" for n in range(40)), *new]
    known = {touch["touch_id"]: touch for touch in (touch(rng, 0, deals, known=120) for _n in range(rng.randrange(4)))}
    added = [touch(rng, f"{step}-{n}", deals, known=0) for n in range(rng.randrange(4))]
    ended = {rng.choice(deals): rng.choice(("won", "lost")) for _n in range(rng.randrange(3))}
    moved = {rng.choice(deals) for _n in range(rng.randrange(3))}
    return {
        "deals": [{"deal_id": d, "outcome": ended.get(d, "open")} for d in {**ended, **dict.fromkeys(new)}],
        "touches": [*known.values(), *added],
        "stage_changes": [
            {"deal_id": d, "at": NOW - timedelta(hours=step), "stage": rng.choice("PQ"), "source_order": 0}
            for d in moved
        ],
    }


@pytest.mark.parametrize("seed", range(2))
def test_after_random_imports_the_kept_log_equals_one_made_from_nothing(lake, seed):
    rng = random.Random(seed)
    write(lake, **first(rng))
    opened(lake)
    after = 0
    for step in range(5):
        # The clock goes on by half an hour with each import: events planned then have happened now.
        with patch("afteraction.lake.store.datetime", wraps=datetime) as clock:
            clock.now.return_value = NOW + timedelta(minutes=30 * step)
            write(lake, **later(rng, step))
        if rng.random() < 0.3:
            continue  # no one looked at this version: the next one is made after an earlier one still
        with patch.object(encoding, "encode_after", wraps=encoding.encode_after) as used:
            found = rows(opened(lake))
        after += used.call_count
        assert found == kept_from_nothing(lake)
    assert after


def test_a_touch_that_moves_to_another_deal_touches_both(lake):
    touches = [{"touch_id": "t", "deal_id": "a", "activity": "call", "at": NOW - timedelta(days=2)}]
    deals = [{"deal_id": name, "outcome": "open"} for name in "abcdef"]
    write(lake, deals=deals, touches=touches)
    snapshot = write(lake, touches=[{"touch_id": "t", "deal_id": "b"}])
    [touched] = touched_since(lake, snapshot)
    assert sorted(touched.deal_ids.to_pylist()) == ["a", "b"]
    snapshot = write(lake, touches=[{"touch_id": "t", "activity": "mail"}])  # says nothing of the deal
    near, far = touched_since(lake, snapshot)
    assert near.deal_ids.to_pylist() == ["b"]
    assert (far.earlier.version, set(far.deal_ids.to_pylist())) == (1, {"a", "b"})


def test_an_import_of_other_tables_and_a_compact_one_touch_no_deal(lake):
    write(lake, **first(random.Random(1)))
    opened(lake)
    write(lake, accounts=[{"account_id": "a"}])
    write(lake, touches=[{"touch_id": "t0", "minutes": 3.0}])
    lake.compact()
    lasts = [touched.deal_ids.to_pylist() for touched in touched_since(lake, lake.snapshot())]
    assert [len(each) for each in lasts] == [0, 1, 1] or [len(each) for each in lasts] == [1, 1]
    assert rows(opened(lake)) == kept_from_nothing(lake)


def test_a_version_that_took_the_place_of_another_is_not_what_the_note_speaks_of(lake):
    write(lake, **first(random.Random(1)))
    write(lake, touches=[{"touch_id": "t1", "activity": "chat"}])
    snapshot = write(lake, touches=[{"touch_id": "t2", "activity": "chat"}])
    assert len([*touched_since(lake, snapshot)]) == 2
    path = lake.home.lake / "versions" / "00000002.json"
    path.write_text(path.read_text().replace('"at": "2', '"at": "1'))
    assert [*touched_since(lake, snapshot)] == []
    path.unlink()
    assert [*touched_since(lake, snapshot)] == []
    assert rows(opened(lake)) == kept_from_nothing(lake)


def test_the_kept_log_is_read_and_not_made_again(lake):
    write(lake, **first(random.Random(1)))
    assert isinstance(opened(lake), EventLog)
    with patch("afteraction.report.kept_log.prepare", side_effect=AssertionError("made again")):
        opened(lake)
    cache = FileCache(lake.home, 1, open_record(lake.home, lake.snapshot()).con)
    assert kept_log(cache.kept) is not None
    next((lake.home.cache / "1").glob("edges-*")).unlink()
    assert kept_log(cache.kept) is None
