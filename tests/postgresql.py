"""A PostgreSQL of one's own for the time of a command: `python -m tests.postgresql pytest tests/web`.

It lies in a temporary folder, listens on a free port of this machine alone, wants a password that nobody else knows,
and forgets everything. The command finds its address in AFTERACTION_TEST_DATABASE, which `tests.django_home` reads. It
comes in as an ordinary role, which may make databases: no policy holds a superuser.
"""

import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

VARIABLE: Final = "AFTERACTION_TEST_DATABASE"
PATIENCE: Final = 60.0
_QUICK: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")
"""What makes it fast is what would lose data when the machine goes down."""


@contextmanager
def postgresql() -> Iterator[str]:
    """Its address while it runs. Raises `SystemExit` with what to do where there is none, or it does not start."""
    programs = _programs()
    # PostgreSQL does not run as root; Debian's package has made somebody for it.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="afteraction-postgresql-"))
    try:
        password = secrets.token_urlsafe(20)
        (folder / "password").write_text(password, encoding="utf-8")
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        making = [programs / "initdb", "--pgdata", folder / "data", "--username", "postgres", "--no-sync"]
        making += ["--pwfile", folder / "password", "--auth", "scram-sha-256", "--encoding", "UTF8"]
        making += ["--locale", "C.UTF-8"]
        subprocess.run(making, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        port = _free_port()
        begun = [programs / "postgres", "-D", folder / "data", "-p", str(port), "-h", "127.0.0.1", "-k", ""]
        begun += [part for setting in _QUICK for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(begun, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(programs, server, port, folder / "log")
            _make_role(programs, port, password)
            yield f"postgresql://afteraction:{password}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth a checkpoint
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """Where the newest version has its programs; Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    here = shutil.which("postgres")
    if not found and not here:
        raise SystemExit("found:    no PostgreSQL\nexpected: its server\nnext:     apt-get install postgresql")
    return found[-1].parent if found else Path(str(here)).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(programs: Path, server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    asking = [programs / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    end = time.monotonic() + PATIENCE
    while subprocess.run(asking, check=False).returncode:
        if server.poll() is not None or time.monotonic() > end:
            told = log.read_text(encoding="utf-8", errors="replace").strip()
            raise SystemExit(f"found:    {told}\nexpected: a PostgreSQL that starts as {getpass.getuser()}")
        time.sleep(0.05)


def _make_role(programs: Path, port: int, password: str) -> None:
    making = f"CREATE ROLE afteraction LOGIN CREATEDB PASSWORD '{password}'"
    owning = "ALTER DATABASE postgres OWNER TO afteraction"
    # So that a test may write what no foreign key would let in, as somebody with the database's files can.
    forging = "GRANT SET ON PARAMETER session_replication_role TO afteraction"
    asking = [programs / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1"]
    subprocess.run(
        [*asking, "-c", making, "-c", owning, "-c", forging], env=os.environ | {"PGPASSWORD": password}, check=True
    )


def main() -> int:
    """Runs the command that the arguments are, beside a PostgreSQL; its status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with postgresql() as address:
        return subprocess.run(sys.argv[1:], env=os.environ | {VARIABLE: address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
