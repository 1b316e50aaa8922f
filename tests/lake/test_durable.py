"""What is told to be there is on the disk before it is told."""

import os
from pathlib import Path

import pytest
from tests.lake.rows import merge

from afteraction.lake import durable


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that were synced, and moved into place, in order."""
    found: list[str] = []
    really_replace, really_sync = Path.replace, os.fsync

    def sync(opened: int) -> None:
        found.append(f"sync {Path(f'/proc/self/fd/{opened}').readlink().name}")
        really_sync(opened)

    def replace(path: Path, target: Path) -> Path:
        found.append(f"name {target.name}")
        return really_replace(path, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    return found


def test_a_folder_gets_its_name_when_all_that_is_in_it_is_on_the_disk(tmp_path: Path, done: list[str]) -> None:
    draft = tmp_path / "draft"
    (draft / "inner").mkdir(parents=True)
    (draft / "inner" / "deep").write_text("x")
    durable.put_in_place(draft, tmp_path / "made")
    assert sorted(done[:2]) == ["sync deep", "sync inner"]
    assert done[2:] == ["sync draft", "name made", f"sync {tmp_path.name}"]
    assert (tmp_path / "made" / "inner" / "deep").read_text() == "x"


def test_a_version_is_told_when_all_that_it_names_is_on_the_disk(lake, staged, done: list[str]) -> None:
    for number in (1, 2):
        done.clear()
        merge(lake, "deals", staged("deals", [{"deal_id": f"d{number}", "outcome": "open"}]))
        before = done[: done.index(f"name {number:08d}.json")]
        files = {Path(path).name for path in lake.snapshot(number).files("deals")}
        files -= {Path(path).name for path in lake.snapshot(1).files("deals")} if number == 2 else set()
        log = f"{lake.snapshot(number).tables['deals']:020}.json"
        assert {f"sync {name}" for name in (*files, log, "_delta_log", "deals", "tables")} <= set(before)
