"""Real processes of the command line, each with a home of its own, and a look into its database from outside."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Installation:
    """A home with a database, and what can be done with it from outside; `settings` are those of its environment."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    begun: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def run(self, *arguments: str) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(self._command(*arguments), env=self._environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run Python with Django set up."""
        return self.run("manage", "shell", "--no-imports", "-c", code)

    def begin(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command and leave it running; its output goes to a file of the home."""
        with (self.home / f"{arguments[0]}.log").open("ab") as log:
            self.begun.append(
                subprocess.Popen(self._command(*arguments), env=self._environment(), stdout=log, stderr=log)
            )
        return self.begun[-1]

    def begin_server(self, port: int, workers: int) -> None:
        """Start what answers requests, alone; its output goes to a file of the home."""
        command = [sys.executable, "-W", "ignore", "-m", "afteraction.web.application_server", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--workers", str(workers)]
        with (self.home / "server.log").open("ab") as log:
            self.begun.append(subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log))

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in self.begun:
            process.kill()
            process.wait(10)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database as they are at this moment."""
        with closing(sqlite3.connect(self.home / "database.sqlite3", timeout=20)) as database:
            return database.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """Change the database behind everyone's back."""
        with closing(sqlite3.connect(self.home / "database.sqlite3", timeout=20)) as database, database:
            database.execute(statement)

    def value(self, query: str) -> Any:
        """The only value of a query; None without a row."""
        rows = self.ask(query)
        return rows[0][0] if rows else None

    def jobs(self, name: str) -> list[tuple[str, int]]:
        """State and number of attempts of every job of that name."""
        rows = self.ask(
            f"SELECT status, worker_ids FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%.{name}'"
        )
        return [(status, len(json.loads(workers))) for status, workers in rows]

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-W", "ignore", "-m", "afteraction", *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AFTERACTION_", "DJANGO_"))}
        own = {"AFTERACTION_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "afteraction.web.settings"}
        own |= {"AFTERACTION_JOBS_EAGER": "yes"}  # other tests keep the machine busy
        return kept | own | self.settings


def until(true: Callable[[], Any], seconds: float = 180.0, every: float = 0.02) -> Any:
    """What `true` gives as soon as that is something; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(every)
    raise AssertionError("it did not happen in time")


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process as the system does when memory runs out: it can tell nobody."""
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found] + [grand for child in found for grand in children(int(child))]


def healthy(port: int) -> dict[str, Any] | None:
    """What a server says of its health; None while it says nothing."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except OSError:
        return None


def working(port: int) -> bool:
    """Whether pages are served and jobs are done."""
    told = healthy(port)
    return bool(told and told["jobs"]["heartbeat_age"] is not None and told["jobs"]["heartbeat_age"] < 5)
