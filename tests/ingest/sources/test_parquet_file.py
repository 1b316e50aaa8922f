"""Parquet: typed columns as text, without loss."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from afteraction.ingest.sources import parquet_file

UTC = dt.UTC


def written(folder: Path, columns: dict[str, pa.Array]) -> Path:
    path = folder / "deals.parquet"
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    ("values", "type_", "texts"),
    [
        (["a", "", None], pa.string(), ["a", None, None]),
        ([1, -(2**63), None], pa.int64(), ["1", "-9223372036854775808", None]),
        ([1234.0, 0.1, float("nan")], pa.float64(), ["1234", "0.1", None]),
        ([Decimal("1.10"), None], pa.decimal128(9, 2), ["1.10", None]),
        ([True, False], pa.bool_(), ["true", "false"]),
        ([dt.date(2024, 2, 29)], pa.date32(), ["2024-02-29"]),
        ([dt.datetime.fromisoformat("2024-02-29T01:02:03.000004")], pa.timestamp("us"), ["2024-02-29T01:02:03.000004"]),
        ([1_700_000_000_123_456_789], pa.timestamp("ns", "UTC"), ["2023-11-14T22:13:20.123456789Z"]),
        ([dt.datetime(2024, 7, 1, tzinfo=UTC)], pa.timestamp("s", "Europe/Berlin"), ["2024-07-01T00:00:00.000Z"]),
        ([dt.time(1, 2, 3)], pa.time64("us"), ["01:02:03.000000"]),
        ([b"text", b"\xff\x00"], pa.binary(), ["text", "ff00"]),
        ([["a", "b"], None], pa.list_(pa.string()), ['["a", "b"]', None]),
        ([{"x": 1, "y": "z"}], pa.struct([("x", pa.int64()), ("y", pa.string())]), ['{"x": 1, "y": "z"}']),
        ([dt.timedelta(days=1, seconds=2)], pa.duration("s"), ["1 day, 0:00:02"]),
    ],
)
def test_every_type_becomes_text(tmp_path, read_one, rows, values, type_, texts):
    sheet = read_one(written(tmp_path, {"value": pa.array(values, type_)}))
    assert sheet.kind == "parquet"
    assert rows(sheet) == list(enumerate_from_one(texts))


def enumerate_from_one(texts):
    return ((number, text) for number, text in enumerate(texts, start=1))


def test_dictionaries_are_resolved(tmp_path, read_one, rows):
    sheet = read_one(written(tmp_path, {"stage": pa.array(["Won", None, "Won"]).dictionary_encode()}))
    assert rows(sheet) == [(1, "Won"), (2, None), (3, "Won")]


def test_nested_columns_are_said_to_be_json(tmp_path, read_one):
    sheet = read_one(written(tmp_path, {"id": pa.array(["1"]), "tags": pa.array([["a"]])}))
    assert sheet.details["nested columns"] == "written as JSON: tags"


def test_rows_are_numbered_across_batches(tmp_path, read_one, rows, monkeypatch):
    monkeypatch.setattr(parquet_file, "BATCH_ROWS", 7)
    sheet = read_one(written(tmp_path, {"id": pa.array([str(number) for number in range(1, 51)])}))
    assert rows(sheet) == [(number, str(number)) for number in range(1, 51)]


def test_a_parquet_file_cut_short_is_refused(tmp_path, refusal):
    whole = written(tmp_path, {"id": pa.array([str(number) for number in range(5_000)])}).read_bytes()
    for size in (4, 100, len(whole) // 2, len(whole) - 1):
        assert "damaged or cut short" in refusal(whole[:size], "cut.parquet").found


def test_text_that_is_not_utf8_is_damage(tmp_path, refusal):
    broken = pa.array([b"M\xfcller"]).view(pa.string())
    assert "damaged" in refusal(written(tmp_path, {"name": broken})).found


def test_a_parquet_file_with_damaged_pages_is_refused(tmp_path, refusal):
    whole = bytearray(written(tmp_path, {"id": pa.array([str(number) for number in range(5_000)])}).read_bytes())
    whole[4:400] = b"\xff" * 396
    assert "damaged or cut short" in refusal(bytes(whole), "damaged.parquet").found
