"""Merging rows into tables: by key, counted, and refused where they cannot be."""

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.lake.rows import merge

from afteraction.errors import Refused
from afteraction.lake.engine import open_record
from afteraction.lake.writer import MergeCounts, open_writer

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)


def deal(name, **more):
    return {"deal_id": name, "outcome": "open", **more}


def test_the_first_rows_are_new_and_the_same_file_twice_changes_nothing(lake, staged, read):
    path = staged("deals", [deal("a", amount=1.5), deal("b", amount=None)])
    assert merge(lake, "deals", path) == MergeCounts(new=2, changed=0, same=0)
    assert merge(lake, "deals", path) == MergeCounts(new=0, changed=0, same=2)
    assert [s.version for s in lake.versions()] == [1]
    assert read("deals", "deal_id", "amount") == [{"deal_id": "a", "amount": 1.5}, {"deal_id": "b", "amount": None}]


def test_new_changed_and_same_rows_are_told_apart(lake, staged, read):
    merge(lake, "deals", staged("deals", [deal("a", owner="Ann"), deal("b", owner="Ben"), deal("c", owner=None)]))
    second = [deal("a", owner="Ann"), deal("b", owner=None), deal("c", owner="Cy"), deal("d", owner="Di")]
    assert merge(lake, "deals", staged("deals", second)) == MergeCounts(new=1, changed=2, same=1)
    assert read("deals", "deal_id", "owner") == [
        {"deal_id": "a", "owner": "Ann"},
        {"deal_id": "b", "owner": None},
        {"deal_id": "c", "owner": "Cy"},
        {"deal_id": "d", "owner": "Di"},
    ]


def test_columns_that_a_later_file_lacks_keep_their_values(lake, staged, read):
    merge(lake, "deals", staged("deals", [deal("a", owner="Ann", amount=10.0, region="North")]))
    assert merge(lake, "deals", staged("deals", [{"deal_id": "a", "amount": 12.0}])).changed == 1
    assert read("deals", "owner", "amount", "outcome", "region") == [
        {"owner": "Ann", "amount": 12.0, "outcome": "open", "region": "North"}
    ]
    assert merge(lake, "deals", staged("deals", [{"deal_id": "a"}])) == MergeCounts(new=0, changed=0, same=1)


def test_rows_of_several_files_with_different_columns_are_one_merge(lake, staged, read):
    one, other = staged("deals", [deal("a", owner="Ann")]), staged("deals", [deal("b", amount=2.0, tier="gold")])
    assert merge(lake, "deals", one, other).new == 2
    assert read("deals", "deal_id", "owner", "amount", "tier") == [
        {"deal_id": "a", "owner": "Ann", "amount": None, "tier": None},
        {"deal_id": "b", "owner": None, "amount": 2.0, "tier": "gold"},
    ]


def test_attributes_may_come_later_and_are_empty_before(lake, staged, read, home):
    merge(lake, "deals", staged("deals", [deal("a"), deal("b")]))
    assert merge(lake, "deals", staged("deals", [deal("c", tier="gold")])).new == 1  # new rows alone
    assert merge(
        lake, "deals", staged("deals", [deal("a", tier=None, seats=5.0), deal("d", tier="tin", seats=None)])
    ) == (MergeCounts(new=1, changed=1, same=0))
    assert read("deals", "deal_id", "tier", "seats") == [
        {"deal_id": "a", "tier": None, "seats": 5.0},
        {"deal_id": "b", "tier": None, "seats": None},
        {"deal_id": "c", "tier": "gold", "seats": None},
        {"deal_id": "d", "tier": "tin", "seats": None},
    ]
    assert open_record(home, lake.snapshot()).attributes("deals") == ("tier", "seats")
    assert open_record(home, lake.snapshot(1)).attributes("deals") == ()


def test_an_attribute_without_any_value_changes_nothing(lake, staged):
    merge(lake, "deals", staged("deals", [deal("a")]))
    assert merge(lake, "deals", staged("deals", [deal("a", tier=None)], tier=pa.string())).same == 1


@pytest.mark.parametrize(
    "name", ["Umsatz in €", "it's", 'the "big" one', "select", "a.b", "a=b", "is_new_row", "p", "deal_id_"]
)
def test_an_attribute_may_have_any_name(lake, staged, read, name):
    merge(lake, "deals", staged("deals", [deal("a"), deal("b")]))
    for value in ("one", "two"):
        changed = merge(
            lake, "deals", staged("deals", [deal("a", **{name: value}), deal(f"new {value}", **{name: value})])
        )
        assert changed == MergeCounts(new=1, changed=1, same=0)
    assert [row[name] for row in read("deals", name)] == ["two", None, "one", "two"]


def test_a_key_of_several_columns_with_an_empty_one_is_matched(lake, staged, read):
    use = {"content_id": "deck", "deal_id": "d", "person_id": None, "at": AT, "seconds": 1.0}
    uses = [use, use | {"person_id": "p"}, use | {"at": LATER}]
    assert merge(lake, "content_uses", staged("content_uses", uses)).new == 3
    assert merge(lake, "content_uses", staged("content_uses", uses)).same == 3
    again = [use | {"seconds": 9.0}, use | {"person_id": "p"}, use | {"person_id": "q"}]
    assert merge(lake, "content_uses", staged("content_uses", again)) == MergeCounts(new=1, changed=1, same=1)
    found = {(row["person_id"], row["at"]): row["seconds"] for row in read("content_uses")}
    assert found == {(None, AT): 9.0, ("p", AT): 1.0, (None, LATER): 1.0, ("q", AT): 1.0}


def test_a_stage_change_is_the_same_only_at_the_same_microsecond(lake, staged, read):
    move = {"deal_id": "d", "at": AT, "stage": "Propose", "actor": "Ann"}
    merge(lake, "stage_changes", staged("stage_changes", [move]))
    other = move | {"at": AT.replace(microsecond=123457)}
    assert merge(lake, "stage_changes", staged("stage_changes", [move | {"actor": "Ben"}, other])) == (
        MergeCounts(new=1, changed=1, same=0)
    )
    assert [(row["at"], row["actor"]) for row in read("stage_changes")] == [(AT, "Ben"), (other["at"], "Ann")]


def test_numbers_that_are_none_and_infinities_compare_as_they_are(lake, staged):
    odd = [deal("a", amount=float("nan")), deal("b", amount=float("inf")), deal("c", amount=-0.0)]
    merge(lake, "deals", staged("deals", odd))
    assert merge(lake, "deals", staged("deals", odd)).same == 3


def test_several_tables_are_published_as_one_version(lake, staged, read):
    with open_writer(lake) as writer:
        writer.merge("deals", [staged("deals", [deal("a")])])
        writer.merge("people", [staged("people", [{"person_id": "p", "name": "Ann"}])])
        writer.merge("deals", [staged("deals", [deal("b")])])
        snapshot = writer.commit("both")
    assert (snapshot.version, snapshot.note, dict(snapshot.rows)) == (1, "both", {"deals": 2, "people": 1})
    assert len(read("deals")) == 2


def test_what_is_not_committed_is_gone(lake, staged, read):
    merge(lake, "deals", staged("deals", [deal("a", owner="Ann")]))
    with open_writer(lake) as writer:
        writer.merge("deals", [staged("deals", [deal("a", owner="Ben"), deal("b", owner="Cy")])])
        writer.merge("people", [staged("people", [{"person_id": "p"}])])
    assert read("deals", "owner") == [{"owner": "Ann"}]
    assert merge(lake, "deals", staged("deals", [deal("c", owner="Di")])).new == 1
    assert read("deals", "deal_id") == [{"deal_id": "a"}, {"deal_id": "c"}]
    assert read("people") == []
    assert not (lake.tables_folder / "people").exists()


def test_an_attribute_that_was_taken_back_may_come_again_with_another_type(lake, staged, read):
    merge(lake, "deals", staged("deals", [deal("a")]))
    with open_writer(lake) as writer:
        writer.merge("deals", [staged("deals", [deal("a", seats="five")])])
    merge(lake, "deals", staged("deals", [deal("a", seats=5.0)]))
    assert read("deals", "seats") == [{"seats": 5.0}]


def test_rows_are_written_in_the_order_in_which_they_are_read(lake, staged):
    rows = [
        {"touch_id": f"t{n}", "deal_id": f"d{n % 7}", "activity": "call", "at": AT.replace(minute=n % 60)}
        for n in range(500)
    ]
    merge(lake, "touches", staged("touches", rows))
    (file,) = lake.snapshot().files("touches")
    written = pq.read_table(file).select(["deal_id", "at"]).to_pylist()
    assert written == sorted(written, key=lambda row: (row["deal_id"], row["at"]))


REFUSED = [
    ("deals", [deal("a"), deal("a", owner="Ann")], {}, "key .'a',. in 2 rows"),
    ("deals", [deal(None)], {}, "1 rows without deal_id"),
    ("deals", [{"outcome": "won"}], {}, "no column deal_id"),
    ("deals", [deal("new", outcome=None)], {}, "1 rows without outcome"),
    ("deals", [{"deal_id": "new"}], {}, "1 new rows without outcome"),
    ("deals", [deal("known", outcome=None)], {}, "1 rows without outcome"),
    ("deals", [deal("new", tier=1.0)], {}, "attribute tier holds numbers"),
    ("deals", [deal("new", seats="five")], {}, "attribute seats holds text"),
    ("deals", [deal("new", Tier="gold")], {}, "columns tier and Tier"),
    ("deals", [deal("new", Owner="Ann")], {}, "columns owner and Owner"),
    ("deals", [deal("new", big="yes", BIG="no")], {}, "columns big and BIG"),
    ("deals", [deal("new", vip=True)], {"vip": pa.bool_()}, "attribute vip of type bool"),
    ("deals", [deal("new") | {" ": "x"}], {}, "a column without a name"),
    ("touches", [{"touch_id": "t", "deal_id": "a", "activity": "call", "at": AT, "mood": "good"}], {}, "column mood"),
    ("touches", [{"touch_id": "t", "deal_id": "a", "at": AT}], {}, "1 new rows without activity"),
    ("content_uses", [{"content_id": "c", "deal_id": "d", "person_id": None, "at": AT}] * 2, {}, "in 2 rows"),
]


@pytest.mark.parametrize(("table", "rows", "types", "found"), REFUSED)
def test_rows_that_cannot_be_merged_are_refused_and_change_nothing(lake, staged, read, table, rows, types, found):
    merge(lake, "deals", staged("deals", [deal("known", tier="gold", seats=1.0)]))
    before = read("deals")
    with pytest.raises(Refused, match=found):
        merge(lake, table, staged(table, rows, **types))
    assert [snapshot.version for snapshot in lake.versions()] == [1]
    assert read("deals") == before
    assert merge(lake, "deals", staged("deals", [deal("other")])).new == 1
    assert len(read("deals")) == 2


@pytest.mark.parametrize(("table", "rows", "types", "found"), REFUSED[:4])
def test_they_are_refused_as_the_first_rows_of_a_table_too(lake, staged, table, rows, types, found):
    with pytest.raises(Refused, match=found):
        merge(lake, table, staged(table, rows, **types))
    assert lake.current() is None


def test_an_empty_file_makes_no_table(lake, staged, read):
    path = staged("deals", [deal("a")])
    pq.write_table(pa.parquet.read_table(path).slice(0, 0), path)
    assert merge(lake, "deals", path) == MergeCounts(0, 0, 0)
    assert read("deals") == []
    assert merge(lake, "deals", staged("deals", [deal("b")])).new == 1
    assert merge(lake, "deals", path) == MergeCounts(0, 0, 0)
