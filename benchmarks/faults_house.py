"""A house whose faults are measured: a disk of its own, a PostgreSQL, and the product, kept running as systemd does.

The disk is an ext4 in a file, mounted by a loop device, so that it can be full, and so that it can fail: `abort` has
the kernel treat it as one that has failed, which takes no write any more, open files included, and forgets what was not
synced. The clock of the house's own processes is off by what `faults_clock.c` reads in a file.
"""

import http.client
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.web_load_server import Postgres, free_port

PATIENCE: Final = 300.0
_SIZE: Final = 3 << 30
_UNIT: Final = "HOUSE_UNIT"
_CLOCK: Final = Path(__file__).with_name("faults_clock.c")
_SETTINGS: Final = {"shared_buffers": "64MB", "max_wal_size": "128MB", "wal_keep_size": "0"}
"""A small PostgreSQL, syncing to disk as it comes."""


def may_set_clocks() -> bool:
    """Whether a clock of one's own can be made here."""
    return shutil.which("cc") is not None


def may_mount() -> bool:
    """Whether a disk of one's own can be made here."""
    return os.geteuid() == 0 and Path("/dev/loop-control").exists()


class Disk:
    """An ext4 of 3 GiB in a file (uploads want one that stays free), or a plain folder where nothing may be mounted."""

    def __init__(self, folder: Path) -> None:
        self.at = folder / "disk"
        self._image, self._ballast = folder / "disk.img", self.at / "ballast"
        self.is_own = may_mount()

    def make(self) -> None:
        self.at.mkdir()
        if self.is_own:
            with self._image.open("wb") as file:
                file.truncate(_SIZE)
            _run("mkfs.ext4", "-q", "-F", "-m", "0", self._image)
            self.mount()
        self.at.chmod(0o755)

    def mount(self) -> None:
        """As at the start of a machine, its journal replayed."""
        _run("mount", "-o", "loop", self._image, self.at)

    def unmount(self) -> None:
        if self.is_own and os.path.ismount(self.at):
            _run("umount", self.at)

    def fill(self) -> None:
        """Not a byte is left."""
        with self._ballast.open("wb") as file, suppress(OSError):
            free = os.statvfs(self.at)
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
        with self._ballast.with_suffix(".rest").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"0" * 4096)

    def empty(self) -> None:
        for path in self.at.glob("ballast*"):
            path.unlink()

    def abort(self) -> None:
        """It fails: no write is taken any more, and what was not synced is gone."""
        _run("mount", "-o", "remount,abort", self.at)


@dataclass
class Unit:
    """A program that is to run all the time, as a unit of systemd with Restart=always, RestartSec=1."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    starts: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    _wanted: bool = False
    _keeper: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        self._wanted = True
        self._keeper = threading.Thread(target=self._keep, name=self.name, daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """SIGTERM, and SIGKILL for what has not ended after a while."""
        self._wanted = False
        if self.process:
            with suppress(ProcessLookupError):
                self.process.terminate()
        if self._keeper:
            self._keeper.join()

    def members(self) -> list[int]:
        """All processes of it, those whose parent is gone too: systemd knows them by their control group."""
        mark, found = f"{_UNIT}={self.environment[_UNIT]}".encode(), []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with suppress(OSError):
                    if mark in (folder / "environ").read_bytes().split(b"\0"):
                        found.append(int(folder.name))
        return found

    def _keep(self) -> None:
        while self._wanted:
            with self.log.open("ab") as log:
                # Programs belong to their unit, not to whoever pressed Ctrl+C.
                self.process = subprocess.Popen(
                    self.command, env=self.environment, stdout=log, stderr=log, start_new_session=True
                )
            self.starts += 1
            self.process.wait()
            self._end_the_rest()
            time.sleep(1.0 if self._wanted else 0.0)

    def _end_the_rest(self) -> None:
        """KillMode=control-group: what the main process left behind ends before it is started again."""
        end = time.monotonic() + 20
        for pid in self.members():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
                os.kill(pid, signal.SIGCONT)
        while (left := self.members()) and time.monotonic() < end:
            time.sleep(0.1)
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class House:
    """The product as it is served: pages with a worker, one more worker, and the database."""

    def __init__(self, folder: Path, database: str, mail: int) -> None:
        self.folder, self.disk = folder, Disk(folder)
        self.port = free_port()
        self.postgres = Postgres(self.disk.at / "postgresql", _SETTINGS) if database == "postgresql" else None
        self.clock = folder / "clock"
        self._mail = mail
        self.units: dict[str, Unit] = {}

    @property
    def home(self) -> Path:
        return self.disk.at / "home"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AFTERACTION_", "DJANGO_"))}
        own = {
            "AFTERACTION_HOME": str(self.home),
            "AFTERACTION_MAIL": f"smtp://127.0.0.1:{self._mail}",
            "AFTERACTION_ALLOW_PRIVATE": "yes",
            "AFTERACTION_API_LIMIT": "1000000",
            "AFTERACTION_JOBS_EAGER": "yes",
            "DJANGO_SETTINGS_MODULE": "afteraction.web.settings",
            "OMP_NUM_THREADS": "1",
            "TMPDIR": str(self.disk.at / "tmp"),
        }
        return kept | own | ({"AFTERACTION_DATABASE": self.postgres.url} if self.postgres else {})

    def make(self, feeds: str) -> None:
        """Everything that is there before the first fault."""
        self.disk.make()
        for path in (self.home, self.disk.at / "tmp"):
            path.mkdir()
        self.set_clock(0)
        if self.postgres:
            self.postgres.start()
        self.run("benchmarks.faults_home", "make", str(self.folder), feeds)
        serve = [sys.executable, "-m", "afteraction", "serve", "--port", str(self.port), "--workers", "2"]
        clocked = self._clocked()
        for name, command in {"serve": serve, "work": [sys.executable, "-m", "afteraction", "work"]}.items():
            marked = self.environment | clocked | {_UNIT: f"{self.folder} {name}"}
            self.units[name] = Unit(name, command, marked, self.folder / f"{name}.log")

    def start(self) -> None:
        if self.postgres and not self.database_runs():
            self.start_database()
        self.units["serve"].start()
        self.wait()
        if self.units["work"].process is None or self.units["work"].process.poll() is not None:
            self.units["work"].start()

    def stop(self) -> None:
        for unit in self.units.values():
            unit.stop()
        if self.postgres and self.database_runs():
            with suppress(subprocess.CalledProcessError):
                self.postgres.stop()

    def wait(self) -> float:
        """Seconds until pages are served and jobs are done; raises `SystemExit` when that takes too long."""
        began = time.monotonic()
        while not self.serves():
            if time.monotonic() > began + PATIENCE:
                raise SystemExit(f"found a house that does not serve after {PATIENCE:.0f} s; see {self.folder}")
            time.sleep(0.1)
        return time.monotonic() - began

    def serves(self) -> bool:
        """Whether its health is good, as whatever watches it would ask."""
        told = self._health()
        age = told.get("jobs", {}).get("heartbeat_age")
        return told.get("status") == "ok" and age is not None and abs(age) < 10

    def is_idle(self) -> bool:
        """Whether no job runs, and none that is due waits."""
        jobs = self._health().get("jobs", {"waiting": 1})
        return not (jobs["waiting"] or jobs.get("running"))

    def _health(self) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            told: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()
        return told

    def run(self, module: str, *arguments: str) -> str:
        """A program beside it, with its settings and the true time."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{module} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-4000:]}")
        return done.stdout

    def set_clock(self, seconds: int) -> None:
        """How far the clock of its processes is off from now on."""
        with self.clock.open("r+b" if self.clock.exists() else "w+b") as file:  # in place: processes look into it
            file.write(struct.pack("=q", seconds))

    def _clocked(self) -> dict[str, str]:
        if not may_set_clocks():
            return {}
        library = self.folder / "clock.so"
        _run("cc", "-O2", "-shared", "-fPIC", "-o", library, _CLOCK, "-ldl")
        return {"LD_PRELOAD": str(library), "HOUSE_CLOCK": str(self.clock)}

    def database_runs(self) -> bool:
        if self.postgres is None:
            return True
        try:
            os.kill(self.postgres.pid, 0)
        except (OSError, ValueError):
            return False
        return True

    def start_database(self) -> None:
        """As systemd does, again and again: the processes of one that was killed take a moment to go."""
        assert self.postgres is not None
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.postgres.start()
            except subprocess.CalledProcessError:
                if time.monotonic() > end:
                    raise
                time.sleep(1)
            else:
                return


def children(pid: int) -> list[int]:
    """The processes that a process has started; none of one that has ended."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_of(pid: int) -> str:
    """How a process was called; empty for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@contextmanager
def house(folder: Path, database: str, mail: int) -> Iterator[House]:
    """One that is taken down in the end, its disk left for who wants to look."""
    made = House(folder, database, mail)
    try:
        yield made
    finally:
        made.stop()


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
