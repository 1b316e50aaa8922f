"""Back-pressure: how many requests a process works on at once, how many may wait, and that the others are told so.

What comes faster than it can be answered must not pile up: a queue without an end makes everyone wait for minutes, for
answers that nobody looks at any more. So

1. a fixed number of threads works, each with a database connection of its own, however many people there are;
2. a fixed number of requests waits for them, in the order in which they came, and no longer than `PATIENCE`;
3. whatever is beyond is answered at once: 503 with Retry-After (RFC 9110, 15.6.4), see `busy`.

Health, metrics and static files never wait: whoever watches the server has to hear from it above all when it is full.
An answer that is streamed stays with the thread that began it, because its database connection does; it hands over a
piece at a time, and may take half of the threads at most.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import Any, Final

from afteraction.web.busy import turned_away
from afteraction.web.upkeep.request_metrics import INSIDE, TURNED_AWAY, WAITED

PATIENCE: Final = 5.0
"""Seconds that a request waits for a thread before it is turned away; who looks at a page goes after about as long."""
ASIDE: Final = ("/healthz", "/metrics")
_READS: Final = ("GET", "HEAD", "OPTIONS")
_STALLED: Final = 60.0
"""Seconds after which a reader of a stream who takes nothing is given up."""
StartResponse = Callable[..., Any]
Serve = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Admission:
    """A WSGI application around another one. `at_once` requests are worked on, `waiting` more may wait.

    `for_writes` places to wait are kept for what people send: what they typed is turned away last.
    """

    def __init__(
        self,
        serve: Serve,
        *,
        at_once: int,
        waiting: int,
        for_writes: int = 0,
        static: str = "/static/",
        patience: float = PATIENCE,
    ) -> None:
        self._serve, self._static, self._patience = serve, static, patience
        self._most, self._for_writes = at_once + waiting, for_writes
        self._threads = ThreadPoolExecutor(at_once, "request")
        self._aside = ThreadPoolExecutor(1, "aside")
        self._streams = threading.BoundedSemaphore(max(1, at_once // 2))
        self._lock = threading.Lock()
        self._inside = 0

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(self._static):
            return self._serve(environ, start_response)  # a file from the cache of the system: no database, no wait
        if path in ASIDE:
            return self._await(self._aside, environ, start_response, None)
        if not self._enter(environ["REQUEST_METHOD"]):
            return self._refuse("full", environ, start_response)
        return self._await(self._threads, environ, start_response, self._patience)

    def _enter(self, method: str) -> bool:
        with self._lock:
            if self._inside >= self._most + (0 if method in _READS else self._for_writes):
                return False
            self._inside += 1
        INSIDE.inc()
        return True

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1
        INSIDE.dec()

    def _await(
        self,
        threads: ThreadPoolExecutor,
        environ: dict[str, Any],
        start_response: StartResponse,
        patience: float | None,
    ) -> Iterable[bytes]:
        """Have a thread of the pool answer. What has been begun is waited for: its queries have limits of their own."""
        answer: Future[_Answer] = Future()
        came, counted = time.perf_counter(), threads is self._threads
        begun = threads.submit(self._work, environ, answer, came, counted)
        if not wait([answer], patience).done and begun.cancel():
            self._leave()
            return self._refuse("late", environ, start_response)
        try:
            found = answer.result()
        except _TooManyStreams:
            return self._refuse("streams", environ, start_response)
        start_response(found.head.status, found.head.headers)
        return found.body

    def _work(self, environ: dict[str, Any], answer: "Future[_Answer]", came: float, counted: bool) -> None:
        """What a thread does: one request from its beginning to its end."""
        if counted:
            WAITED.observe(time.perf_counter() - came)
        try:
            self._respond(environ, answer)
        except BaseException as error:  # noqa: BLE001  # the thread that waits for the answer raises it
            if not answer.done():
                answer.set_exception(error)
        finally:
            if counted:
                self._leave()

    def _respond(self, environ: dict[str, Any], answer: "Future[_Answer]") -> None:
        head = _Head()
        body: Any = self._serve(environ, head)
        try:
            if not getattr(body, "streaming", False):
                answer.set_result(_Answer(head, [b"".join(body)]))
            elif self._streams.acquire(blocking=False):
                try:
                    pieces = Pieces()
                    answer.set_result(_Answer(head, pieces))
                    pieces.fill(body)
                finally:
                    self._streams.release()
            else:
                raise _TooManyStreams
        finally:
            body.close()

    def _refuse(self, reason: str, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        TURNED_AWAY.labels(reason).inc()
        return turned_away(environ, start_response)


class _TooManyStreams(Exception):
    """Half of the threads are with streams already."""


class _Head:
    """What an application says before its body, kept until that is there."""

    status = ""
    headers: Any = ()

    def __call__(self, status: str, headers: Any, _trouble: Any = None) -> None:
        self.status, self.headers = status, headers


@dataclass(frozen=True)
class _Answer:
    head: _Head
    body: Iterable[bytes]


class Pieces:
    """A stream on its way from the thread that makes it to the one that sends it: two pieces wait at most."""

    def __init__(self) -> None:
        self._waiting: Queue[bytes | BaseException | None] = Queue(2)
        self._gone = threading.Event()

    def fill(self, made: Iterable[bytes]) -> None:
        """Hand every piece over, until the reader has gone. What goes wrong is raised where it is read."""
        try:
            for piece in made:
                if not self._put(piece):
                    return
        except Exception as error:  # noqa: BLE001  # an answer that only looks whole would be worse
            self._put(error)
        else:
            self._put(None)

    def _put(self, piece: bytes | BaseException | None) -> bool:
        """Whether it was taken, or will be."""
        until = time.monotonic() + _STALLED
        while not self._gone.is_set() and time.monotonic() < until:
            try:
                self._waiting.put(piece, timeout=0.2)
            except Full:
                continue
            return True
        self._gone.set()
        return False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        while True:
            try:
                piece = self._waiting.get(timeout=1.0)
            except Empty:
                if self._gone.is_set():
                    raise TimeoutError("the stream was given up: nobody took it") from None
                continue
            if piece is None:
                raise StopIteration
            if isinstance(piece, BaseException):
                raise piece
            return piece

    def close(self) -> None:
        """Nobody reads it any more."""
        self._gone.set()
