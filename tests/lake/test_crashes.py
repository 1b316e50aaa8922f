"""What is left of an import that was killed, refused by the disk, or came second."""

import multiprocessing
import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from tests.lake.rows import Staged, merge

from afteraction.errors import Refused
from afteraction.lake import durable
from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake
from afteraction.lake.writer import MergeCounts, open_writer

# Each import runs in a process of its own, forked from one that has only imported what is needed: so its time is spent
# on importing, and a random moment of it is a random moment of an import.
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["ibis.backends.duckdb", "pandas", "tests.lake.test_crashes"])

AT = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 1000
MERGED = ("deals", "touches", "stage_changes")


def rows_of(table: str, edition: int) -> list[dict]:
    """The second edition has half of the rows as they were, a quarter changed, and a quarter new, with an attribute."""
    start = 0 if edition == 1 else ROWS // 4
    rows = []
    for n in range(start, start + ROWS):
        changed = edition == 2 and n % 3 == 0
        at = AT + timedelta(minutes=n)
        if table == "deals":
            row = {"deal_id": f"d{n:05}", "outcome": "won" if changed else "open", "created_at": at}
            rows.append(row if edition == 1 else row | {"tier": f"tier {n % 5}"})
        elif table == "touches":
            row = {"touch_id": f"t{n:05}", "deal_id": f"d{n % 99:05}", "activity": "call", "at": at}
            rows.append(row | {"subject": f"{'new' if changed else 'old'} {n}"})
        else:
            rows.append(
                {"deal_id": f"d{n % 99:05}", "at": at, "stage": "Propose", "actor": "Ben" if changed else "Ann"}
            )
    return rows


def import_edition(folder: Path, edition: int, begun=None, dies_at: str = "") -> dict[str, MergeCounts]:
    """What the importer does: stage rows as files, merge table by table, publish.

    `begun` is told when the lake is about to be touched; the process dies by its own hand at `dies_at`.
    """
    home = Home.at(folder)
    counts = {}
    with home.staging() as staging:
        paths = [Staged(home)(t, rows_of(t, edition)).rename(staging / f"{t}.parquet") for t in MERGED]
        if begun:
            begun.send("begun")
        with open_writer(Lake(home)) as writer:
            for table, path in zip(MERGED, paths, strict=True):
                counts[table] = writer.merge(table, [path])
                if dies_at == table:
                    os.kill(os.getpid(), signal.SIGKILL)
            if dies_at == "publishing":
                durable.put_in_place = lambda _draft, _place: os.kill(os.getpid(), signal.SIGKILL)
            writer.commit(f"edition {edition}")
    return counts


def tidy_up(folder: Path, begun=None) -> None:
    lake = Lake(Home.at(folder))
    if begun:
        begun.send("begun")
    lake.compact()
    lake.forget(keep=1)


def everything(folder: Path, version: int | None = None) -> dict[str, pa.Table]:
    """The whole record of a data version, sorted by key."""
    home = Home.at(folder)
    record = open_record(home, Lake(home).snapshot(version))
    return {name: record.tables[name].order_by(TABLES[name].key).to_pyarrow() for name in MERGED}


def run(work: Callable[..., object], *arguments: object, kill_after: float | None = None) -> tuple[float, bool]:
    """Run this in a process of its own and kill it so long after it begun; how long it took, whether it was killed."""
    here, there = FORK.Pipe()
    process = FORK.Process(target=work, args=(*arguments, there))
    process.start()
    assert here.poll(60)
    started = time.monotonic()
    process.join(kill_after)
    took = time.monotonic() - started
    process.kill()
    process.join()
    return took, process.exitcode == -signal.SIGKILL


def moments(times: int, seed: int, work: Callable[..., object], home: Path, *arguments: object) -> list[float]:
    """Random moments spread over the time that this takes on a home, which is the best of three."""
    rng = random.Random(seed)
    lasts = []
    for number in (1, 2, 3):
        folder = home.with_name(f"{home.name} timed {number}")
        shutil.copytree(home, folder)
        took, killed = run(work, folder, *arguments)
        assert not killed
        lasts.append(took)
    spread = [min(lasts) * (number + rng.random()) / times for number in range(times)]
    rng.shuffle(spread)
    return spread


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    """A home with the first edition in it."""
    folder = tmp_path_factory.mktemp("first") / "home"
    import_edition(folder, 1)
    return folder


@pytest.fixture(scope="module")
def second(first, tmp_path_factory) -> Path:
    """A home with the second edition merged into the first."""
    folder = tmp_path_factory.mktemp("second") / "home"
    shutil.copytree(first, folder)
    counts = import_edition(folder, 2)
    assert all(count.new and count.changed for count in counts.values())
    return folder


def repeated_in_full(folder: Path, before: dict[str, pa.Table], after: dict[str, pa.Table]) -> None:
    """Whatever happened to an import, the record is the one before or after, and repeating makes it the one after."""
    lake = Lake(Home.at(folder))
    if lake.snapshot().version == 1:
        assert everything(folder) == before
        counts = import_edition(folder, 2)
        assert all(count.new and count.changed for count in counts.values())
    assert [snapshot.version for snapshot in lake.versions()] == [1, 2]
    assert everything(folder) == after
    assert everything(folder, version=1) == before
    with Home.at(folder).staging():  # whoever stages next sweeps away what a killed one left
        pass
    assert [*(folder / "staging").iterdir()] == []


@pytest.mark.slow
def test_an_import_killed_at_any_moment_loses_nothing_and_can_be_repeated(first, second, tmp_path):
    before, after = everything(first), everything(second)
    killed = 0
    for number, moment in enumerate(moments(60, 1981, import_edition, first, 2)):
        folder = tmp_path / f"killed {number}"
        shutil.copytree(first, folder)
        if run(import_edition, folder, 2, kill_after=moment)[1]:
            killed += 1
            repeated_in_full(folder, before, after)
        if killed == 20:
            return
    pytest.fail(f"only {killed} of 60 imports were still running when they were to be killed")


@pytest.mark.parametrize("step", [*MERGED, "publishing"])
def test_an_import_killed_between_two_steps_loses_nothing_and_can_be_repeated(first, second, tmp_path, step):
    folder = tmp_path / "killed"
    shutil.copytree(first, folder)
    process = FORK.Process(target=import_edition, args=(folder, 2, None, step))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    left = {table: DeltaTable(Lake(Home.at(folder)).tables_folder / table).version() for table in MERGED}
    assert left["deals"] > 0  # the table is ahead of the record
    assert len([*(folder / "staging").iterdir()]) > 0
    repeated_in_full(folder, everything(first), everything(second))


def test_a_first_import_killed_at_any_moment_leaves_an_empty_home_or_a_whole_one(first, tmp_path):
    whole = everything(first)
    (tmp_path / "empty").mkdir()
    for number, moment in enumerate(moments(6, 2010, import_edition, tmp_path / "empty", 1)):
        folder = tmp_path / f"killed {number}"
        run(import_edition, folder, 1, kill_after=moment)
        assert Lake(Home.at(folder)).current() is None or everything(folder) == whole
        import_edition(folder, 1)
        assert everything(folder) == whole
        assert [snapshot.version for snapshot in Lake(Home.at(folder)).versions()] == [1]


def test_tidying_up_killed_at_any_moment_keeps_the_newest_version(second, tmp_path):
    whole = everything(second)
    for number, moment in enumerate(moments(6, 7, tidy_up, second)):
        folder = tmp_path / f"killed {number}"
        shutil.copytree(second, folder)
        run(tidy_up, folder, kill_after=moment)
        assert everything(folder) == whole
        tidy_up(folder)
        assert everything(folder) == whole
        assert len(Lake(Home.at(folder)).versions()) == 1


@pytest.mark.parametrize("room", [300, 3_000, 6_000, 12_000])
def test_a_full_disk_is_told_and_the_last_version_stays(first, second, tmp_path, room):
    folder = tmp_path / "home"
    shutil.copytree(first, folder)
    staged = Staged(Home.at(folder))
    prepared = {table: staged(table, rows_of(table, 2)) for table in MERGED}
    here, there = FORK.Pipe()
    process = FORK.Process(target=merge_with_little_room, args=(folder, prepared, room, there))
    process.start()
    assert here.poll(60)
    answer = here.recv()
    process.join()
    assert "could not be written" in answer
    assert "File too large" in answer
    assert "make room, then repeat" in answer
    assert Lake(Home.at(folder)).snapshot().version == 1
    assert everything(folder) == everything(first)
    import_edition(folder, 2)
    assert everything(folder) == everything(second)


def merge_with_little_room(folder: Path, prepared: dict[str, Path], room: int, answer) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        with open_writer(Lake(Home.at(folder))) as writer:
            for table, path in prepared.items():
                writer.merge(table, [path])
            writer.commit("never")
        answer.send("done")
    except Refused as refusal:
        answer.send(str(refusal))


def hold_the_lock(folder: Path, answer) -> None:
    with open_writer(Lake(Home.at(folder))):
        answer.send("writing")
        time.sleep(60)


def test_a_second_importer_is_refused_until_the_first_has_ended_however_it_ends(first, tmp_path):
    folder = tmp_path / "home"
    shutil.copytree(first, folder)
    here, there = FORK.Pipe()
    process = FORK.Process(target=hold_the_lock, args=(folder, there))
    process.start()
    assert here.poll(60)
    lake = Lake(Home.at(folder))
    with pytest.raises(Refused, match="another import is writing") as refusal, open_writer(lake):
        pass
    assert f"process {process.pid}, since 20" in refusal.value.found
    assert "nothing was changed" in refusal.value.next_step
    with pytest.raises(Refused, match="one writer at a time"):
        lake.forget(keep=1)
    with pytest.raises(Refused, match="one writer at a time"):
        lake.compact()
    assert everything(folder) == everything(first)  # readers need no lock
    process.kill()
    process.join()
    staged = Staged(Home.at(folder))
    assert merge(lake, "deals", staged("deals", [{"deal_id": "new", "outcome": "won"}])).new == 1
