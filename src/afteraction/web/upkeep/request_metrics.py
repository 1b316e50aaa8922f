"""Requests as they are counted: by view, method and status, with how long they took, across all worker processes.

prometheus-client keeps the numbers of each process in a file of its own where `PROMETHEUS_MULTIPROC_DIR` names a folder
when it is first imported: `application_server` makes one. Elsewhere (tests, Django's own server) they are in memory.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds. Pages are meant to take less than 0.25, reports and exports may take longer."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_registry: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "afteraction_requests", "Requests answered.", ("view", "method", "status"), registry=_registry
)
DURATION: Final = Histogram(
    "afteraction_request_duration_seconds",
    "How long the server took for an answer, without waiting for a free thread.",
    ("view",),
    registry=_registry,
    buckets=_BUCKETS,
)
TURNED_AWAY: Final = Counter(
    "afteraction_requests_turned_away", "Requests answered with 503, by why.", ("reason",), registry=_registry
)
INSIDE: Final = Gauge(
    "afteraction_requests_inside",
    "Requests that are worked on or wait.",
    registry=_registry,
    multiprocess_mode="livesum",
)
WAITED: Final = Histogram(
    "afteraction_request_wait_seconds",
    "How long requests waited for a free thread.",
    registry=_registry,
    buckets=_BUCKETS,
)


class RequestMetrics:
    """Counts every request under the name of its address, never under the address itself: those name deals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view = view_of(request)
        # Anyone may send a method of their own invention, and each would be a row for good.
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(view, method, response.status_code).inc()
        DURATION.labels(view).observe(time.perf_counter() - began)
        return response


def view_of(request: HttpRequest) -> str:
    """The name of the address that a request went to; `static` for files, `none` where there is no such address."""
    if match := request.resolver_match:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def of_all_processes() -> CollectorRegistry:
    """What every worker process of this server has counted since it started, those that have ended included."""
    if FOLDER not in os.environ:
        return _registry
    for path in Path(os.environ[FOLDER]).glob("gauge_live*.db"):
        pid = path.stem.rpartition("_")[2]
        if not Path(f"/proc/{pid}").exists():
            with suppress(FileNotFoundError):  # another process may be at it
                mark_process_dead(int(pid), os.environ[FOLDER])  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry, os.environ[FOLDER])  # type: ignore[no-untyped-call]
    return registry


def processes() -> list[int]:
    """The processes of this server that have counted anything and are still there."""
    if FOLDER not in os.environ:
        return [os.getpid()]
    counted = {int(path.stem.rpartition("_")[2]) for path in Path(os.environ[FOLDER]).glob("counter_*.db")}
    return sorted(pid for pid in counted if Path(f"/proc/{pid}").exists())
