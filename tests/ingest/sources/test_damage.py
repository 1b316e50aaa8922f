"""Whatever happens to a file on its way here, it is read or refused, and nothing else happens."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from afteraction.errors import Refused
from afteraction.ingest.sources import read_sources

CSV = ("id,name,note\n" + "".join(f'{number},"the ""{number}""","two\nlines"\n' for number in range(40))).encode()
LINES = b"".join(json.dumps({"id": number, "owner": {"tags": [1.5]}}).encode() + b"\n" for number in range(30))
LOG = (
    '<?xml version="1.0"?><log><global scope="event"><string key="a" value="b"/></global>'
    + "".join(
        f'<trace><string key="concept:name" value="{case}"/><event><date key="time:timestamp" value="2024-01-01"/>'
        '<list key="tags"><string key="t" value="1"/></list></event></trace>'
        for case in range(30)
    )
    + "</log>"
).encode()


def a_workbook() -> bytes:
    book = openpyxl.Workbook()
    for number in range(30):
        book.active.append([f"D{number}", number, 1.5])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def a_parquet_file() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"id": [str(number) for number in range(100)], "tags": [[1, 2]] * 100}), buffer)
    return buffer.getvalue()


def a_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", CSV)
        packed.writestr("b.jsonl", LINES)
    return buffer.getvalue()


WHOLE = {
    "deals.csv": CSV,
    "wide.csv": CSV.decode().encode("utf-16"),
    "deals.csv.gz": gzip.compress(CSV),
    "deals.jsonl": LINES,
    "deals.json": json.dumps({"results": [{"id": 1, "properties": {"a": 1.5}}] * 20}).encode(),
    "log.xes": LOG,
    "book.xlsx": a_workbook(),
    "deals.parquet": a_parquet_file(),
    "export.zip": a_zip(),
}
ODD = [b'"', b"\n", b"\x00", b",", b"\r", b"<", b"&x;", b"{", b"\xff\xfe", b"\\"]


def damaged(whole: bytes, random_: random.Random) -> Iterator[bytes]:
    """Versions of a file with bytes changed, lost, added or cut off."""
    for _ in range(12):
        content = bytearray(whole)
        for _ in range(random_.choice([1, 1, 3, 20])):
            position = random_.randrange(len(content))
            kind = random_.random()
            if kind < 0.4:
                content[position] = random_.randrange(256)
            elif kind < 0.6:
                del content[position + 1 :]
            elif kind < 0.8 and len(content) > 100:
                del content[position : position + random_.randrange(1, 50)]
            else:
                content[position:position] = random_.choice(ODD)
        yield bytes(content)


@pytest.mark.parametrize("name", WHOLE)
def test_a_damaged_file_is_read_or_refused(tmp_path, name):
    for number, content in enumerate(damaged(WHOLE[name], random.Random(name))):
        path = tmp_path / str(number) / name
        path.parent.mkdir()
        path.write_bytes(content)
        try:
            sheets = read_sources([path], tmp_path / "spools")
        except Refused as refused:
            told = [refused.found, refused.expected, refused.next_step]
        else:
            told = [sheet.name for sheet in sheets]
            assert [pq.read_metadata(sheet.spool).num_rows for sheet in sheets] == [sheet.rows for sheet in sheets]
        assert all(told)
