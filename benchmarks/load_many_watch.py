"""What a server under load is seen to be doing: memory of its processes, connections, what waits, every ten seconds."""

import resource
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

EVERY: Final = 10.0
_MIB: Final = 1024


@dataclass(frozen=True)
class Seen:
    """Memory by kind of process in MiB, connections, requests inside, jobs; `at` in seconds."""

    at: float
    memory: Mapping[str, float]
    connections: int
    busy: int
    inside: float
    turned_away: float
    jobs_waiting: int
    jobs_running: int


class Watch(threading.Thread):
    """Looks until `end` is called. `kinds` are the first processes of each kind; their children count with them."""

    def __init__(self, kinds: Mapping[str, Sequence[int]], database: str, port: int, token: str) -> None:
        super().__init__(daemon=True, name="watch")
        self._kinds, self._database, self._token = kinds, database, token
        self._address = f"http://127.0.0.1:{port}/metrics"
        self._ended = threading.Event()
        self.seen: list[Seen] = []
        self.unanswered = 0

    def run(self) -> None:
        with psycopg.connect(self._database, autocommit=True) as connection:
            while not self._ended.wait(EVERY):
                self.seen.append(self._look(connection))

    def end(self) -> list[dict[str, Any]]:
        self._ended.set()
        self.join(30)
        return [asdict(each) for each in self.seen]

    def _look(self, connection: "psycopg.Connection[Any]") -> Seen:
        row = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE state = 'active') FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
        assert row is not None
        told = self._metrics()
        return Seen(
            at=time.monotonic(),
            memory=memory(self._kinds),
            connections=row[0],
            busy=row[1],
            inside=told.get("afteraction_requests_inside", 0.0),
            turned_away=sum(n for name, n in told.items() if name.startswith("afteraction_requests_turned_away_total")),
            jobs_waiting=int(told.get('afteraction_jobs{state="waiting"}', 0)),
            jobs_running=int(told.get('afteraction_jobs{state="running"}', 0)),
        )

    def _metrics(self) -> dict[str, float]:
        """What `/metrics` tells, also while the server turns people away."""
        asked = urllib.request.Request(self._address, headers={"Authorization": f"Bearer {self._token}"})
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            self.unanswered += 1
            return {}
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}


def memory(kinds: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """MiB that these processes and all that they started have of their own: neither mapped files nor shared buffers."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended meanwhile
            children.setdefault(parent, []).append(int(folder.name))
    found = {}
    for kind, pids in kinds.items():
        waiting, total = list(pids), 0.0
        while waiting:
            pid = waiting.pop()
            total += _share(pid)
            waiting += children.get(pid, [])
        found[kind] = total / _MIB
    return found


def _share(pid: int) -> float:
    """KiB of one process that are its own, or its share of what several have."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (OSError, ProcessLookupError):
        return 0.0
    return float(next((line.split()[1] for line in lines if line.startswith("Pss_Anon:")), 0))


def descendants_named(pid: int, word: str) -> list[int]:
    """The processes that one started itself whose command has a word in it."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if parent == pid and word in command.replace("\0", " "):
                found.append(int(folder.name))
    return found


def allow_many_files() -> None:
    """Lets this process have a connection for every person."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
