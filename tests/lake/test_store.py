"""Data versions: published whole, readable for as long as they are kept."""

import json
import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from deltalake import DeltaTable
from tests.lake.rows import merge

from afteraction.errors import Refused
from afteraction.lake.engine import open_record
from afteraction.lake.store import Lake
from afteraction.lake.writer import open_writer


@pytest.fixture
def three(lake, staged):
    """Versions 1 to 3, in each of which deal `a` has another owner and there is one more deal."""
    for number in (1, 2, 3):
        rows = [{"deal_id": deal, "outcome": "open", "owner": f"owner {number}"} for deal in "abc"[:number]]
        merge(lake, "deals", staged("deals", rows))
    return lake


def owners(read, version=None):
    return [row["owner"] for row in read("deals", "owner", version=version)]


def test_an_empty_home_has_no_version_and_says_what_to_do(lake):
    assert lake.current() is None
    assert lake.versions() == []
    with pytest.raises(Refused, match="afteraction import"):
        lake.snapshot()
    assert lake.compact() is None
    assert lake.forget(keep=1) == []


def test_every_version_stays_readable_as_it_was(three, read):
    assert [(s.version, s.rows["deals"]) for s in three.versions()] == [(1, 1), (2, 2), (3, 3)]
    for number in (1, 2, 3):
        assert owners(read, number) == [f"owner {number}"] * number
    assert owners(read) == ["owner 3"] * 3
    assert three.snapshot(2).at < three.snapshot(3).at <= datetime.now(UTC)


@pytest.mark.parametrize("last", [datetime(2026, 3, 1, 8, 0, 0, 999_999, UTC), datetime(1955, 3, 1, tzinfo=UTC)])
def test_the_log_knows_that_no_time_of_any_file_is_after_a_moment(lake, staged, last):
    for number, at in enumerate((last - timedelta(days=1), last, last - timedelta(days=2))):
        row = {"touch_id": f"t{number}", "deal_id": "a", "activity": "call", "at": at}
        merge(lake, "touches", staged("touches", [row]))
    second = timedelta(seconds=1)
    assert lake.snapshot(1).none_after("touches", "at", last - timedelta(days=1) + second)
    assert lake.snapshot().none_after("touches", "at", last + second)
    assert not lake.snapshot().none_after("touches", "at", last)
    assert not lake.snapshot().none_after("touches", "at", last - second)


def test_the_latest_time_there_is_does_no_harm(lake, staged):
    row = {"touch_id": "t", "deal_id": "a", "activity": "call", "at": datetime.max.replace(tzinfo=UTC)}
    merge(lake, "touches", staged("touches", [row]))
    assert not lake.snapshot().none_after("touches", "at", datetime.now(UTC))


def test_where_a_row_has_no_time_or_the_log_is_silent_nothing_is_known(lake, staged):
    closed = datetime(2026, 1, 1, tzinfo=UTC)
    merge(lake, "deals", staged("deals", [{"deal_id": "a", "outcome": "won", "closed_at": closed}]))
    assert lake.snapshot().none_after("deals", "closed_at", datetime.now(UTC))
    merge(lake, "deals", staged("deals", [{"deal_id": "b", "outcome": "open", "closed_at": None}]))
    assert not lake.snapshot().none_after("deals", "closed_at", datetime.now(UTC))
    assert not lake.snapshot().none_after("deals", "no such column", datetime.now(UTC))
    assert not lake.snapshot().none_after("touches", "at", datetime.now(UTC))


def test_a_version_that_is_not_there_is_refused_with_those_that_are(three):
    with pytest.raises(Refused, match="no data version 7") as refusal:
        three.snapshot(7)
    assert refusal.value.expected == "one of 1, 2, 3"


def test_compacting_joins_files_and_keeps_the_content(lake, staged, read):
    for number in range(5):
        merge(lake, "deals", staged("deals", [{"deal_id": f"d{number}", "outcome": "open"}]))
    assert len(lake.snapshot().files("deals")) == 5
    before = read("deals")
    snapshot = lake.compact()
    assert (snapshot.version, snapshot.note) == (6, "compacted version 5")
    assert len(snapshot.files("deals")) == 1
    assert read("deals") == before == read("deals", version=5)
    assert lake.compact().version == 6  # nothing left to do


def test_compacting_keeps_attributes_that_came_later(lake, staged, read):
    merge(lake, "deals", staged("deals", [{"deal_id": "a", "outcome": "open"}]))
    merge(lake, "deals", staged("deals", [{"deal_id": "b", "outcome": "open", "tier": "gold"}]))
    lake.compact()
    assert [row["tier"] for row in read("deals", "tier")] == [None, "gold"]
    assert merge(lake, "deals", staged("deals", [{"deal_id": "b", "outcome": "open", "tier": "gold"}])).same == 1


def test_forgetting_drops_old_versions_with_their_files_and_caches(three, home, read, staged):
    cache = home.cache / "1"
    cache.mkdir(parents=True)
    files = {number: three.snapshot(number).files("deals") for number in (1, 2, 3)}
    stray = three.tables_folder / "deals" / "part-of-a-killed-write.parquet"
    stray.write_bytes(b"PAR1")
    assert three.forget(keep=2) == [1]
    assert not cache.exists()
    assert not stray.exists()
    assert [s.version for s in three.versions()] == [2, 3]
    assert (owners(read, 2), owners(read)) == (["owner 2"] * 2, ["owner 3"] * 3)
    with pytest.raises(Refused, match="no data version 1"):
        three.snapshot(1)
    assert not any(os.path.exists(path) for path in set(files[1]) - {*files[2], *files[3]})  # noqa: PTH110
    assert three.forget(keep=2) == []
    assert three.forget(keep=1) == [2]
    assert merge(three, "deals", staged("deals", [{"deal_id": "z", "outcome": "won"}])).new == 1
    assert three.current().version == 4
    assert len(owners(read)) == 4


def test_forgetting_everything_is_refused(three, read):
    with pytest.raises(Refused, match="at least 1"):
        three.forget(keep=0)
    assert owners(read, 1) == ["owner 1"]


def test_a_version_outlasts_the_table_stores_own_clean_up(three, read):
    folder = three.tables_folder / "deals"
    long_ago = time.time() - 400 * 86_400
    for path in (folder / "_delta_log").iterdir():
        os.utime(path, (long_ago, long_ago))
    DeltaTable(folder).create_checkpoint()
    DeltaTable(folder).cleanup_metadata()
    assert owners(read, 1) == ["owner 1"]


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"version": 3}', "\x00\xff", '{"at": "yesterday"}'])
def test_a_damaged_version_file_is_named_and_can_be_deleted(three, home, read, damage, staged):
    path = home.lake / "versions" / "00000003.json"
    path.write_text(damage, encoding="latin-1")
    with pytest.raises(Refused, match=r"00000003\.json is damaged") as refusal:
        three.snapshot()
    assert "delete it to return to the version before" in refusal.value.next_step
    with pytest.raises(Refused, match="is damaged"):
        merge(three, "deals", staged("deals", [{"deal_id": "z", "outcome": "won"}]))
    path.unlink()
    assert owners(read) == ["owner 2"] * 2
    assert merge(three, "deals", staged("deals", [{"deal_id": "z", "outcome": "won"}])).new == 1
    assert owners(read) == ["owner 2"] * 2 + [None]


def test_a_half_written_version_file_is_no_version(three, home, read):
    (home.lake / "versions" / ".4.writing").write_text('{"version": 4')
    assert three.current().version == 3
    assert len(three.versions()) == 3


def test_a_table_that_lost_its_files_is_named(three, home):
    for path in (three.tables_folder / "deals" / "_delta_log").iterdir():
        path.unlink()
    with pytest.raises(Refused, match="table deals cannot be read"):
        open_record(home, three.snapshot())


def test_a_reader_sees_the_old_version_during_a_write_and_after_it_until_it_looks_again(three, home, staged, read):
    record = open_record(home, three.snapshot())
    with open_writer(three) as writer:
        writer.merge("deals", [staged("deals", [{"deal_id": "a", "outcome": "won", "owner": "new"}])])
        assert owners(read) == ["owner 3"] * 3
        writer.commit("changed")
        assert owners(read) == ["new", "owner 3", "owner 3"]
    assert record.version == 3
    assert record.tables["deals"].owner.to_pyarrow().to_pylist() == ["owner 3"] * 3


def test_a_second_writer_of_the_same_process_is_refused_too(lake, home):
    with open_writer(lake), pytest.raises(Refused, match="one writer at a time"), open_writer(Lake(home)):
        pass


def test_versions_are_plain_files_that_name_the_state_of_each_table(three, home):
    content = json.loads((home.lake / "versions" / "00000003.json").read_text())
    assert content.keys() == {"version", "at", "note", "tables", "rows"}
    assert (content["version"], content["tables"], content["rows"]) == (3, {"deals": 2}, {"deals": 3})


def test_a_table_with_features_that_plain_files_do_not_show_is_refused(three):
    DeltaTable(three.tables_folder / "deals").alter.set_table_properties({"delta.enableDeletionVectors": "true"}, False)
    snapshot = three.publish("by another program")
    with pytest.raises(Refused, match="deletionVectors"):
        snapshot.files("deals")
