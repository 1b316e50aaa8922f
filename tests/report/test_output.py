"""Files that people are handed."""

from pathlib import Path

import pytest

from afteraction.errors import Refused
from afteraction.report.output import write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No such file"):
        write_whole(tmp_path / "nowhere" / "report.html", b"")
