"""Mapping files: written and read back the same, and wrong ones refused with every problem at its line."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afteraction.errors import Refused
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, SourceMapping, Why
from afteraction.ingest.mapping_lines import line_numbers
from afteraction.ingest.mapping_reader import read_mapping
from afteraction.ingest.mapping_writer import mapping_text

NAMES = st.text(min_size=1, max_size=12).filter(str.strip)
CELLS = st.one_of(
    st.builds(Cell, column=NAMES, prefix=NAMES, empty=st.tuples(NAMES)),
    st.builds(Cell, column=NAMES, values=st.dictionaries(NAMES, NAMES, min_size=1, max_size=9), otherwise=NAMES),
    st.builds(Cell, join=st.tuples(NAMES, NAMES), separator=NAMES),
    st.builds(Cell, first=st.tuples(NAMES, NAMES), dates=st.sampled_from(["dmy", "%d.%m.%Y"])),
    st.builds(Cell, column=NAMES, time_zone=st.just("Europe/Paris")),
    st.builds(Cell, value=NAMES),
    st.builds(Cell, row_number=NAMES),
    st.builds(Cell, column=NAMES, lookup=st.builds(Lookup, NAMES, NAMES, NAMES), divide=st.sampled_from([60.0, 0.5])),
)
FILLS = st.builds(
    lambda name, amount, kept, rows, note: Fill(
        "deals",
        {"deal_id": Cell(column=name), "outcome": Cell(value="open"), "amount": amount},
        {"further": kept},
        only_rows={name: (rows,)},
        distinct=True,
        latest_by=name,
        why={"amount": Why(0.5, note), "deal_id": Why(0.9, note)},
    ),
    NAMES,
    CELLS,
    CELLS,
    NAMES,
    NAMES,
)
TOUCHES = st.builds(
    lambda column, dated, ends: Fill("touches", {"deal_id": Cell(column=column)}, dated_columns=dated, outcomes=ends),
    NAMES,
    st.dictionaries(NAMES, NAMES, min_size=1, max_size=4),
    st.dictionaries(NAMES, st.sampled_from(["won", "lost"]), max_size=4),
)
MAPPINGS = st.builds(
    lambda sheets, dates: SourceMapping(tuple(sheets), dates=dates),
    st.lists(
        st.one_of(
            st.builds(
                lambda name, fills, left: SheetMapping(name, tuple(fills), left_out=left),
                NAMES,
                st.lists(st.one_of(FILLS, TOUCHES), min_size=1, max_size=3),
                st.dictionaries(NAMES, NAMES, max_size=3),
            ),
            st.builds(lambda name, reason: SheetMapping(name, skip=reason), NAMES, NAMES),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["iso", "dmy", "epoch_s"]),
)


def without_reasons(mapping: SourceMapping) -> SourceMapping:
    sheets = [replace(s, fills=tuple(replace(f, why={}) for f in s.fills)) for s in mapping.sheets]
    return replace(mapping, sheets=tuple(sheets))


@settings(max_examples=40, deadline=None)
@given(mapping=MAPPINGS)
def test_a_mapping_is_read_back_as_it_was_written(
    mapping: SourceMapping, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "mapping.toml"
    path.write_bytes(mapping_text(mapping).encode())
    assert read_mapping(path) == without_reasons(mapping)


def test_lines_are_found_in_tables_lists_and_values_over_several_lines() -> None:
    text = """\
# a comment
[defaults]
dates = "iso"

[[sheet]]
name = "a"
[[sheet.fill]]
table = "deals"
  [sheet.fill.columns]
  deal_id = {join = ["x",
  "y"], values = {a = "b"}}
  "quoted name" = \"\"\"
[not a header]
\"\"\"
[[sheet.fill]]
[[sheet]]
[sheet.left_out]
x = "y"
"""
    lines = line_numbers(text)
    assert lines["defaults", "dates"] == 3
    assert lines["sheet", 0, "fill", 0, "columns", "deal_id"] == 10
    assert lines["sheet", 0, "fill", 0, "columns", "deal_id", "values", "a"] == 10
    assert lines["sheet", 0, "fill", 0, "columns", "quoted name"] == 12
    assert lines["sheet", 0, "fill", 1] == 15
    assert lines["sheet", 1, "left_out", "x"] == 18


def refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_mapping(path)
    return refused.value.found


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    found = refusal(
        tmp_path,
        """\
[defaults]
dates = "dym"
time_zone = "Berlin"
decimal = ";"

[[sheet]]
name = "deals.csv"
skip = "x"

[[sheet.fill]]
table = "deals"
only_changes = "yes"
[sheet.fill.columns]
deal_id = {column = "a", value = "b"}
ammount = "c"
outcome = {column = "d", values = {Won = "victory"}}
created_at = {column = "e", dates = "%d", time_zone = "Mars"}
closed_at = 5
[sheet.fill.attributes]
Owner = "f"

[[sheet.fill]]
table = "touch"

[[sheet.fill]]
table = "touches"
[sheet.fill.columns]
deal_id = "a"
""",
    )
    for line, part in (
        (2, "'dym' is no way to write dates"),
        (3, "'Berlin' is no time zone"),
        (4, "';' is none of ., ,"),
        (8, "either skipped or fills tables"),
        (12, "expected true or false"),
        (14, "expected exactly one of column, join, first, value, row_number; found column, value"),
        (15, "did you mean amount?"),
        (16, "'victory' is none of open, won, lost, no_decision"),
        (17, "'Mars' is no time zone"),
        (18, "expected a column name in quotes"),
        (20, "'Owner' is no name for an attribute"),
        (23, "did you mean touches?"),
        (27, "touches need activity, at"),
    ):
        assert any(f"line {line}: " in told and part in told for told in found.splitlines()), (line, part, found)


def test_text_that_is_no_toml_is_refused_with_the_place(tmp_path: Path) -> None:
    assert "line 2" in refusal(tmp_path, "[defaults]\ndates = iso\n")


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No such file"):
        read_mapping(tmp_path / "none.toml")
