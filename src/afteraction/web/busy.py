"""What people and programs are told when the server is too busy: when to come back, in the form that they read.

Nothing here asks the database: it is said when there is no time for that.
"""

import random
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout, TooManyRequests

from afteraction.web.api.problems import Problem
from afteraction.web.api.problems import answer as problem
from afteraction.web.upkeep.request_metrics import TURNED_AWAY

STATUS: Final = "503 Service Unavailable"
_SECONDS: Final = (3, 9)
"""When to come back, from and to: if all came back at once it would be full again."""
_CANCELLED: Final = "57014"
"""PostgreSQL's code for a query that took longer than it may (`query_canceled`)."""
SAID: Final = "The server has more to do than it can do in time."


def turned_away(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The answer to a request that was not let in, as WSGI has it."""
    answer = told(environ["PATH_INFO"], reads=environ["REQUEST_METHOD"] in ("GET", "HEAD"), piece=_is_piece(environ))
    start_response(STATUS, [*answer.items()])
    return [answer.content]


def _is_piece(environ: dict[str, Any]) -> bool:
    """Whether a script of a page asks for a part of it, where a whole page would be in the way."""
    return "HTTP_HX_REQUEST" in environ


def told(path: str, *, reads: bool, piece: bool) -> HttpResponse:
    """A page that asks again by itself where something was only read; a problem for the API; a line for a part."""
    seconds = random.randint(*_SECONDS)  # noqa: S311  # not a secret
    if path.startswith("/api/"):
        again = f"ask again in {seconds} seconds; nothing of this request was done"
        answer = problem(Problem(503, SAID, next_step=again))
    elif piece:
        answer = HttpResponse(f"Busy: try again in {seconds} seconds", content_type="text/plain; charset=utf-8")
    else:
        answer = HttpResponse(_page(reads))
        if reads:
            answer["Refresh"] = str(seconds)
    answer.status_code = 503
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    answer["Content-Length"] = str(len(answer.content))
    answer["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@lru_cache(maxsize=2)
def _page(reads: bool) -> str:
    return render_to_string("503.html", {"reads": reads})


class QueriesInTime:
    """The server is too busy for a request whose query took longer than AFTERACTION_QUERY_LIMIT, or that got no
    connection in time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django asks for it after a view has failed."""
        return answer_to(request, error)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """What a request is told that failed as it does where there is too much to do; None for any other failure."""
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    if isinstance(cause, PoolTimeout | TooManyRequests):
        TURNED_AWAY.labels("connection").inc()
    elif getattr(cause, "sqlstate", "") == _CANCELLED and request.method in ("GET", "HEAD"):
        # Of what was sent nobody knows how much was done by then: there it stays a failure.
        TURNED_AWAY.labels("query").inc()
    else:
        return None
    return told(request.path_info, reads=request.method in ("GET", "HEAD"), piece="HX-Request" in request.headers)
