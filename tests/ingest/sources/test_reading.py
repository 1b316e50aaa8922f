"""From paths to sheets: what is taken for what, what is left out, what is refused."""

import errno
import os
from pathlib import Path

import pytest

from afteraction.errors import Refused
from afteraction.ingest.sources import SourceProblem, read_sources, spool

CSV = "id,name\n1,a\n2,b\n"


class Heard:
    """A progress that keeps what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int | None]] = []

    def step(self, what: str, done: int, total: int | None) -> None:
        self.steps.append((what, done, total))


def write(path: Path, content: str | bytes = CSV) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_folder_is_read_by_name_one_level_deep(tmp_path):
    folder = tmp_path / "export"
    for name in (
        "b.csv",
        "a.csv",
        "2024/c.csv",
        "2024/q1/d.csv",
        "notes.md",
        ".hidden.csv",
        "~$book.xlsx",
        "bad.parquet",
    ):
        write(folder / name, f"id,name\n1,{name}\n")
    write(folder / "empty.csv", "")
    sheets = read_sources([folder], tmp_path / "spools")
    assert [sheet.name for sheet in sheets] == ["2024/c.csv", "a.csv", "b.csv", "bad.parquet"]
    assert {problem.file: problem.found.split(":")[0] for problem in sheets[0].problems} == {
        ".hidden.csv": "left out",
        "2024/q1": "left out",
        "empty.csv": "left out",
        "notes.md": "left out",
        "~$book.xlsx": "left out",
    }
    assert all(isinstance(problem, SourceProblem) and problem.row is None for problem in sheets[0].problems)
    assert [sheet.problems for sheet in sheets[1:]] == [(), (), ()]


@pytest.mark.parametrize("names", [(), ("notes.md",), ("empty.csv",)])
def test_a_folder_without_anything_to_read_is_refused(tmp_path, names):
    folder = tmp_path / "export"
    folder.mkdir()
    for name in names:
        write(folder / name, "")
    with pytest.raises(Refused, match="nothing in it can be read"):
        read_sources([folder], tmp_path / "spools")


def test_files_of_one_name_in_several_folders_are_told_apart(tmp_path):
    paths = [write(tmp_path / folder / "deals.csv", f"id,name\n1,{folder}\n") for folder in ("north", "south")]
    assert [sheet.name for sheet in read_sources(paths, tmp_path / "spools")] == ["deals.csv", "south/deals.csv"]


def test_a_file_named_twice_is_read_once(tmp_path):
    path = write(tmp_path / "export" / "deals.csv")
    assert len(read_sources([path, path.parent, path], tmp_path / "spools")) == 1


def test_a_file_under_two_names_is_read_once_and_told(tmp_path):
    folder = write(tmp_path / "export" / "deals.csv").parent
    write(folder / "deals (1).csv")
    (sheet,) = read_sources([folder], tmp_path / "spools")
    assert [(p.file, p.found) for p in sheet.problems] == [("deals.csv", "left out: the same content as deals (1).csv")]
    assert len(read_sources([folder / "deals.csv", folder], tmp_path / "spools")) == 1


@pytest.mark.parametrize("content", [b"deal_id,outcome\nD1,won\n", b'{"deal_id": "D1", "outcome": "won"}\n'])
def test_a_name_that_is_no_text_is_shown_as_well_as_it_can_be(tmp_path, content):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xe9\nls.csv"))
    path.write_bytes(content)
    (sheet,) = read_sources([path], tmp_path / "spools")
    assert (sheet.name, sheet.rows) == ("d\ufffd\ufffdls.csv", 1)


def test_no_path_at_all_is_refused(tmp_path):
    with pytest.raises(Refused, match="no file was named"):
        read_sources([], tmp_path / "spools")


def test_a_path_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(Refused, match="does not exist"):
        read_sources([tmp_path / "missing.csv"], tmp_path / "spools")


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(Refused, match="neither a file nor a folder"):
        read_sources([tmp_path / "pipe.csv"], tmp_path / "spools")


@pytest.mark.parametrize("place", ["file", "folder", "folder above"])
def test_what_may_not_be_read_is_refused(tmp_path, monkeypatch, place):
    path = write(tmp_path / "export" / "deals.csv")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, {"file": "open", "folder": "iterdir", "folder above": "is_dir"}[place], denied)
    with pytest.raises(Refused, match="no permission"):
        read_sources([path.parent if place == "folder" else path], tmp_path / "spools")


def test_a_full_disk_ends_the_reading_of_a_folder(tmp_path, monkeypatch):
    """It is no reason to leave out the file that happened to be read."""
    write(tmp_path / "export" / "deals.csv")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool.pq, "ParquetWriter", full)
    with pytest.raises(Refused, match="the disk is full"):
        read_sources([tmp_path / "export"], tmp_path / "spools")


@pytest.mark.parametrize(
    ("content", "name", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "book.xlsx", "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "deals.csv", "a JPEG picture"),
        (b"%PDF-1.7\n", "deals.csv", "a PDF document"),
        (bytes(range(256)) * 40, "deals.csv", "binary data"),
        (bytes(10_000), "deals.csv", "binary data"),
        (b"", "deals.csv", "empty file"),
        (b"", "log.xes", "empty file"),
        (b"x" * 257 + b"ustar" + b"x" * 300, "deals.tar", "a tar archive"),
        (b"<!doctype html><html><table><tr><td>1</td></tr></table></html>", "report.xls", "a web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x"><Table/></Workbook>', "report.xls", "Excel 2003"),
        (b"<feed><entry/></feed>", "deals.xml", "<feed>"),
        (b"not a workbook", "book.parquet", None),
    ],
)
def test_the_content_decides_what_a_file_is(request, read_one, content, name, what):
    if what is None:
        assert read_one(content, name).kind == "csv"
    else:
        assert what in request.getfixturevalue("refusal")(content, name).found


def test_refusals_do_not_depend_on_the_kind_of_randomness(refusal):
    for seed in range(20):
        content = bytes((seed * 7919 + position * position * 31) % 256 for position in range(5_000))
        refusal(content, "deals.csv")


def test_spools_of_an_earlier_reading_are_left_alone(tmp_path):
    path = write(tmp_path / "deals.csv")
    (first,) = read_sources([path], tmp_path / "spools")
    (second,) = read_sources([path], tmp_path / "spools")
    assert first.spool != second.spool
    assert sorted(tmp_path.glob("spools/*")) == sorted([first.spool, second.spool])


def test_progress_is_told_in_steps_that_reach_the_total(tmp_path):
    heard = Heard()
    path = write(tmp_path / "deals.csv", CSV * 1_000)
    read_sources([path], tmp_path / "spools", heard)
    assert heard.steps[0][0] == "deals.csv: looking"
    assert heard.steps[-1] == ("deals.csv", path.stat().st_size, path.stat().st_size)
