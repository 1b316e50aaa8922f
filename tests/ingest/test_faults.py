"""What is left of an import that was killed, or that the disk did not take."""

import multiprocessing
import random
import resource
import signal
import time
from pathlib import Path

import pytest
from tests.ingest.installation import NOW, Files, Installation

from afteraction.errors import Refused
from afteraction.ingest import import_paths
from afteraction.lake.home import Home
from afteraction.lake.store import Lake

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["ibis.backends.duckdb", "pandas", "tests.ingest.test_faults"])
DEALS, TOUCHES, MOMENTS = 400, 2_000, 20


@pytest.fixture
def export(files: Files) -> Path:
    """A folder of deals and touches."""
    deals = [f"D{n},{'won' if n % 3 else 'open'},{n * 10}" for n in range(DEALS)]
    touches = [f"D{n % DEALS},Call,2024-01-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}" for n in range(TOUCHES)]
    files.write("deals.csv", "\n".join(["deal_id,outcome,amount", *deals]) + "\n")
    files.write("events.csv", "\n".join(["deal_id,activity,at", *touches]) + "\n")
    return files.folder


def import_in_child(folder: Path, home: Path) -> None:
    import_paths([folder], home, now=NOW)


def import_on_a_small_disk(folder: Path, home: Path, most: int, told) -> None:
    """Import where no file may grow beyond `most` bytes, and send what people are told."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        import_paths([folder], home, now=NOW)
    except Refused as refused:
        told.send(str(refused))


def start(*arguments) -> multiprocessing.Process:
    process = FORK.Process(target=arguments[0], args=arguments[1:])
    process.start()
    return process


def rows_of(home: Path) -> dict[str, int]:
    current = Lake(Home.at(home)).current()
    return {} if current is None else {name: current.rows[name] for name in ("deals", "touches")}


def test_an_import_killed_at_any_moment_leaves_all_or_nothing_and_can_be_repeated(export: Path, tmp_path: Path) -> None:
    whole = {"deals": DEALS, "touches": TOUCHES}
    for name in ("warm", "measured"):  # the first one also waits for the server that forks
        begun = time.monotonic()
        start(import_in_child, export, tmp_path / name).join()
        longest = time.monotonic() - begun
        assert rows_of(tmp_path / name) == whole
    dice = random.Random(4)
    homes = [tmp_path / "home 0"]
    killed = 0
    for _ in range(MOMENTS):
        process = start(import_in_child, export, homes[-1])
        process.join(dice.random() * longest)
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        left = rows_of(homes[-1])
        assert left in ({}, whole)
        if left:
            homes.append(tmp_path / f"home {len(homes)}")
    assert killed > MOMENTS / 2
    import_in_child(export, homes[-1])
    for home in homes:
        assert rows_of(home) == whole
        assert Installation(home).rows("SELECT count(DISTINCT touch_id) FROM touches") == [(TOUCHES,)]


@pytest.mark.parametrize("most", [100, 20_000])
def test_a_full_disk_is_told_and_changes_nothing(most: int, export: Path, tmp_path: Path) -> None:
    receiver, sender = FORK.Pipe(duplex=False)
    process = start(import_on_a_small_disk, export, tmp_path / "home", most, sender)
    process.join()
    assert process.exitcode == 0
    assert receiver.poll()
    told = receiver.recv()
    assert "next: " in told
    assert "disk" in told
    assert rows_of(tmp_path / "home") == {}


def test_a_home_that_cannot_be_made_is_told(export: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Refused, match=r"could not be written .*Not a directory"):
        import_paths([export], tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (None, "No such file"),
        (b"\xff\xfe", "can't decode"),
        (b"[[sheet]\n", "Expected"),
    ],
)
def test_a_mapping_file_that_is_none_is_refused(
    content: bytes | None, found: str, export: Path, tmp_path: Path, installation: Installation
) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refused, match=found):
        installation.imports(export, mapping_file=path)
