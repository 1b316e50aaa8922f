"""Delimited text: what is read, on which line it stood, and what is said about the rest."""

import random

import pytest

from afteraction.ingest.sources import csv_file, csv_repair, problems


def test_cells_are_the_text_that_stood_there(read_one, rows):
    sheet = read_one("id,amount,closed\nD1,007.50,2024-03-01\nD2,, \n")
    assert sheet.columns == ("id", "amount", "closed")
    assert rows(sheet) == [(2, "D1", "007.50", "2024-03-01"), (3, "D2", None, " ")]
    assert sheet.name == "deals.csv"
    assert sheet.kind == "csv"
    assert sheet.details == {"encoding": "UTF-8", "delimiter": "comma"}
    assert sheet.problems == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x1f"])
def test_any_delimiter_is_found(read_one, rows, delimiter):
    text = "\n".join(delimiter.join(cells) for cells in (("id", "name"), ("1", "Ann"), ("2", "Bo")))
    assert rows(read_one(text)) == [(2, "1", "Ann"), (3, "2", "Bo")]


def test_columns_parted_by_spaces_are_found_where_every_row_has_them(read_one, rows):
    sheet = read_one('deal owner won\nD1 ann yes\nD2 "bo b" no\n')
    assert rows(sheet) == [(2, "D1", "ann", "yes"), (3, "D2", "bo b", "no")]
    assert sheet.details["delimiter"] == "space"


def test_spaces_between_words_are_no_delimiter(read_one):
    assert read_one("full name\nAnn Lee\nBo Ray\nCy Orr\n").columns == ("full name",)
    assert read_one("what was said\nThey did it\nThey never called back\n").columns == ("what was said",)


def test_decimal_commas_do_not_pass_for_delimiters(read_one):
    assert read_one("id;amount;won\n1;1,5;ja\n2;2,25;nein\n").columns == ("id", "amount", "won")


def test_times_do_not_pass_for_delimiters(read_one):
    sheet = read_one("case:concept:name,time:timestamp\nC1,2024-01-01T10:00:00\nC2,2024-01-01T11:00:00\n")
    assert sheet.columns == ("case:concept:name", "time:timestamp")


def test_the_delimiter_that_excel_names_in_the_first_line_is_obeyed(read_one, rows):
    sheet = read_one("sep=|\r\nid|name\r\n1|a,b\r\n")
    assert rows(sheet) == [(3, "1", "a,b")]


def test_one_column_needs_no_delimiter(read_one, rows):
    sheet = read_one("deal_id\nD1\n\nD2\n")
    assert rows(sheet) == [(2, "D1"), (4, "D2")]
    assert sheet.details["delimiter"] == "none (one column)"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(read_one, rows, end):
    text = end.join(["id,note", "1,plain", "", '2,"two', 'lines"', '3,"a', "b", 'c"', "4,end", ""])
    assert [(row[0], row[1]) for row in rows(read_one(text))] == [(2, "1"), (4, "2"), (6, "3"), (9, "4")]


def test_a_header_over_several_lines_counts_as_such(read_one, rows):
    sheet = read_one('id,"name of\nthe deal"\n1,x\n')
    assert sheet.columns == ("id", "name of the deal")
    assert rows(sheet) == [(3, "1", "x")]


def test_rows_that_do_not_fit_the_header_are_named_and_the_others_kept(read_one, rows):
    sheet = read_one("id,name,stage\n1,a,Won\n2,b\n3,c,Lost,extra,more\n\n4,d,Won\n5\n")
    assert [row[0] for row in rows(sheet)] == [2, 6]
    assert [(p.row, p.found, p.expected) for p in sheet.problems] == [
        (3, "2 fields: 2,b", "3 fields, as in the header"),
        (4, "5 fields: 3,c,Lost,extra,more", "3 fields, as in the header"),
        (7, "1 field: 5", "3 fields, as in the header"),
    ]
    assert {problem.file for problem in sheet.problems} == {"deals.csv"}


def test_misfits_after_records_of_several_lines_have_the_right_line(read_one, rows):
    sheet = read_one('id,note\n1,"a\nb"\n2,x,y\n3,"c\r\nd\r\ne"\n4\n5,z\n')
    assert [row[0] for row in rows(sheet)] == [2, 5, 9]
    assert [problem.row for problem in sheet.problems] == [4, 8]


def test_empty_records_are_left_out_and_counted(read_one, rows):
    sheet = read_one("id,name\n1,a\n,\n   \n2,b\n")
    assert rows(sheet) == [(2, "1", "a"), (5, "2", "b")]
    assert sheet.details["empty rows"] == "1 left out"
    assert sheet.problems == ()


@pytest.mark.parametrize("text", ["id,name", "id,name\n", "\ufeffid,name\r\n\r\n", "\n\nid,name\n"])
def test_a_header_alone_is_a_sheet_without_rows(read_one, rows, text):
    sheet = read_one(text)
    assert sheet.columns == ("id", "name")
    assert rows(sheet) == []


def test_names_of_columns_are_made_unique_and_it_is_said(read_one):
    sheet = read_one("Amount,amount,,_row, Stage \n1,2,3,4,5\n")
    assert sheet.columns == ("Amount", "amount (2)", "column 3", "_row (2)", "Stage")
    assert sheet.details["column names"] == (
        'column 2 "amount" is called "amount (2)"; "column 3" has no name; column 4 "_row" is called "_row (2)"'
    )


def test_a_delimiter_too_many_at_the_end_of_each_row_does_no_harm(read_one, rows):
    assert rows(read_one("id;name\n1;a;\n2;b;\n")) == [(2, "1", "a", None), (3, "2", "b", None)]
    assert rows(read_one("id;name;\n1;a\n2;b\n")) == [(2, "1", "a"), (3, "2", "b")]


def test_title_lines_above_the_header_are_left_out_and_said(read_one, rows):
    sheet = read_one("Closed deals\nas of March\n\nid,name,stage\n1,a,Won\n2,b,Lost\n")
    assert sheet.columns == ("id", "name", "stage")
    assert rows(sheet)[0] == (5, "1", "a", "Won")
    assert sheet.details["above the header"] == "text left out; the header is on line 4"


def test_quotation_marks_escaped_by_a_backslash_are_understood(read_one, rows):
    sheet = read_one('id,name\n1,"Acme \\"big, bad\\" Corp"\n2,"x"\n')
    assert rows(sheet) == [(2, "1", 'Acme "big, bad" Corp'), (3, "2", "x")]


def test_a_backslash_before_a_closing_quotation_mark_is_text(read_one, rows):
    sheet = read_one('id,path,x\n1,"C:\\dir\\","y"\n2,"D:\\","z"\n')
    assert rows(sheet) == [(2, "1", "C:\\dir\\", "y"), (3, "2", "D:\\", "z")]


def test_a_few_escaped_quotation_marks_among_many_rows_are_understood(read_one, rows):
    plain = "".join(f'{number},"plain"\n' for number in range(200))
    assert rows(read_one(f'id,name\n{plain}200,"the \\"big\\", bad one"\n'))[-1] == (202, "200", 'the "big", bad one')


def test_unusual_line_separators_inside_cells_are_no_line_ends(read_one, rows):
    sheet = read_one("id,note\n1,a\x0cb\x85c\u2028d\n2,e\n")
    assert rows(sheet) == [(2, "1", "a\x0cb\x85c\u2028d"), (3, "2", "e")]


def test_a_swallowing_quotation_mark_is_bounded(read_one, rows, monkeypatch):
    monkeypatch.setattr(csv_repair, "MAX_RECORD", 500)
    body = [f"{number},text,x" for number in range(1, 2_000)]
    body[99] = '100,"text,x'
    sheet = read_one("\n".join(["id,note,stage", *body]))
    assert [row[0] for row in rows(sheet)] == [line for line in range(2, 2_001) if line != 101]
    assert [problem.row for problem in sheet.problems] == [101]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(read_one, rows):
    body = [f"{number},text,x" for number in range(1, 300)]
    body[99] = '100,"text,x'
    sheet = read_one("\n".join(["id,note,stage", *body]))
    assert sheet.rows == 298
    assert [row[0] for row in rows(sheet)] == [line for line in range(2, 301) if line != 101]
    (problem,) = sheet.problems
    assert problem.row == 101
    assert problem.found.startswith("a quotation mark that is not closed: 100,")
    assert "out of order" in sheet.details["quotation marks"]


def test_two_stray_quotation_marks_do_not_swallow_what_is_between_them(read_one, rows):
    body = [f"{number},text,x" for number in range(1, 300)]
    body[99], body[199] = '100,"text,x', '200,te"xt,x'
    sheet = read_one("\n".join(["id,note,stage", *body]))
    assert sheet.rows == 298
    assert (201, "200", 'te"xt', "x") in rows(sheet)
    assert [problem.row for problem in sheet.problems] == [101]


def test_notes_that_look_like_records_are_left_in_one_piece(read_one, rows):
    note = '"first,second,third\n1,2,3\n4,5,6"'
    sheet = read_one(f"id,note,stage\n1,{note},Won\n2,x,Lost\n")
    assert rows(sheet) == [(2, "1", note.strip('"'), "Won"), (5, "2", "x", "Lost")]
    assert sheet.problems == ()


def test_a_record_of_several_lines_that_does_not_fit_is_one_problem(read_one, rows):
    sheet = read_one('id,note,stage\n1,"dear all,\nas agreed\nbest","Won",x\n2,y,Lost\n')
    assert rows(sheet) == [(5, "2", "y", "Lost")]
    assert [(problem.row, problem.found[:8]) for problem in sheet.problems] == [(2, "4 fields")]


def test_very_long_cells_are_read(read_one, rows):
    long = "x" * (csv_file.BLOCK + 10)
    sheet = read_one(f'id,note\n1,"{long}"\n2,b\n')
    assert [len(row[2]) for row in rows(sheet)] == [len(long), 1]


def test_a_file_of_misfits_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(problems, "MAX_PROBLEMS", 10)
    refused = refusal("a,b,c\n" + "1,2,3\n" * 20 + "1,2\n" * 20)
    assert "more than 10 rows" in refused.found
    assert "row 22" in refused.found


def test_a_file_with_too_many_columns_is_refused(refusal):
    assert "columns" in refusal(",".join(f"c{number}" for number in range(5_000)) + "\n").found


@pytest.mark.parametrize("blank", ["\n\n\n", "  \n", "\ufeff", ",,,\n,,,\n"])
def test_a_file_of_blank_lines_is_refused(refusal, blank):
    assert "only blank lines" in refusal(blank).found


def reference(text: str, width: int) -> tuple[list[tuple[object, ...]], list[int]]:
    """An independent reading of well-formed text, character by character: numbered rows, and lines of misfits."""
    good: list[tuple[object, ...]] = []
    misfits: list[int] = []
    cells, cell, quoted, line, start = [], "", False, 1, 1
    position = 0
    while position < len(text):
        character = text[position]
        if quoted and character == '"' and text[position + 1 : position + 2] == '"':
            cell += '"'
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            cells.append(cell)
            cell = ""
        elif character == "\n" and not quoted:
            cells.append(cell)
            if len(cells) == width and any(cells):
                good.append((start, *(value or None for value in cells)))
            elif len(cells) != width and cells != [""]:
                misfits.append(start)
            cells, cell = [], ""
            line += 1
            start = line
        else:
            line += character == "\n"
            cell += character
        position += 1
    return good[1:], misfits


@pytest.mark.parametrize("seed", range(40))
def test_lines_and_cells_agree_with_a_reference_on_random_files(read_one, rows, monkeypatch, seed):
    """Small blocks, so that every kind of record falls on the border of two."""
    monkeypatch.setattr(csv_file, "BLOCK", 128)
    random_ = random.Random(seed)
    cells = ["1", "", "word", '"two\nlines"', '"three\n\nlines"', '"comma, ""quoted"""', "x" * 20]

    def record() -> str:
        kind = random_.random()
        width = 4 if kind < 0.8 else random_.choice([1, 2, 3, 5, 6])
        single = [cell for cell in cells if "\n" not in cell]
        return "" if kind > 0.95 else ",".join(random_.choice(cells if width == 4 else single) for _ in range(width))

    text = "\n".join(["a,b,c,d", *(record() for _ in range(random_.randrange(150)))]) + "\n"
    expected, misfits = reference(text, 4)
    sheet = read_one(text)
    assert rows(sheet) == expected
    assert [problem.row for problem in sheet.problems] == misfits
