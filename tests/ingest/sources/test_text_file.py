"""Encodings: found, stated, and never a reason to lose rows."""

import codecs

import pytest

from afteraction.ingest.sources import text_file

TEXT = "id;name\n1;Müller & Söhne\n2;Żółć\n"


@pytest.mark.parametrize(
    ("content", "label"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8 with byte-order mark"),
        (TEXT.encode("utf-16"), "UTF-16 (little endian)"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16 (big endian)"),
        (TEXT.encode("utf-16-le"), "UTF-16 (little endian) without byte-order mark"),
        (TEXT.encode("utf-16-be"), "UTF-16 (big endian) without byte-order mark"),
        (TEXT.encode("utf-32"), "UTF-32"),
    ],
)
def test_unicode_is_read_in_all_its_forms(read_one, rows, content, label):
    sheet = read_one(content)
    assert sheet.columns == ("id", "name")
    assert rows(sheet) == [(2, "1", "Müller & Söhne"), (3, "2", "Żółć")]
    assert sheet.details["encoding"] == label
    assert sheet.problems == ()


@pytest.mark.parametrize(
    ("codec", "words", "label"),
    [
        ("cp1252", ["Müller", "Größe – 5 €", "Café"], "Windows-1252 (guessed"),
        ("cp1252", ["Señor Núñez", "Garçon", "Nîmes"], "Windows-1252 (guessed"),
        ("cp1250", ["Řehoř Třebíč", "Łukasz z Łodzi", "Świętosława"], "Windows-1250 (guessed"),
        ("cp1251", ["Иван Петров", "Екатерина", "Новосибирск"], "Windows-1251 (guessed"),
        ("cp932", ["田中太郎", "東京の会社です", "山田花子"], "cp932 (guessed"),
    ],
)
def test_older_encodings_are_guessed_and_the_guess_is_stated(read_one, rows, codec, words, label):
    text = "\r\n".join(["id;name", *(f"{number};{word}" for number, word in enumerate(words)), ""])
    sheet = read_one(text.encode(codec))
    assert [row[2] for row in rows(sheet)] == words
    assert sheet.details["encoding"].startswith(label)


def test_a_file_that_stops_being_utf8_late_is_still_read_right(read_one, rows, monkeypatch):
    monkeypatch.setattr(text_file, "CHUNK", 64)
    plain = "".join(f"{number};plain\n" for number in range(100))
    sheet = read_one(f"id;name\n{plain}100;Bäcker\n101;Köln\n".encode("cp1252"))
    assert [row[2] for row in rows(sheet)][-2:] == ["Bäcker", "Köln"]


def test_a_few_damaged_bytes_are_named_by_line_and_the_rest_stays_utf8(read_one, rows):
    lines = ["id;name", *(f"{number};Müller" for number in range(20))]
    content = "\r\n".join(lines).encode().replace(b"7;M\xc3\xbcller", b"7;M\xffller", 1)
    sheet = read_one(content)
    assert (9, "7", "M\ufffdller") in rows(sheet)
    assert (10, "8", "Müller") in rows(sheet)
    (problem,) = sheet.problems
    assert problem.row == 9
    assert "damaged" in sheet.details["encoding"]


def test_lines_are_counted_right_where_a_line_end_falls_between_two_pieces(read_one, monkeypatch):
    lines = ["id;name", *(f"{number};Müller" for number in range(50))]
    content = "\r\n".join(lines).encode().replace(b"42;M\xc3\xbcller", b"42;M\xffller", 1)
    for size in range(20, 40):
        monkeypatch.setattr(text_file, "CHUNK", size)
        assert [problem.row for problem in read_one(content).problems] == [44]


def test_nul_bytes_are_left_out_and_said(read_one, rows):
    filler = "".join(f"{number},name\n" for number in range(50))
    sheet = read_one(f"id,name\n{filler}D\x001,Acme\x00\n")
    assert rows(sheet)[-1] == (52, "D1", "Acme")
    assert sheet.details["NUL bytes"] == "2 left out"


def test_a_text_that_is_mostly_nul_bytes_further_on_is_refused(refusal):
    content = b"id,name\n" + b"1,a\n" * 20_000 + b"\x00" * 20_000
    assert "NUL bytes" in refusal(content).found
