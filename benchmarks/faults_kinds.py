"""The table of faults: what each does to the house, and how it passes.

A fault begins, may last, and ends; from its end on the house has to serve again by itself, or with what whoever runs it
would do: mount the disk again, start the database as systemd does.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from benchmarks.faults_house import House, children, command_of, may_set_clocks
from benchmarks.faults_outside import FEED_MOODS, MAIL_MOODS, FeedServer, MailServer

HOUR: Final = 3_600
FUTURE: Final = ("people", "9999_from_a_newer_version")
_REFUSING: Final = 240
"""Seconds in which a version that is too old has said so, on a machine that others work on."""
_APPLY: Final = (
    "from django.db.migrations.recorder import MigrationRecorder as R; from django.db import connection as c;"
    f"R(c).record_applied{FUTURE!r}"
)


@dataclass
class Stage:
    """What faults act on: the house, what is outside of it, and chance."""

    house: House
    mail: MailServer
    feeds: FeedServer
    rng: random.Random
    found: list[str] = field(default_factory=list)

    def kill(self, pid: int | None, how: signal.Signals = signal.SIGKILL) -> None:
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, how)

    @property
    def pages(self) -> int | None:
        """The process that keeps those that answer requests."""
        return self._of_serve("application_server")

    @property
    def page(self) -> int | None:
        """One of those that answer requests."""
        workers = [pid for pid in children(self.pages or 0) if "resource_tracker" not in command_of(pid)]
        return self.rng.choice(workers) if workers else None

    @property
    def worker(self) -> int | None:
        """One of the two that do jobs."""
        own = self.house.units["work"].process
        both = [pid for pid in (self._of_serve(" work"), own.pid if own else None) if pid]
        return self.rng.choice(both) if both else None

    def _of_serve(self, words: str) -> int | None:
        main = self.house.units["serve"].process
        return next((pid for pid in children(main.pid if main else 0) if words in command_of(pid)), None)


Act = Callable[[Stage], Iterator[None]]


@dataclass(frozen=True)
class Fault:
    """A kind of fault. `act` does it, yields while it lasts (`lasts`: seconds, from and to), and then ends it."""

    name: str
    act: Act
    lasts: tuple[float, float] = (0.0, 0.0)

    @contextmanager
    def on(self, stage: Stage) -> Iterator[None]:
        yield from self.act(stage)


def kinds(database: str, *, disk: bool, clock: bool) -> list[Fault]:
    """The faults that this machine can make, by the database that there is."""
    found = [
        Fault("kill -9: a process that answers", _kill("page")),
        Fault("kill -9: the application server", _kill("pages")),
        Fault("kill -9: a job worker", _kill("worker")),
        Fault("kill -9: the supervisor", _kill_supervisor),
        Fault("kill -9: all of it", _kill_everything),
        Fault("stopped for a while: a process that answers", _stop("page"), (5, 20)),
        Fault("stopped for a while: a job worker", _stop("worker"), (5, 45)),
        Fault("mail server: slow or failing", _mail, (15, 30)),
        Fault("feed server: slow or failing", _feeds, (15, 30)),
        Fault("older version after a newer migration", _older),
    ]
    if database == "postgresql":
        found += [
            Fault("kill -9: a connection of PostgreSQL", _kill_connection),
            Fault("kill -9: PostgreSQL", _kill_database, (0, 8)),
            Fault("stopped for a while: PostgreSQL", _stop_database, (5, 15)),
        ]
    if disk:
        found += [
            Fault("the disk is full", _fill, (8, 25)),
            Fault("the disk fails: read-only, what was not synced is gone", _fail_disk, (3, 10)),
        ]
    if clock:
        found += [
            Fault("clock: a day ahead, then put right", _clock(24 * HOUR), (10, 25)),
            Fault("clock: an hour back, then put right", _clock(-HOUR), (10, 25)),
        ]
    return found


def here(database: str, house: House) -> list[Fault]:
    """Those that can be made here; what cannot be is said."""
    disk, clock = house.disk.is_own, may_set_clocks()
    for what, possible in (("a disk of its own (root, loop devices)", disk), ("a C compiler, as cc", clock)):
        if not possible:
            print(f"without {what}: its faults are left out", flush=True)
    return kinds(database, disk=disk, clock=clock)


def _kill(what: str) -> Act:
    def act(stage: Stage) -> Iterator[None]:
        stage.kill(getattr(stage, what))
        yield

    return act


def _kill_supervisor(stage: Stage) -> Iterator[None]:
    main = stage.house.units["serve"].process
    stage.kill(main.pid if main else None)
    yield


def _kill_everything(stage: Stage) -> Iterator[None]:
    for unit in stage.house.units.values():
        for pid in unit.members():
            stage.kill(pid)
    yield


def _stop(what: str) -> Act:
    def act(stage: Stage) -> Iterator[None]:
        pid = getattr(stage, what)
        stage.kill(pid, signal.SIGSTOP)
        yield
        stage.kill(pid, signal.SIGCONT)

    return act


def _kill_connection(stage: Stage) -> Iterator[None]:
    """PostgreSQL then ends all others too, and recovers: its memory may be damaged."""
    backends = [pid for pid in children(_postmaster(stage)) if "postgres: load load" in command_of(pid)]
    stage.kill(stage.rng.choice(backends) if backends else None)
    yield


def _kill_database(stage: Stage) -> Iterator[None]:
    stage.kill(_postmaster(stage))
    yield
    stage.house.start_database()


def _stop_database(stage: Stage) -> Iterator[None]:
    everyone = [_postmaster(stage), *children(_postmaster(stage))]
    for pid in everyone:
        stage.kill(pid, signal.SIGSTOP)
    yield
    for pid in everyone:
        stage.kill(pid, signal.SIGCONT)


def _postmaster(stage: Stage) -> int:
    assert stage.house.postgres is not None
    return stage.house.postgres.pid


def _fill(stage: Stage) -> Iterator[None]:
    stage.house.disk.fill()
    yield
    stage.house.disk.empty()
    if not stage.house.database_runs():  # it stops when it cannot write its log
        stage.house.start_database()


def _fail_disk(stage: Stage) -> Iterator[None]:
    """Whoever runs it stops everything, mounts the disk again, and starts everything."""
    house = stage.house
    postmaster = _postmaster(stage) if house.postgres else None
    house.disk.abort()
    yield
    for unit in house.units.values():
        unit.stop()
    for pid in (postmaster, *children(postmaster or 0)):
        stage.kill(pid)
    end = time.monotonic() + 60
    while True:
        try:
            house.disk.unmount()
            break
        except subprocess.CalledProcessError:  # a process that was killed takes a moment to go
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
    house.disk.mount()
    if house.postgres:
        house.start_database()
    for unit in house.units.values():
        unit.start()


def _clock(seconds: int) -> Act:
    def act(stage: Stage) -> Iterator[None]:
        stage.house.set_clock(seconds)
        yield
        stage.house.set_clock(0)

    return act


def _mail(stage: Stage) -> Iterator[None]:
    stage.mail.be(stage.rng.choice(sorted(MAIL_MOODS)))
    yield
    stage.mail.be("")


def _feeds(stage: Stage) -> Iterator[None]:
    stage.feeds.be(stage.rng.choice(sorted(FEED_MOODS)))
    yield
    stage.feeds.be("")


def _older(stage: Stage) -> Iterator[None]:
    """A newer version has migrated the database; this one, the older, is started, and what runs is not disturbed."""
    house = stage.house
    house.run("afteraction", "manage", "shell", "--no-imports", "-c", _APPLY)
    for command in (["serve", "--port", "1"], ["work"]):
        asked = [sys.executable, "-m", "afteraction", *command]
        try:
            done = subprocess.run(
                asked, env=house.environment, capture_output=True, text=True, check=False, timeout=_REFUSING
            )
            said, status = done.stdout + done.stderr, done.returncode
        except subprocess.TimeoutExpired:
            said, status = f"it is still there after {_REFUSING} seconds", 0
        if status == 0 or "newer version" not in said:
            stage.found.append(f"{' '.join(command)} on newer tables ended with {status}: {said[-300:]}")
    house.run("afteraction", "manage", "shell", "--no-imports", "-c", _APPLY.replace("applied", "unapplied"))
    yield
