"""More requests than a process can answer: some wait, the others are told to come back; nothing piles up."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from tests.web.jobs.processes import until

from afteraction.web.admission import Admission, Pieces
from afteraction.web.application_server import _limit_queries
from afteraction.web.busy import QueriesInTime


class Slow:
    """A WSGI application whose answers to /slow wait until they may go on."""

    def __init__(self) -> None:
        self.may, self.closed = threading.Event(), 0
        self.begun, self.threads = list[str](), set[str]()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> "Body":
        self.threads.add(threading.current_thread().name)
        if environ["PATH_INFO"] == "/slow":
            self.begun.append(environ["PATH_INFO"])
            assert self.may.wait(30)
        if environ["PATH_INFO"] == "/broken":
            raise ValueError("broken")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Body(self, environ["PATH_INFO"] == "/stream")


class Body:
    """What Django hands back: a text, or pieces without an end that are made one at a time."""

    def __init__(self, serve: Slow, streaming: bool) -> None:
        self._serve, self.streaming = serve, streaming

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: b"more", b"") if self.streaming else iter([b"o", b"k"])

    def close(self) -> None:
        self._serve.closed += self.streaming


def ask(admission: Any, path: str, method: str = "GET", **more: str) -> tuple[int, dict[str, str], bytes]:
    told: list[Any] = []
    body: Iterable[bytes] = admission({"PATH_INFO": path, "REQUEST_METHOD": method, **more}, lambda *a: told.extend(a))
    return int(told[0].split()[0]), dict(told[1]), b"".join(body)


@pytest.fixture
def slow() -> Iterator[Slow]:
    serve = Slow()
    yield serve
    serve.may.set()


@pytest.fixture
def crowd(slow: Slow) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as pool:
        yield pool
        slow.may.set()


def test_of_four_slow_requests_two_are_answered_and_two_are_told_when_to_come_back(
    slow: Slow, crowd: ThreadPoolExecutor
) -> None:
    admission = Admission(slow, at_once=1, waiting=1)
    asked = [crowd.submit(ask, admission, "/slow") for _ in range(4)]
    until(lambda: sum(each.done() for each in asked) == 2, 10)
    refused = [each.result() for each in asked if each.done()]
    for status, headers, page in refused:
        assert status == 503
        assert 3 <= int(headers["Retry-After"]) <= 9
        assert headers["Refresh"] == headers["Retry-After"]
        assert b"Too much at once" in page
        assert int(headers["Content-Length"]) == len(page)
    assert len(slow.begun) == 1  # the other one waits
    slow.may.set()
    assert sorted(each.result()[0] for each in asked) == [200, 200, 503, 503]
    assert ask(admission, "/slow")[0] == 200  # and all is as before


def test_health_metrics_and_static_files_are_answered_while_it_is_full(slow: Slow, crowd: ThreadPoolExecutor) -> None:
    admission = Admission(slow, at_once=2, waiting=0)
    asked = [crowd.submit(ask, admission, "/slow") for _ in range(2)]
    until(lambda: len(slow.begun) == 2, 10)
    assert [ask(admission, path)[0] for path in ("/healthz", "/metrics", "/static/app.css", "/")] == [
        200,
        200,
        200,
        503,
    ]
    slow.may.set()
    assert [each.result()[0] for each in asked] == [200, 200]


def test_a_program_gets_a_problem_and_a_part_of_a_page_gets_a_line(slow: Slow, crowd: ThreadPoolExecutor) -> None:
    admission = Admission(slow, at_once=1, waiting=0)
    crowd.submit(ask, admission, "/slow")
    until(lambda: slow.begun, 10)
    status, headers, content = ask(admission, "/api/v1/deals")
    assert (status, headers["Content-Type"]) == (503, "application/problem+json")
    assert json.loads(content)["type"] == "urn:afteraction:problem:busy"
    assert headers["Retry-After"] in json.loads(content)["next"]
    status, headers, content = ask(admission, "/deals-count", HTTP_HX_REQUEST="true")
    assert (status, headers["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert b"<" not in content


def test_what_people_send_has_places_of_its_own_and_is_never_asked_again_by_itself(
    slow: Slow, crowd: ThreadPoolExecutor
) -> None:
    admission = Admission(slow, at_once=1, waiting=0, for_writes=2)
    asked = [crowd.submit(ask, admission, "/slow", "POST") for _ in range(4)]
    [refused] = until(lambda: [each for each in asked if each.done()], 10)
    status, headers, page = refused.result()
    assert (status, "Refresh" in headers) == (503, False)
    assert b"Nothing of what you sent was done" in page
    slow.may.set()
    assert sorted(each.result()[0] for each in asked) == [200, 200, 200, 503]


def test_nobody_waits_longer_than_is_any_use(slow: Slow, crowd: ThreadPoolExecutor) -> None:
    admission = Admission(slow, at_once=1, waiting=5, patience=0.05)
    first = crowd.submit(ask, admission, "/slow")
    until(lambda: slow.begun, 10)
    began = time.monotonic()
    assert ask(admission, "/slow")[0] == 503
    assert time.monotonic() - began < 5
    slow.may.set()
    assert first.result()[0] == 200  # what was begun is answered, however long it takes
    assert ask(admission, "/")[0] == 200
    assert slow.begun == ["/slow"]


def test_few_threads_answer_many_requests_so_that_connections_to_the_database_are_few(
    slow: Slow, crowd: ThreadPoolExecutor
) -> None:
    admission = Admission(slow, at_once=2, waiting=40)
    assert {each.result()[0] for each in [crowd.submit(ask, admission, "/") for _ in range(40)]} == {200}
    assert len(slow.threads) <= 2


def test_streams_take_half_of_the_threads_at_most(slow: Slow) -> None:
    admission = Admission(slow, at_once=2, waiting=4)
    environ = {"PATH_INFO": "/stream", "REQUEST_METHOD": "GET"}
    held: Any = admission(environ, lambda *_told: None)
    assert ask(admission, "/stream")[0] == 503
    assert ask(admission, "/")[0] == 200
    assert [next(held) for _ in range(5)] == [b"more"] * 5
    held.close()
    until(lambda: slow.closed == 2, 10)  # the one that was refused, and the one that was held
    again: Any = admission(environ, lambda *_told: None)
    assert next(again) == b"more"
    again.close()


def test_what_breaks_is_raised_and_a_stream_that_breaks_does_not_look_whole(slow: Slow) -> None:
    with pytest.raises(ValueError, match="broken"):
        ask(Admission(slow, at_once=1, waiting=0), "/broken")

    def made() -> Iterator[bytes]:
        yield b"o"
        raise ValueError("halfway")

    pieces = Pieces()
    pieces.fill(made())
    assert next(pieces) == b"o"
    with pytest.raises(ValueError, match="halfway"):
        next(pieces)


def test_a_stream_that_nobody_reads_any_more_ends() -> None:
    pieces, endless = Pieces(), iter(lambda: b"more", b"")
    maker = threading.Thread(target=pieces.fill, args=(endless,))
    maker.start()
    assert next(pieces) == b"more"
    pieces.close()
    maker.join(5)
    assert not maker.is_alive()


def test_a_query_that_takes_too_long_is_told_as_busy_and_other_failures_are_not(rf: RequestFactory) -> None:
    class Cancelled(Exception):
        sqlstate = "57014"

    slow, other = OperationalError("canceling statement"), OperationalError("gone")
    slow.__cause__ = Cancelled()
    middleware = QueriesInTime(lambda _request: pytest.fail("not asked"))
    answer = middleware.process_exception(rf.get("/deals/"), slow)
    assert answer is not None
    assert (answer.status_code, "Retry-After" in answer) == (503, True)
    assert middleware.process_exception(rf.get("/deals/"), other) is None
    assert middleware.process_exception(rf.post("/deals/"), slow) is None  # who knows how much of it was done


def test_queries_of_pages_end_in_time_on_postgresql() -> None:
    database: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"options": "-c jit=off"}}
    _limit_queries(database, 20)
    assert database["OPTIONS"] == {"options": "-c jit=off -c statement_timeout=20000"}
    sqlite = {"ENGINE": "django.db.backends.sqlite3"}
    _limit_queries(sqlite, 20)
    assert sqlite == {"ENGINE": "django.db.backends.sqlite3"}
