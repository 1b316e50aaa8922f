"""Whole imports of canonical files: what is kept, what is refused and why, and that nothing is counted twice."""

import os
import random

import pytest
from tests.ingest.installation import Files, Installation

from afteraction.errors import Refused
from afteraction.ingest import ImportReport, TableCounts
from afteraction.lake.store import Lake

DEALS = """
deal_id,owner,amount,created_at,closed_at,outcome,stage
D1,ann,100,2024-01-01,2024-02-01,won,Won
D2,bob,200,2024-01-05,,open,Propose
D3,ann,300,2024-01-06,2024-03-01,lost,Lost
"""
EVENTS = """
deal_id,activity,at,actor
D1,Call,2024-01-02 10:00,ann
D1,Mail,2024-01-03 10:00,ann
D2,Call,2024-01-08 10:00,bob
D3,Call,2024-01-09 10:00,ann
"""


def counts(report: ImportReport, table: str) -> TableCounts:
    return report.tables[table]


def accounted(report: ImportReport, table: str) -> int:
    """Rows of a table that the report tells of, one way or another."""
    one = report.tables[table]
    return one.merged + one.refused + one.repeated + one.older


def test_canonical_files_need_no_mapping(files: Files, installation: Installation) -> None:
    report = installation.imports(files.write("deals.csv", DEALS), files.write("events.csv", EVENTS))
    assert report.mapping is None
    assert report.draft is None
    assert report.refusals is None
    assert counts(report, "deals") == TableCounts(new=3)
    assert counts(report, "touches") == TableCounts(new=4)
    assert [use.recognised for use in report.sheets] == ["canonical headers"] * 2
    assert report.version == 1
    assert not list(installation.home.folder.glob("staging/*"))


def test_the_same_files_again_change_nothing(files: Files, installation: Installation) -> None:
    paths = files.write("deals.csv", DEALS), files.write("events.csv", EVENTS)
    installation.imports(*paths)
    report = installation.imports(*paths)
    assert counts(report, "deals") == TableCounts(same=3)
    assert counts(report, "touches") == TableCounts(same=4)
    assert report.version == 1


def test_rows_in_another_order_are_the_same_deals_and_touches(files: Files, installation: Installation) -> None:
    twice = EVENTS + "D1,Call,2024-01-02 10:00,ann\nD1,Call,2024-01-02 10:00,ann\n"
    installation.imports(files.write("deals.csv", DEALS), files.write("events.csv", twice))
    content = 'SELECT touch_id, deal_id, activity, "at", actor FROM touches ORDER BY ALL'
    before = installation.rows(content)
    header, *lines = twice.strip().splitlines()
    random.Random(1).shuffle(lines)
    report = installation.imports(files.write("events.csv", "\n".join([header, *lines]) + "\n"))
    assert counts(report, "touches").new == 0
    assert installation.rows(content) == before


def test_equal_touches_stay_as_many_as_they_are(files: Files, installation: Installation) -> None:
    events = EVENTS + "D1,Call,2024-01-02 10:00,ann\n"
    report = installation.imports(files.write("deals.csv", DEALS), files.write("events.csv", events))
    assert counts(report, "touches") == TableCounts(new=5)


def test_every_problem_of_every_row_is_in_the_refusals_file(files: Files, installation: Installation) -> None:
    path = files.write(
        "deals.csv",
        DEALS
        + """\
D4,ann,abc,not a day,2024-03-01,perhaps,Lost
,ann,5,2024-01-01,,open,Propose
D5,ann,many,2024-01-01,,open,Propose
""",
    )
    report = installation.imports(path)
    assert installation.refusals(report) == [
        "deals.csv,5,amount,abc,a number such as 1234.5,no",
        'deals.csv,5,created_at,not a day,"a date such as 2024-03-31 14:05, year first (UTC)",no',
        'deals.csv,5,outcome,perhaps,"one of open, won, lost, no_decision",no',
        'deals.csv,6,deal_id,(empty),"a value, because deal_id may not be empty",no',
        "deals.csv,7,amount,many,a number such as 1234.5,yes",
    ]
    assert counts(report, "deals") == TableCounts(new=4, refused=2, cells=1)
    assert installation.rows("SELECT deal_id, amount FROM deals WHERE deal_id = 'D5'") == [("D5", None)]


def test_the_refusals_file_depends_on_what_was_refused_alone(files: Files, installation: Installation) -> None:
    path = files.write("deals.csv", DEALS + "D4,ann,5,2024-01-01,,perhaps,Lost\n")
    first = installation.imports(path).refusals
    assert installation.imports(path).refusals == first
    files.write("deals.csv", DEALS + "D4,ann,5,2024-01-01,,never,Lost\n")
    assert installation.imports(path).refusals != first


def test_repeated_ids_are_one_row_and_conflicting_ones_are_refused(files: Files, installation: Installation) -> None:
    path = files.write(
        "deals.csv",
        DEALS
        + """\
D1,ann,100,2024-01-01,2024-02-01,won,Won
D2,bob,250,2024-01-05,,open,Close
""",
    )
    report = installation.imports(path)
    assert counts(report, "deals") == TableCounts(new=3, refused=1, repeated=1)
    (refusal,) = installation.refusals(report)
    assert refusal == (
        'deals.csv,6,deal_id,"D2 once more, with another amount, stage",'
        "each deal_id once; row 3 of deals.csv was kept,no"
    )
    assert installation.rows("SELECT amount FROM deals WHERE deal_id = 'D2'") == [(200.0,)]


def test_events_of_unknown_and_of_refused_deals_are_refused_by_name(files: Files, installation: Installation) -> None:
    deals = files.write("deals.csv", DEALS + "D4,ann,5,2024-01-01,,perhaps,Lost\n")
    events = files.write("events.csv", EVENTS + "D9,Call,2024-01-02,ann\nD4,Call,2024-01-02,ann\n")
    report = installation.imports(deals, events)
    assert counts(report, "touches") == TableCounts(new=4, refused=2)
    assert installation.refusals(report)[1:] == [
        'events.csv,6,deal_id,"deal D9, which is not in the record",a deal of this import or of an earlier one,no',
        'events.csv,7,deal_id,"deal D4, which was refused itself",a deal of this import or of an earlier one,no',
    ]


def test_stage_changes_may_say_nothing_of_outcomes(files: Files, installation: Installation) -> None:
    ended = "deal_id,outcome,stage,created_at,closed_at\na,won,Close,2025-01-01,\nb,open,Qualify,2025-01-05,\n"
    deals = files.write("deals.csv", ended)
    moves = files.write("stage_changes.csv", "deal_id,stage,at\na,Qualify,2025-01-02\na,Close,2025-02-03\n")
    installation.imports(deals, moves)
    closed = "SELECT outcome, closed_at::DATE::VARCHAR FROM deals ORDER BY deal_id"
    assert installation.rows(closed) == [("won", "2025-02-03"), ("open", None)]  # when it entered the stage it is in
    again = files.write("stage_changes.csv", "deal_id,stage,at\nb,Close,2025-03-03\n")
    installation.imports(again)
    assert installation.rows("SELECT count(*) FROM stage_changes") == [(3,)]


def test_events_may_belong_to_deals_of_an_earlier_import(files: Files, installation: Installation) -> None:
    installation.imports(files.write("deals.csv", DEALS))
    report = installation.imports(files.write("events.csv", EVENTS))
    assert counts(report, "touches") == TableCounts(new=4)


def test_deals_without_events_are_kept_and_counted(files: Files, installation: Installation) -> None:
    report = installation.imports(
        files.write("deals.csv", DEALS), files.write("events.csv", "\n".join(EVENTS.splitlines()[:3]))
    )
    assert "2 of 3 deals have no touches and no stage changes" in report.warnings


def test_a_deal_that_closed_before_it_was_created_is_refused_with_both_days(
    files: Files, installation: Installation
) -> None:
    report = installation.imports(files.write("deals.csv", DEALS + "D4,ann,5,2024-03-01,2024-02-01,won,Won\n"))
    (refusal,) = installation.refusals(report)
    assert refusal == (
        'deals.csv,5,closed_at,"closed on 2024-02-01 00:00 UTC, created on 2024-03-01 00:00 UTC",'
        "a deal that closes after it was created,no"
    )


def test_a_deal_may_close_on_the_day_it_was_created_when_the_hour_is_not_known(
    files: Files, installation: Installation
) -> None:
    report = installation.imports(files.write("deals.csv", DEALS + "D4,ann,5,2024-03-01 15:30,2024-03-01,won,Won\n"))
    assert counts(report, "deals") == TableCounts(new=4)


def test_an_open_deal_has_no_closing_time(files: Files, installation: Installation) -> None:
    report = installation.imports(files.write("deals.csv", DEALS + "D4,ann,5,2024-03-01,2024-04-01,open,Propose\n"))
    assert counts(report, "deals") == TableCounts(new=4, cells=1)
    assert installation.refusals(report)[0].endswith("no closing time while a deal is open,yes")
    assert installation.rows("SELECT closed_at FROM deals WHERE deal_id = 'D4'") == [(None,)]


def test_a_missing_closing_time_is_taken_from_the_last_stage_change(files: Files, installation: Installation) -> None:
    deals = files.write(
        "deals.csv",
        """
        deal_id,closed_at,outcome,stage
        D1,,won,Signed
        D2,,lost,Lost
        D3,,lost,
        D4,,open,Propose
        """,
    )
    changes = files.write(
        "stage_changes.csv",
        """
        deal_id,at,stage,outcome
        D1,2024-01-01,Propose,
        D1,2024-01-05,Signed,won
        D1,2024-01-03,Signed,won
        D2,2024-01-09,Lost,
        D3,2024-01-10,Propose,
        D4,2024-01-11,Propose,
        """,
    )
    report = installation.imports(deals, changes)
    closed = installation.rows("SELECT deal_id, strftime(closed_at, '%d') FROM deals ORDER BY 1")
    assert closed == [("D1", "05"), ("D2", "09"), ("D3", None), ("D4", None)]
    assert "1 deals have ended, but nothing says when (for example D3)" in report.warnings
    assert (
        "1 deals got the day they closed from the last change into their final stage (for example D2)"
        in report.warnings
    )


def test_times_of_another_age_and_in_the_future_are_pointed_out(files: Files, installation: Installation) -> None:
    events = EVENTS + "D1,Call,1970-01-01,ann\nD1,Call,2062-01-01,ann\n"
    report = installation.imports(files.write("deals.csv", DEALS), files.write("events.csv", events))
    assert counts(report, "touches").new == 6
    assert any(w.startswith("touches.at: 2 times before 1990 or in the future") for w in report.warnings)


def test_references_that_lead_nowhere_are_pointed_out(files: Files, installation: Installation) -> None:
    people = files.write("people.csv", "person_id,name\nann,Ann\n")
    leads = files.write("leads.csv", "lead_id,source,converted_deal_id\nL1,Web,D1\nL2,Web,D77\n")
    report = installation.imports(files.write("deals.csv", DEALS), people, leads)
    assert "deals.owner: 1 values name no person in the record (for example bob)" in report.warnings
    assert "leads.converted_deal_id: 1 values name no deal in the record (for example D77)" in report.warnings


def test_a_changed_deal_is_changed_and_the_others_stay_the_same(files: Files, installation: Installation) -> None:
    installation.imports(files.write("deals.csv", DEALS))
    report = installation.imports(
        files.write(
            "deals.csv",
            DEALS.replace("D2,bob,200,2024-01-05,,open,Propose", "D2,bob,200,2024-01-05,2024-05-01,won,Won"),
        )
    )
    assert counts(report, "deals") == TableCounts(changed=1, same=2)
    assert report.version == 2


def test_attributes_keep_their_name_and_the_type_of_the_first_import(files: Files, installation: Installation) -> None:
    first = "deal_id,outcome,seats,region\nD1,open,12,North\nD2,open,,South\n"
    installation.imports(files.write("deals.csv", first))
    report = installation.imports(files.write("deals.csv", "deal_id,outcome,seats,region\nD3,open,a dozen,7\n"))
    assert installation.refusals(report) == ["deals.csv,2,seats,a dozen,a number such as 1234.5,yes"]
    rows = installation.rows("SELECT deal_id, seats, region FROM deals ORDER BY 1")
    assert rows == [("D1", 12.0, "North"), ("D2", None, "South"), ("D3", None, "7")]


def test_columns_that_a_table_does_not_keep_are_named(files: Files, installation: Installation) -> None:
    events = files.write("events.csv", "deal_id,activity,at,cost\nD1,Call,2024-01-02,5\n")
    report = installation.imports(files.write("deals.csv", DEALS), events)
    assert report.sheets[1].columns_left_out == {"cost": "touches keep no further columns"}


def test_what_cannot_be_read_of_a_file_is_refused_with_the_rest_kept(files: Files, installation: Installation) -> None:
    path = files.folder / "deals.csv"
    path.write_bytes(b"deal_id,outcome\nD1,open\nD2,open,too,many\nD3,open\n")
    report = installation.imports(path)
    assert counts(report, "deals").new == 2
    assert report.unread == 1
    assert report.refused == 1
    assert installation.refusals(report)[0].startswith("deals.csv,3,")


def test_a_source_that_cannot_be_read_changes_nothing(files: Files, installation: Installation) -> None:
    installation.imports(files.write("deals.csv", DEALS))
    broken = files.folder / "more.xes"
    broken.write_text("<log><trace>")
    with pytest.raises(Refused):
        installation.imports(broken)
    assert Lake(installation.home).snapshot().version == 1


def test_a_second_writer_is_told_to_wait(files: Files, installation: Installation) -> None:
    path = files.write("deals.csv", DEALS)
    with Lake(installation.home).lock(), pytest.raises(Refused, match="another import is writing"):
        installation.imports(path)


def test_an_import_of_nothing_but_headers_says_so(files: Files, installation: Installation) -> None:
    report = installation.imports(files.write("deals.csv", "deal_id,outcome\n"))
    assert report.nothing_imported


def test_times_are_the_same_whatever_zone_the_machine_is_in(
    files: Files, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Kiritimati")
    installation.imports(files.write("deals.csv", DEALS))
    assert installation.rows("SELECT strftime(created_at, '%Y-%m-%d %H:%M') FROM deals WHERE deal_id = 'D1'") == [
        ("2024-01-01 00:00",)
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_row_read_is_in_one_number_and_a_repetition_changes_nothing(
    seed: int, files: Files, installation: Installation
) -> None:
    dice = random.Random(seed)
    choices = [["D1", "D2", "D3", "D4", ""], ["1", "2", "x"], ["open", "won", "odd"], ["2024-01-01", "2024-02-30", ""]]
    lines = [[dice.choice(values) for values in choices] for _ in range(60)]
    header = "deal_id,amount,outcome,created_at"
    path = files.write("deals.csv", "\n".join([header, *map(",".join, lines)]) + "\n")
    first = installation.imports(path)
    second = installation.imports(path)
    assert accounted(first, "deals") == accounted(second, "deals") == len(lines)
    assert second.tables["deals"].new == second.tables["deals"].changed == 0
    assert first.tables["deals"].new == len({deal for deal, _, outcome, _ in lines if deal and outcome != "odd"})


def test_closing_dates_before_creation_in_many_deals_come_with_advice(files: Files, installation: Installation) -> None:
    late = "".join(f"B{n},ann,5,2024-03-01,2024-02-0{n},won,Won\n" for n in range(1, 5))
    report = installation.imports(files.write("deals.csv", DEALS + late))
    assert counts(report, "deals") == TableCounts(new=3, refused=4)
    assert any(warning.startswith("4 of 6 ended deals closed before they were created") for warning in report.warnings)


def test_an_import_that_can_use_no_row_is_refused_whole(files: Files, installation: Installation) -> None:
    path = files.write("deals.csv", "deal_id,outcome,created_at\n,won,2024-01-01\nD1,perhaps,2024-01-01\n")
    with pytest.raises(Refused, match="2 rows, none of which can be used; the first is row 2 of"):
        installation.imports(path)
    assert Lake(installation.home).current() is None


def test_amounts_that_would_overflow_a_sum_are_left_empty(files: Files, installation: Installation) -> None:
    report = installation.imports(files.write("deals.csv", DEALS + "D4,ann,1e308,2024-01-01,2024-02-01,won,Won\n"))
    assert installation.refusals(report) == ["deals.csv,5,amount,1e308,a number such as 1234.5,yes"]
