"""What the tests of the sources share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from afteraction.errors import Refused
from afteraction.ingest.sources import ROW, Sheet, read_sources

Rows = list[tuple[Any, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Sheet]]:
    """Reads content that is written to a file first, or a path that exists."""

    def reader(content: bytes | str | Path, name: str = "deals.csv") -> list[Sheet]:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_bytes(content.encode())
        return read_sources([path], tmp_path / "spools")

    return reader


@pytest.fixture
def read_one(read: Callable[..., list[Sheet]]) -> Callable[..., Sheet]:
    """Like `read`, for content that holds one sheet."""

    def reader(content: bytes | str | Path, name: str = "deals.csv") -> Sheet:
        (sheet,) = read(content, name)
        return sheet

    return reader


@pytest.fixture
def refusal(read: Callable[..., list[Sheet]], tmp_path: Path) -> Callable[..., Refused]:
    """The refusal that reading content ends in; nothing may be left behind by it."""

    def reader(content: bytes | str | Path, name: str = "deals.csv") -> Refused:
        with pytest.raises(Refused) as caught:
            read(content, name)
        assert caught.value.found
        assert caught.value.expected
        assert caught.value.next_step
        assert list((tmp_path / "spools").glob("*")) == []
        return caught.value

    return reader


@pytest.fixture
def rows() -> Callable[[Sheet], Rows]:
    """The rows of a sheet as tuples, the row number first; checks the spool against what the sheet says of itself."""

    def reader(sheet: Sheet) -> Rows:
        table = pq.read_table(sheet.spool)
        assert tuple(table.column_names) == (ROW, *sheet.columns)
        assert table.num_rows == sheet.rows
        assert [str(field.type) for field in table.schema] == ["int64", *["string"] * len(sheet.columns)]
        return [tuple(record.values()) for record in table.to_pylist()]

    return reader
