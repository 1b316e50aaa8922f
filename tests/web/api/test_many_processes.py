"""A real server of several processes: its counts are shared, and a write that comes many times at once is done once."""

import json
import shutil
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from tests.web.jobs.processes import Installation, free_port, until, working

AT_ONCE = 8


@pytest.fixture
def server(tmp_path: Path, empty_home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server with a limit of 30 requests, and the header that opens it."""
    here = Installation(shutil.copytree(empty_home, tmp_path / "home"), {"AFTERACTION_API_LIMIT": "30"})
    port = free_port()
    here.begin("serve", "--port", str(port), "--workers", "3", "--admin", "ada@northwind.example")
    try:
        until(lambda: working(port))
        token = here.run("token", "ada@northwind.example").strip()
        yield f"http://127.0.0.1:{port}/api/v1", {"Authorization": f"Bearer {token}"}
    finally:
        here.end()


def ask(address: str, headers: dict[str, str], method: str = "GET") -> tuple[int, Any, Any]:
    """Status, headers and content."""
    asked = urllib.request.Request(address, headers=headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.load(refused)


def test_limits_and_keys_hold_over_all_processes(server: tuple[str, dict[str, str]]) -> None:
    address, token = server
    with ThreadPoolExecutor(AT_ONCE) as pool:
        keyed = token | {"Idempotency-Key": "once"}
        made = [*pool.map(lambda _n: ask(f"{address}/data/imports", keyed, "POST"), range(AT_ONCE))]
        sleep(61 - datetime.now(UTC).second)  # a minute of its own
        many = [*pool.map(lambda _n: ask(f"{address}/me", token), range(40))]
    assert {(status, content["id"]) for status, _headers, content in made} == {(201, made[0][2]["id"])}
    assert Counter(headers["Idempotent-Replay"] for _status, headers, _content in made) == {
        None: 1,
        "true": AT_ONCE - 1,
    }
    assert Counter(status for status, _headers, _content in many) == {200: 30, 429: 10}
    left = [headers["RateLimit"].split(";")[1] for status, headers, _content in many if status == 200]
    assert sorted(left, key=lambda text: int(text[2:])) == [f"r={n}" for n in range(30)]
