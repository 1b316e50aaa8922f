"""JSON lines and JSON documents."""

import json

import pytest

from afteraction.ingest.sources import json_document, json_lines, spool


def test_json_lines_become_rows_with_their_line(read_one, rows):
    sheet = read_one('{"id": "D1", "amount": 1.10, "won": true}\n\n{"id": "D2", "amount": null}\n', "deals.jsonl")
    assert sheet.kind == "jsonl"
    assert sheet.columns == ("id", "amount", "won")
    assert rows(sheet) == [(1, "D1", "1.10", "true"), (3, "D2", None, None)]


def test_nested_values_get_names_with_dots_and_lists_stay_json(read_one, rows):
    line = {"id": 1, "owner": {"name": "Ann", "team": {"id": 7}}, "tags": ["a", 1.5], "none": {}, "text": ""}
    sheet = read_one(json.dumps(line) + "\n", "deals.ndjson")
    (row,) = rows(sheet)
    assert dict(zip(sheet.columns, row[1:], strict=True)) == {
        "id": "1",
        "tags": '["a", 1.5]',
        "text": None,
        "owner.name": "Ann",
        "owner.team.id": "7",
    }


def test_broken_lines_are_named_and_the_others_kept(read_one, rows):
    sheet = read_one('{"id": 1}\n{"id": \n[1]\n7\n{"id": 2}', "deals.jsonl")
    assert rows(sheet) == [(1, "1"), (5, "2")]
    assert [problem.row for problem in sheet.problems] == [2, 3, 4]
    assert sheet.problems[0].found.endswith('{"id":')


def test_columns_that_show_up_late_are_empty_before(read_one, rows, monkeypatch):
    monkeypatch.setattr(spool, "BATCH_ROWS", 10)
    lines = [{"id": number, **({f"late {number // 10}": "x"} if number % 10 == 9 else {})} for number in range(35)]
    sheet = read_one("\n".join(map(json.dumps, lines)), "deals.jsonl")
    assert sheet.columns == ("id", "late 0", "late 1", "late 2")
    found = rows(sheet)
    assert [row[0] for row in found] == list(range(1, 36))
    assert [row[2:] for row in found if any(row[2:])] == [("x", None, None), (None, "x", None), (None, None, "x")]


def test_names_that_differ_only_in_case_are_told_apart(read_one):
    sheet = read_one('{"Name": "a", "name": "b"}\n', "deals.jsonl")
    assert sheet.columns == ("Name", "name (2)")
    assert "name (2)" in sheet.details["column names"]


def test_text_that_is_no_valid_unicode_does_not_stop_the_import(read_one, rows):
    assert rows(read_one('{"id": "a\\ud800b"}\n{"id": "ok"}\n', "deals.jsonl")) == [(1, "a?b"), (2, "ok")]


def test_long_whole_numbers_keep_their_digits(read_one, rows):
    assert rows(read_one('{"id": 12345678901234567890123}\n', "deals.jsonl")) == [(1, "12345678901234567890123")]


def test_lines_of_which_none_is_an_object_are_refused(refusal):
    assert "no line is a JSON object; line 1" in refusal('{"id": \n{"id": \n', "deals.jsonl").found


def test_a_line_without_end_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(json_lines, "MAX_RECORD", 1_000)
    assert "line 2 is longer" in refusal('{"id": 1}\n{"id": "' + "x" * 2_000 + '"}', "deals.jsonl").found


def test_a_list_of_objects_becomes_rows(read_one, rows):
    sheet = read_one('[{"id": "D1", "amount": 5},\n {"id": "D2"},\n 3]', "deals.json")
    assert sheet.kind == "json"
    assert rows(sheet) == [(1, "D1", "5"), (2, "D2", None)]
    assert [(problem.row, problem.found) for problem in sheet.problems] == [(3, "3")]


@pytest.mark.parametrize("name", ["answer.json", "answer.txt", "answer"])
def test_an_answer_of_hubspot_is_read_with_its_properties_as_columns(read_one, rows, name):
    answer = {
        "total": 2,
        "results": [
            {"id": "1", "properties": {"dealname": "A", "amount": "500", "id": "x"}, "archived": False},
            {"id": "2", "properties": {"dealname": "B", "closedate": None}, "archived": False},
        ],
        "paging": {"next": {"after": "2"}},
    }
    sheet = read_one(json.dumps(answer, indent=1), name)
    assert sheet.name == name
    assert sheet.columns == ("id", "archived", "dealname", "amount", "properties.id", "closedate")
    assert rows(sheet)[0] == (1, "1", "false", "A", "500", "x", None)


@pytest.mark.parametrize(
    "answer",
    [
        {"success": True, "data": [{"id": 1}], "additional_data": {"pagination": {"start": 0}}},
        {"totalSize": 1, "done": True, "records": [{"id": 1}]},
        {"success": True, "data": {"id": 1}},
        {"id": 1},
    ],
)
def test_answers_of_other_systems_are_read(read_one, rows, answer):
    assert rows(read_one(json.dumps(answer), "answer.json")) == [(1, "1")]


def test_each_list_of_a_document_becomes_a_sheet(read):
    sheets = read('{"deals": {"results": [{"id": 1}, {"id": 2}]}, "owners": [{"id": 3}], "note": []}', "all.json")
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [("all.json: deals", 2), ("all.json: owners", 1)]


def test_an_object_on_the_first_line_of_several_makes_json_lines(read_one):
    assert read_one('{"id": 1}\n{"id": 2}\n', "deals.json").kind == "jsonl"


@pytest.mark.parametrize("text", ['[{"id": 1}, {"id', '{"results": [{"id": 1}', '{"results": [{"id": 1}]} x'])
def test_a_document_that_is_broken_or_cut_short_is_refused(refusal, text):
    assert "broken or cut short at line 1" in refusal(text, "deals.json").found


@pytest.mark.parametrize("text", ["[1, 2]", '{"results": []}', "[]", "{}"])
def test_a_document_without_objects_is_refused(refusal, text):
    assert "without a list of objects" in refusal(text, "deals.json").found


@pytest.mark.parametrize("name", ["deep.json", "deep.jsonl"])
def test_a_document_of_endless_depth_is_refused(refusal, name):
    refusal('{"a":' * 100_000 + "1" + "}" * 100_000, name)


def test_a_document_too_large_to_hold_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(json_document, "MAX_JSON_DOCUMENT", 10)
    assert "JSON lines" in refusal('[{"id": "a long one"}]', "deals.json").expected
