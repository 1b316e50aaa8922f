"""Sheets to typed rows, by every word that a mapping file knows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.ingest.installation import Files

from afteraction.ingest.fills import Converted, convert
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, SourceMapping
from afteraction.ingest.workspace import Workspace

Open = Callable[..., Workspace]


def convert_first(work: Workspace, fill: Fill, **defaults: str) -> Converted:
    mapping = SourceMapping((SheetMapping("*", (fill,)),), **defaults)
    return convert(work, 0, work.sheets[0], fill, mapping)


def values(work: Workspace, converted: Converted, *columns: str) -> list[tuple[Any, ...]]:
    order = ", ".join(columns)
    return work.rows(f"SELECT {order} FROM {converted.good} ORDER BY _row, {order}")


def problems(work: Workspace, converted: Converted) -> list[tuple[Any, ...]]:
    each = f"SELECT _row, unnest(_problems) AS p FROM {converted.relation}"
    return work.rows(f"SELECT _row, p.cell, p.found, p.refuses FROM ({each}) ORDER BY ALL")


DEAL = {"deal_id": Cell(column="id"), "outcome": Cell(value="open")}


def test_texts_are_tidied_and_translated_and_empty_markers_are_nothing(files: Files, open_workspace: Open) -> None:
    path = files.write(
        "deals.csv",
        """
        id,product,source,name
        1,GTXPro,\u00a0 Web ,n/a
        2,GTX Basic,NULL,(none)
        3,gtxpro,,None
        """,
    )
    work = open_workspace(path)
    cells = DEAL | {"source": Cell(column="source"), "name": Cell(column="name", empty=("(none)",))}
    converted = convert_first(
        work, Fill("deals", cells, {"product": Cell(column="product", values={"GTXPro": "GTX Pro"})})
    )
    assert values(work, converted, "deal_id", "product", "source", "name") == [
        ("1", "GTX Pro", "Web", None),
        ("2", "GTX Basic", None, None),
        ("3", "GTX Pro", None, "None"),
    ]


def test_cells_are_joined_chosen_prefixed_and_filled_in(files: Files, open_workspace: Open) -> None:
    path = files.write(
        "people.csv",
        """
        id,first,last,title,role,site
        7,Ann,Lee,,Rep,https://www.acme.com/x
        8,,Ray,Head,Rep,
        """,
    )
    work = open_workspace(path)
    fill = Fill(
        "people",
        {
            "person_id": Cell(column="id", prefix="p-"),
            "name": Cell(join=("first", "last")),
            "role": Cell(first=("title", "role")),
            "email": Cell(column="site", take="domain", when_empty="unknown"),
            "side": Cell(value="us"),
        },
    )
    converted = convert_first(work, fill)
    assert values(work, converted, "person_id", "name", "role", "email", "side") == [
        ("p-7", "Ann Lee", "Rep", "acme.com", "us"),
        ("p-8", "Ray", "Head", "unknown", "us"),
    ]


def test_ids_are_made_of_row_numbers_only_where_the_mapping_says_so(files: Files, open_workspace: Open) -> None:
    work = open_workspace(files.write("deals.csv", "a,b\nx,1\ny,2\n"))
    converted = convert_first(work, Fill("deals", DEAL | {"deal_id": Cell(row_number="row-")}))
    assert values(work, converted, "deal_id") == [("row-2",), ("row-3",)]


def test_a_bad_value_leaves_an_optional_cell_empty_and_refuses_the_row_in_a_required_one(
    files: Files, open_workspace: Open
) -> None:
    path = files.write(
        "touches.csv",
        """
        deal,what,when,minutes,side
        1,Call,2024-01-01,ten,us
        2,Call,yesterday,-5,them
        ,Call,2024-01-01,5,buyer
        3,,,5,
        """,
    )
    work = open_workspace(path)
    fill = Fill(
        "touches",
        {
            "deal_id": Cell(column="deal"),
            "activity": Cell(column="what"),
            "at": Cell(column="when"),
            "minutes": Cell(column="minutes"),
            "side": Cell(column="side"),
        },
    )
    converted = convert_first(work, fill)
    assert values(work, converted, "deal_id", "minutes", "side") == [("1", None, "us")]
    assert problems(work, converted) == [
        (2, "minutes", "ten", False),
        (3, "minutes", "-5", False),
        (3, "side", "them", False),
        (3, "when", "yesterday", True),
        (4, "deal", "(empty)", True),
        (5, "what", "(empty)", True),
        (5, "when", "(empty)", True),
    ]


def test_a_lookup_takes_the_first_match_and_leaves_others_empty(files: Files, open_workspace: Open) -> None:
    deals = files.write("a.csv", "id,stage\n1,s1\n2,s2\n3,\n4,s9\n")
    stages = files.write("stages.csv", "key,label\ns1,Propose\ns1,Again\ns2,Close\n")
    work = open_workspace(deals, stages)
    cell = Cell(column="stage", lookup=Lookup("stages.csv", "key", "label"))
    converted = convert_first(work, Fill("deals", DEAL | {"stage": cell}))
    assert values(work, converted, "deal_id", "stage") == [("1", "Propose"), ("2", "Close"), ("3", None), ("4", None)]
    assert converted.notes == ("deals.stage: 2 of 3 found in stages.csv",)


def test_a_required_lookup_that_fails_says_what_was_looked_for(files: Files, open_workspace: Open) -> None:
    work = open_workspace(files.write("a.csv", "id\n1\n"), files.write("b.csv", "key,deal\n2,D\n"))
    fill = Fill("deals", DEAL | {"deal_id": Cell(column="id", lookup=Lookup("b.csv", "key", "deal"))})
    assert problems(work, convert_first(work, fill)) == [(2, "id", "1", True)]


def test_dated_columns_become_rows_in_their_order(files: Files, open_workspace: Open) -> None:
    path = files.write("a.csv", "id,qualified on,won on\n1,2024-01-02,2024-01-05\n2,2024-02-02,\n3,soon,\n")
    work = open_workspace(path)
    fill = Fill(
        "stage_changes",
        {"deal_id": Cell(column="id")},
        dated_columns={"qualified on": "Qualify", "won on": "Won"},
        outcomes={"Won": "won"},
    )
    converted = convert_first(work, fill)
    assert values(work, converted, "deal_id", "stage", "outcome", "source_order") == [
        ("1", "Qualify", None, 4),
        ("1", "Won", "won", 5),
        ("2", "Qualify", None, 6),
    ]
    assert problems(work, converted) == [(4, "qualified on", "soon", True)]


def test_a_row_with_a_list_stands_for_one_row_per_entry_with_ids_of_their_own(
    files: Files, open_workspace: Open
) -> None:
    path = files.write(
        "calls.csv", 'id,deals,at\n9,"1;2",2024-01-01\n10,3,2024-01-01\n11,,2024-01-01\n12," ;3; ",2024-01-01\n'
    )
    work = open_workspace(path)
    fill = Fill(
        "touches",
        {
            "touch_id": Cell(column="id"),
            "deal_id": Cell(column="deals", each=";"),
            "activity": Cell(value="Call"),
            "at": Cell(column="at"),
        },
    )
    converted = convert_first(work, fill)
    assert values(work, converted, "touch_id", "deal_id") == [("9/1", "1"), ("9/2", "2"), ("10", "3"), ("12", "3")]
    assert [row for row, *_ in problems(work, converted)] == [4]


def test_rows_are_chosen_by_patterns_and_the_others_counted(files: Files, open_workspace: Open) -> None:
    path = files.write("tasks.csv", "id,about,gone\n1,006A,0\n2,001B,0\n3,,0\n4,006C,true\n5,006d,\n")
    work = open_workspace(path)
    fill = Fill("deals", DEAL, only_rows={"about": ("006*",)}, without_rows={"gone": ("true", "1", "yes", "t", "y")})
    converted = convert_first(work, fill)
    assert values(work, converted, "deal_id") == [("1",), ("5",)]
    assert converted.left_out == {"about is not 006*": 2, "gone is true": 1}


def test_only_changes_of_stage_are_kept_where_asked(files: Files, open_workspace: Open) -> None:
    path = files.write(
        "history.csv",
        """
        deal,stage,at
        1,Propose,2024-01-03
        1,Qualify,2024-01-01
        1,Qualify,2024-01-02
        1,Qualify,2024-01-04
        2,Qualify,2024-01-01
        """,
    )
    work = open_workspace(path)
    cells = {"deal_id": Cell(column="deal"), "stage": Cell(column="stage"), "at": Cell(column="at")}
    converted = convert_first(work, Fill("stage_changes", cells, only_changes=True))
    assert values(work, converted, "deal_id", "stage", "strftime(\"at\", '%d')") == [
        ("1", "Propose", "03"),
        ("1", "Qualify", "01"),
        ("1", "Qualify", "04"),
        ("2", "Qualify", "01"),
    ]
    assert converted.left_out == {"stage as before": 1}


def test_deals_of_a_log_start_with_their_earliest_event_and_are_one_row_each(
    files: Files, open_workspace: Open
) -> None:
    work = open_workspace(files.write("log.csv", "case,at,size\n1,2024-01-03,5\n1,2024-01-01,5\n2,2024-01-02,7\n"))
    cells = {
        **DEAL,
        "deal_id": Cell(column="case"),
        "created_at": Cell(column="at", earliest=True),
        "amount": Cell(column="size"),
    }
    converted = convert_first(work, Fill("deals", cells, distinct=True))
    found = values(work, converted, "deal_id", "created_at", "amount")
    assert [(deal, created.astimezone(UTC), amount) for deal, created, amount in found] == [
        ("1", datetime(2024, 1, 1, tzinfo=UTC), 5.0),
        ("2", datetime(2024, 1, 2, tzinfo=UTC), 7.0),
    ]
    assert converted.left_out == {"said by an earlier row": 1}


def test_the_lifecycle_is_added_to_the_activity_unless_it_is_complete(files: Files, open_workspace: Open) -> None:
    work = open_workspace(
        files.write(
            "log.csv",
            "case,what,state,at\n1,Check,START,2024-01-01\n1,Check,COMPLETE,2024-01-02\n1,Check,,2024-01-03\n",
        )
    )
    cells = {
        "deal_id": Cell(column="case"),
        "activity": Cell(column="what", lifecycle="state"),
        "at": Cell(column="at"),
    }
    converted = convert_first(work, Fill("touches", cells))
    assert values(work, converted, "activity") == [("Check (start)",), ("Check",), ("Check",)]


@pytest.mark.parametrize(
    ("cell", "text", "expected"),
    [
        (Cell(column="x", divide=100.0), "65", 0.65),
        (Cell(column="x"), "65%", 0.65),
        (Cell(column="x"), "0.65", 0.65),
        (Cell(column="x", decimal=","), "0,65", 0.65),
        (Cell(column="x", values={"high": "0.9"}), "HIGH", 0.9),
        (Cell(column="x"), "65", None),
    ],
)
def test_a_probability_is_a_fraction_however_it_is_written(
    files: Files, open_workspace: Open, cell: Cell, text: str, expected: float | None
) -> None:
    work = open_workspace(files.write("a.csv", f'id,x\n1,"{text}"\n'))
    converted = convert_first(work, Fill("deals", DEAL | {"crm_probability": cell}))
    assert values(work, converted, "crm_probability") == [(expected,)]


def test_defaults_of_the_mapping_hold_where_a_cell_says_nothing_else(files: Files, open_workspace: Open) -> None:
    work = open_workspace(files.write("a.csv", 'id,a,b,n\n1,03.04.2024,04/03/2024,"1,5"\n'))
    cells = DEAL | {
        "created_at": Cell(column="a"),
        "closed_at": Cell(column="b", dates="mdy", time_zone="UTC"),
        "amount": Cell(column="n"),
    }
    converted = convert_first(work, Fill("deals", cells), dates="dmy", time_zone="Europe/Berlin", decimal=",")
    ((created, closed, amount),) = values(work, converted, "created_at", "closed_at", "amount")
    assert (created.astimezone(UTC), closed.astimezone(UTC), amount) == (
        datetime(2024, 4, 2, 22, tzinfo=UTC),
        datetime(2024, 4, 3, tzinfo=UTC),
        1.5,
    )


def test_names_with_quotes_and_brackets_are_only_names(files: Files, open_workspace: Open) -> None:
    work = open_workspace(
        files.write('it\'s [a] "file".csv', 'id,"a ""b"" \'c\' {d}"\n1,"x\'; DROP TABLE deals; --"\n')
    )
    cell = Cell(column="a \"b\" 'c' {d}", values={"o'clock": "it's"}, when_empty="o'k")
    converted = convert_first(work, Fill("deals", DEAL | {"name": cell}))
    assert values(work, converted, "name") == [("x'; DROP TABLE deals; --",)]
