"""`afteraction serve`: makes everything ready, then keeps an application server and a job worker running."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType
from typing import Final

import django
from django.core import checks
from django.core.management import call_command

from afteraction.errors import Refused
from afteraction.web.isolation.scope import work_across

Say = Callable[[str], None]
PATIENCE: Final = 15.0
"""Seconds that children have to stop before they are killed: longer than the worker's own patience with a job."""
_RESTART_AFTER: Final = 1.0
MANIFEST_STORAGE: Final = "afteraction.web.static_files.NamedByContent"


@dataclass(frozen=True)
class Serving:
    """Where and how the server listens; `admin` is who is invited as the first admin on the first start.

    Without `jobs` only pages are served, where a worker runs beside it or on another machine.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    admin: str = "admin@localhost"
    organisation: str = "My organisation"
    jobs: bool = True


def start_django(address: str = "") -> None:
    """Sets Django up for a command; `address` is where people reach it unless the environment says so."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "afteraction.web.settings")
    if address:
        os.environ.setdefault("AFTERACTION_ADDRESS", address)
    django.setup()
    work_across("a command of whoever looks after the installation")


def serve(serving: Serving, say: Say) -> None:
    """Prepares the home, then serves until SIGTERM or SIGINT. Raises `Refused` when something is in the way."""
    _refuse_taken(serving)
    start_django(f"http://{_shown(serving.host)}:{serving.port}")
    prepare(say)
    _first_admin(serving, say)
    from django.conf import settings

    port, workers = str(serving.port), str(serving.workers)
    pages = [sys.executable, "-m", "afteraction.web.application_server"]
    pages += ["--host", serving.host, "--port", port, "--workers", workers]
    children = [Child("pages", pages)]
    if serving.jobs:
        children.append(Child("jobs", [sys.executable, "-m", "afteraction", "work"]))
    told = f"Afteraction is at {settings.ADDRESS} (Ctrl+C stops it)"
    Supervisor(children, say).run(once_ready=lambda: say(told), is_ready=lambda: _answers(serving))


def prepare(say: Say) -> None:
    """Checks the settings, brings the database up to date, and puts the static files together.

    Raises `Refused` with everything that the system checks find wrong; warnings are said.
    """
    from afteraction.web.people.bootstrap import prepare_database

    found = checks.run_checks(include_deployment_checks=True)
    ours = [each for each in found if (each.id or "").startswith("afteraction.") or each.level >= checks.ERROR]
    wrong = [each for each in ours if each.level >= checks.ERROR]
    for each in ours:
        if each not in wrong:
            say(f"Warning: {each.msg}. {each.hint or ''}")
    if wrong:
        raise Refused(
            "; ".join(str(each.msg) for each in wrong),
            "settings that the server can start with",
            " ".join(str(each.hint) for each in wrong if each.hint),
        )
    prepare_database()
    put_static_files_together()


def refuse_unprepared() -> None:
    """Raises `Refused` where no server has made this home ready yet, or an older version has."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused(
            f"a database of {settings.HOME} that is not there yet, or of an older version",
            "one that `afteraction serve` has made ready",
            "run: afteraction serve --home HOME",
        )


def put_static_files_together() -> None:
    """Copies all static files into the home under names that change with their content, with compressed copies.

    The old ones stay for pages that are still open.
    """
    from django.conf import settings
    from django.test.utils import override_settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST_STORAGE}}
    with override_settings(STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)


def _first_admin(serving: Serving, say: Say) -> None:
    from afteraction.web.people.bootstrap import first_admin

    first = first_admin(organisation=serving.organisation, email=serving.admin, now=datetime.now(UTC))
    if first:
        say(f"Nobody can sign in yet. Choose a password for {first.user.email} here:\n  {first.link}")


def _refuse_taken(serving: Serving) -> None:
    """Says at once that the port is taken, rather than starting a server over and over."""
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((serving.host, serving.port))
        except OSError as error:
            raise Refused(
                f"{serving.host}:{serving.port}: {error.strerror}",
                "an address of this machine with a free port",
                "name another one with --host and --port, or stop what listens there",
            ) from error


def _answers(serving: Serving) -> bool:
    """Whether somebody listens there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(serving.host, serving.host)  # noqa: S104
    try:
        socket.create_connection((host, serving.port), timeout=1).close()
    except OSError:
        return False
    return True


def _shown(host: str) -> str:
    """The host as a browser on this machine reaches it."""
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104


@dataclass
class Child:
    """A process that is to run all the time."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    ended_at: float = 0.0


class Supervisor:
    """Keeps processes running: one that ends is started again. On SIGTERM or SIGINT all are stopped."""

    def __init__(self, children: Sequence[Child], say: Say) -> None:
        self._children = children
        self._say = say
        self._stopping = False

    def run(self, *, is_ready: Callable[[], bool], once_ready: Callable[[], None]) -> None:
        """Returns when everything has stopped. `once_ready` is called when `is_ready` first holds."""
        ready = False
        before = {each: signal.signal(each, self._asked_to_stop) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not self._stopping:
                time.sleep(0.2)
                for child in self._children:
                    self._keep(child)
                if not ready and is_ready():
                    ready = True
                    once_ready()
        finally:
            self._end()
            for each, handler in before.items():
                signal.signal(each, handler)

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _keep(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.ended_at + _RESTART_AFTER or not child.ended_at:
                # A session of its own: Ctrl+C in a terminal reaches the supervisor alone, which stops them in order.
                child.process = subprocess.Popen(child.command, start_new_session=True)  # noqa: S603
        elif child.process.poll() is not None:
            self._say(f"{child.name} ended with status {child.process.returncode}; starting again")
            child.process, child.ended_at = None, time.monotonic()

    def _end(self) -> None:
        running = [child.process for child in self._children if child.process]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        end = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
