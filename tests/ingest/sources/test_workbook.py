"""Workbooks: sheets, cells and what claims to be a workbook."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from afteraction.ingest.sources import workbook
from afteraction.ingest.sources.workbook import column_letters
from afteraction.ingest.sources.workbook_process import cell_text


def workbook_of(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for place, value in cells.items():
            sheet[place] = value
        if name.startswith("Hidden"):
            sheet.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


DEALS = {
    "A1": "id", "B1": "closed", "C1": "amount", "D1": "won",
    "A2": 7, "B2": dt.date(2024, 2, 29), "C2": 12.5, "D2": True,
    "A4": "D8", "B4": dt.datetime.fromisoformat("2024-02-29T13:14:15"), "C4": 1200.0, "D4": "two\nlines",
}  # fmt: skip


def test_each_sheet_with_content_is_read_and_cells_become_text(read, rows):
    book = workbook_of(Deals=DEALS, Empty={}, Hidden={"A1": "id", "A2": "x"})
    deals, hidden = read(book, "book.xlsx")
    assert (deals.name, deals.kind) == ("book.xlsx: Deals", "excel")
    assert deals.columns == ("id", "closed", "amount", "won")
    assert rows(deals) == [
        (2, "7", "2024-02-29", "12.5", "true"),
        (4, "D8", "2024-02-29T13:14:15", "1200", "two\nlines"),
    ]
    assert rows(hidden) == [(2, "x")]
    assert hidden.details == {"visibility": "hidden in the workbook"}


def test_rows_keep_their_number_below_titles_and_gaps(read_one, rows):
    cells = {"B2": "Closed deals", "B4": "id", "D4": "id", "B6": 1, "C6": 2, "D6": 3}
    sheet = read_one(workbook_of(Deals=cells), "book.xlsx")
    assert sheet.columns == ("id", "column C", "id (2)")
    assert rows(sheet) == [(6, "1", "2", "3")]
    assert sheet.details["above the header"] == "text left out; the header is in row 4"
    assert '"column C" has no name' in sheet.details["column names"]


def test_the_content_decides_not_the_extension(read_one):
    assert read_one(workbook_of(Deals=DEALS), "export.csv").kind == "excel"


def test_old_and_open_document_workbooks_are_read(read_one, rows):
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="Deals"><table:table-row><table:table-cell office:value-type="string">'
        "<text:p>id</text:p></table:table-cell></table:table-row><table:table-row>"
        '<table:table-cell office:value-type="date" office:date-value="2024-02-29"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    sheet = read_one(open_document(content), "book.ods")
    assert sheet.name == "book.ods: Deals"
    assert rows(sheet) == [(2, "2024-02-29")]


def open_document(content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", None),
        (None, None),
        (7.0, "7"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (False, "false"),
        (dt.time(9, 30), "09:30:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_a_cell_as_text(value, text):
    assert cell_text(value) == text


def test_columns_have_the_letters_that_a_sheet_shows():
    assert [column_letters(number) for number in (1, 26, 27, 52, 53, 702, 703)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_a_workbook_without_content_is_refused(refusal):
    assert "without any content" in refusal(workbook_of(Empty={}), "book.xlsx").found


def test_a_damaged_workbook_is_refused(refusal):
    book = workbook_of(Deals=DEALS)
    assert "damaged or cut short" in refusal(book[: len(book) // 2], "book.xlsx").found
    assert "not a workbook" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 5_000, "book.xls").found
    hollow = io.BytesIO()
    with zipfile.ZipFile(hollow, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    refusal(hollow.getvalue(), "book.xlsx")


def test_a_workbook_that_claims_too_much_is_refused_unopened(refusal, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_WORKBOOK", 1_000)
    monkeypatch.setattr(workbook, "_messages", None)
    assert "claims to hold" in refusal(workbook_of(Deals=DEALS), "book.xlsx").found


def test_a_workbook_whose_cells_do_not_fit_in_memory_is_refused(refusal):
    """Two cells at opposite corners span 17 billion: reading them aborts the process that tries."""
    refused = refusal(workbook_of(Deals={"A1": "id", "XFD1048576": "far"}), "book.xlsx")
    assert "could not be read within 4 GiB of memory" in refused.found


def test_an_open_document_of_repeated_cells_is_refused(refusal):
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="Deals"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    assert "cells" in refusal(open_document(content), "book.ods").found


def test_a_formula_without_a_value_shows_what_the_spreadsheet_shows(read_one, rows):
    cells = {"A1": "id", "B1": "amount", "A2": 1, "B2": "#DIV/0!", "A3": 2, "B3": "=A2+1", "A4": 3, "B4": 7, "C5": "x"}
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(Deals=cells)))
    book.active["B2"].data_type = "e"
    buffer = io.BytesIO()
    book.save(buffer)
    assert [row[:3] for row in rows(read_one(buffer.getvalue(), "book.xlsx"))] == [
        (2, "1", "#DIV/0!"),
        (3, "2", "#NOT COMPUTED"),
        (4, "3", "7"),
        (5, None, None),
    ]


def test_a_formula_that_gives_an_empty_text_is_no_error(read_one, rows):
    parts = workbook_of(Deals={"A1": "id", "B1": "note", "A2": 1, "B2": "=A2"})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(parts)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b'<c r="B2"><f>', b'<c r="B2" t="str"><f>'))
    assert rows(read_one(changed.getvalue(), "book.xlsx")) == [(2, "1", None)]


def test_a_cell_merged_over_several_rows_says_the_same_in_each(read_one, rows):
    cells = {"B1": "owner", "C1": "id", "B2": "Ann", "C2": 1, "C3": 2, "C5": 3, "C6": 4, "B7": "Bob", "C7": 5}
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(Deals=cells)))
    book.active.merge_cells("B2:B5")
    buffer = io.BytesIO()
    book.save(buffer)
    assert rows(read_one(buffer.getvalue(), "book.xlsx")) == [
        (2, "Ann", "1"),
        (3, "Ann", "2"),
        (5, "Ann", "3"),
        (6, None, "4"),
        (7, "Bob", "5"),
    ]
