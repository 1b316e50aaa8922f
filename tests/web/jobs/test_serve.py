"""`afteraction serve` as a whole: it keeps its processes running, and leaves none behind."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.jobs.processes import Installation, children, free_port, kill, until, working


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    installation.end()


def test_what_dies_is_started_again_and_nothing_stays_behind(here: Installation) -> None:
    port, tmp_path = free_port(), here.home
    server = here.begin("serve", "--port", str(port), "--admin", "ada@northwind.example")
    until(lambda: working(port))
    log = (tmp_path / "serve.log").read_text()
    assert f"http://localhost:{port}/accounts/join/" in log
    assert (tmp_path / "static" / "staticfiles.json").exists()
    [worker] = [pid for (pid,) in here.ask("SELECT pid FROM jobs_worker")]
    os.kill(worker, signal.SIGKILL)
    until(lambda: here.value(f"SELECT count(*) FROM jobs_worker WHERE pid <> {worker}"))
    until(lambda: here.value(f"SELECT count(*) FROM jobs_worker WHERE pid = {worker}") == 0)
    everyone = children(server.pid)
    assert len(everyone) >= 4
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    until(lambda: gone(everyone))


def test_children_end_when_the_server_is_killed(here: Installation, empty_home: Path) -> None:
    shutil.copytree(empty_home, here.home, dirs_exist_ok=True)
    port = free_port()
    server = here.begin("serve", "--port", str(port), "--workers", "1")
    until(lambda: working(port))
    everyone = children(server.pid)
    kill(server)
    until(lambda: gone(everyone), seconds=30)


def test_a_taken_port_is_told_at_once(here: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = here.begin("serve", "--port", str(port), "--workers", "1")
        assert server.wait(30) == 1
    told = (here.home / "serve.log").read_text()
    assert f"127.0.0.1:{port}" in told
    assert "--port" in told
