"""Packed files: read when honest, refused when damaged or made to do harm."""

import gzip
import io
import shutil
import zipfile
from collections import namedtuple

import pytest

from afteraction.ingest.sources import archive, reading

CSV = b"id,name\n1,a\n2,b\n"


def zip_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def test_a_packed_table_is_read(read_one, rows):
    sheet = read_one(gzip.compress(CSV), "deals.csv.gz")
    assert (sheet.name, sheet.kind, sheet.path.name) == ("deals.csv.gz", "csv", "deals.csv.gz")
    assert rows(sheet) == [(2, "1", "a"), (3, "2", "b")]


def test_the_tables_of_a_zip_are_read_by_name(read, rows):
    sheets = read(zip_of(sub__b_csv=CSV, a_jsonl=b'{"id": 1}\n', c_csv_gz=gzip.compress(CSV)), "export.zip")
    assert [sheet.name for sheet in sheets] == ["export.zip: a.jsonl", "export.zip: c.csv.gz", "export.zip: sub/b.csv"]
    assert [len(rows(sheet)) for sheet in sheets] == [1, 2, 2]
    assert sheets[0].problems == ()


def test_what_cannot_be_read_in_a_zip_is_listed(read):
    (sheet,) = read(zip_of(a_csv=CSV, b_csv=b"", c_docx=b"x", d_zip=zip_of(x_csv=CSV), _hidden_csv=CSV), "export.zip")
    assert [(problem.file, problem.row) for problem in sheet.problems] == [
        (".hidden.csv", None), ("b.csv", None), ("c.docx", None), ("d.zip", None),
    ]  # fmt: skip
    assert all("left out" in problem.found for problem in sheet.problems)


def test_a_zip_without_tables_is_refused(refusal):
    assert "nothing in it can be read" in refusal(zip_of(read_me=b"x"), "export.zip").found
    assert "nothing in it can be read" in refusal(zip_of(), "export.zip").found


def test_a_path_that_leads_out_of_the_archive_leads_nowhere(read, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("../../escaped.csv", CSV)
        packed.writestr("/absolute.csv", CSV)
    sheets = read(buffer.getvalue(), "export.zip")
    assert [sheet.rows for sheet in sheets] == [2]
    assert not list(tmp_path.rglob("escaped*"))
    assert not list(tmp_path.parent.glob("escaped*"))


@pytest.mark.parametrize("cut", [12, 25, -4, -9])
def test_a_gzip_cut_short_is_refused(refusal, cut):
    refused = refusal(gzip.compress(CSV * 100)[:cut], "deals.csv.gz")
    assert "damaged or cut short" in refused.found


def test_a_gzip_with_a_wrong_checksum_is_refused(refusal):
    packed = bytearray(gzip.compress(CSV * 100))
    packed[-6] ^= 0xFF
    assert "damaged" in refusal(bytes(packed), "deals.csv.gz").found


def test_a_zip_cut_short_is_refused(refusal):
    assert "damaged or cut short" in refusal(zip_of(a_csv=CSV * 100)[:-30], "export.zip").found


def test_unusual_methods_and_passwords_are_listed(read):
    buffer = io.BytesIO(zip_of(a_csv=CSV, b_csv=CSV))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_LZMA) as packed:
        packed.writestr("c.csv", CSV)
    packed = bytearray(buffer.getvalue())
    packed[packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"b.csv")) + 8] |= 1
    (sheet,) = read(bytes(packed), "export.zip")
    assert [problem.file for problem in sheet.problems] == ["b.csv", "c.csv"]
    assert "password" in sheet.problems[0].found
    assert "unusual method" in sheet.problems[1].found


def test_a_damaged_member_is_listed(read):
    packed = bytearray(zip_of(a_csv=CSV, b_csv=CSV * 1_000))
    packed[packed.index(b"b.csv") + 20] ^= 0xFF
    (sheet,) = read(bytes(packed), "export.zip")
    assert "damaged" in sheet.problems[0].found


def test_an_archive_inside_an_archive_is_refused(refusal):
    assert "archive inside an archive" in refusal(gzip.compress(gzip.compress(CSV)), "deals.csv.gz.gz").found


def test_a_gzip_that_expands_too_far_is_refused_early(refusal, monkeypatch):
    monkeypatch.setattr(archive, "FREE_EXPANSION", 2**20)
    refused = refusal(gzip.compress(b"0" * 50 * 2**20), "bomb.csv.gz")
    assert "200 times its size" in refused.found
    monkeypatch.setattr(archive, "MAX_EXPANDED", 2**21)
    monkeypatch.setattr(archive, "FREE_EXPANSION", 2**30)
    assert "expands to" in refusal(gzip.compress(b"0" * 50 * 2**20), "bomb.csv.gz").found


def forged(claim: int) -> bytes:
    """A zip of a few bytes whose directory claims that its member holds `claim`."""
    packed = zip_of(a_csv=CSV)
    size = len(CSV).to_bytes(4, "little")
    return packed.replace(size, claim.to_bytes(4, "little"))


def test_a_zip_that_claims_too_much_is_refused_unopened(refusal, monkeypatch):
    monkeypatch.setattr(reading, "expand_member", None)
    assert "200 times its size" in refusal(forged(4 * 10**9), "bomb.zip").found
    monkeypatch.setattr(archive, "MAX_EXPANDED", 10**9)
    assert "claims to hold 3.7 GiB" in refusal(forged(4 * 10**9), "bomb.zip").found


def test_a_zip_of_too_many_files_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    assert "4 files" in refusal(zip_of(a_csv=CSV, b_csv=CSV, c_csv=CSV, d_csv=CSV), "export.zip").found


def test_unpacking_stops_before_the_disk_is_full(refusal, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**6))
    monkeypatch.setattr(archive, "CHUNK", 1)
    assert "disk space" in refusal(gzip.compress(CSV * 100), "deals.csv.gz").found
