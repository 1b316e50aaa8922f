"""What the load benchmark runs against: a PostgreSQL of its own, and the product as people start it."""

import http.client
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PATIENCE: Final = 600.0
SETTINGS: Final = {"shared_buffers": "1GB", "max_wal_size": "4GB", "random_page_cost": "1.1", "work_mem": "16MB"}
"""Everything else is as PostgreSQL comes, syncing to disk among it."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clock_ticks(pids: Sequence[int]) -> float:
    """Seconds of processor time of processes, and of those that they started."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            children.setdefault(int(fields[1]), []).append(int(folder.name))
            used[int(folder.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    waiting, total = list(pids), 0.0
    while waiting:
        pid = waiting.pop()
        total += used.get(pid, 0.0)
        waiting += children.get(pid, [])
    return total


def busy_seconds() -> float:
    """Seconds of processor time that this machine has spent on anything."""
    user, nice, system, _idle, _iowait, irq, softirq, *_others = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


class Postgres:
    """A PostgreSQL whose files are in a folder of its own, made at the first start and kept."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = SETTINGS) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        on_path = shutil.which("initdb")
        if not found and not on_path:
            raise SystemExit(
                "no PostgreSQL; expected its programs on the PATH or below /usr/lib/postgresql; install it"
            )
        self._programs = found[-1] if found else Path(on_path or "").parent
        self._data, self._port, self._settings = folder, free_port(), settings
        self.url = f"postgresql://load@127.0.0.1:{self._port}/load"

    def start(self) -> None:
        """Start it, and make the database where there is none."""
        new = not (self._data / "PG_VERSION").exists()
        if new:
            self._data.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(self._data, "postgres", "postgres")
            self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--pgdata", self._data)
        options = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        options += f" -p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        log = self._data / "server.log"
        self._run("pg_ctl", "start", "--wait", "--pgdata", self._data, "--log", log, "--options", options)
        if new:
            # An ordinary role that owns its database, as installations have: no policy holds a superuser.
            host = ["--host=127.0.0.1", f"--port={self._port}", "--username=postgres"]
            self._run("createuser", *host, "load")
            self._run("createdb", *host, "--owner=load", "load")

    @property
    def pid(self) -> int:
        """Its first process."""
        return int((self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])

    def program(self, name: str) -> Path:
        """One of its programs."""
        return self._programs / name

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--mode=fast", "--pgdata", self._data)

    def analyse(self) -> None:
        """Have it count its rows, as it does by itself after a while."""
        host = ["--host=127.0.0.1", f"--port={self._port}", "--username=load"]
        self._run("vacuumdb", *host, "--analyze", "load")

    def _run(self, program: str, *arguments: object) -> None:
        """PostgreSQL refuses to be started by root: then its own user does it."""
        user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        command = [str(self._programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", user=user, extra_groups=[])


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL that runs meanwhile."""
    server = Postgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def serving(environment: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """`afteraction serve` with two workers, as anyone starts it; its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "afteraction", "serve", "--port", str(port), "--workers", "2"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        _wait(process, port, log)
        yield port, process.pid
    finally:
        end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process to stop; on a machine that is too busy for it in a minute, stop it."""
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.3)
        finally:
            connection.close()
    raise SystemExit(f"the server does not answer; {log} says why")
