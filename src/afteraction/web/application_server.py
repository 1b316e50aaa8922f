"""The process that answers requests: granian with several worker processes, each with some threads.

`application` is what each of those worker processes serves.
"""

import argparse
import logging
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from wsgiref.util import setup_testing_defaults

from granian.constants import Interfaces
from granian.server import Server

from afteraction.lake.work_folder import WorkFolder
from afteraction.web.parent import end_with_parent

THREADS: Final = 4
"""Requests that one worker process answers at the same time; the others wait, see `admission`."""
_FOR_WRITES: Final = 8
"""Places to wait that are kept for what people send."""
_SPARE: Final = 8
"""Threads that are never taken by requests that wait: for static files, health, and telling others to come back."""
_CONNECTIONS: Final = 4096
"""Open connections of one worker process, most of them idle: a browser keeps up to six."""
_LOGGING: Final[dict[str, Any]] = {
    "filters": {"news": {"()": "afteraction.web.logs.OnlyNews"}},
    "formatters": {
        "json": {"()": "afteraction.web.logs.JsonFormatter"},
        "access": {"()": "afteraction.web.logs.AccessFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["news"]},
        "access": {"class": "logging.StreamHandler", "formatter": "access"},
    },
    "loggers": {
        "_granian": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "granian.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
    },
}


def application() -> Any:
    """Called once in each worker process."""
    from django.conf import settings  # in the worker processes alone

    from afteraction.web.wsgi import application as django_application

    end_with_parent()
    _limit_queries(settings.DATABASES["default"], settings.QUERY_LIMIT)
    _warm_up(django_application)

    from afteraction.web.admission import Admission  # once Django is set up

    return Admission(
        django_application,
        at_once=THREADS,
        waiting=settings.WAITING,
        for_writes=_FOR_WRITES,
        static=settings.STATIC_URL,
    )


def _limit_queries(database: dict[str, Any], seconds: int) -> None:
    """Lets PostgreSQL end a query of a page that takes too long. Jobs are other processes, and may take their time."""
    if database["ENGINE"].endswith("postgresql"):
        options = database.setdefault("OPTIONS", {})
        options["options"] = f"{options.get('options', '')} -c statement_timeout={1000 * seconds}".strip()


def _many_files() -> None:
    """Lets this process and its children have as many open connections as the system allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _warm_up(serve: Any) -> None:
    """Answers one page and reads all templates before anybody asks: the first to need them would wait for a third of a
    second."""
    from django.conf import settings
    from django.template.loader import get_template

    environ: dict[str, Any] = {"PATH_INFO": "/accounts/login/", "HTTP_HOST": settings.ALLOWED_HOSTS[0].lstrip(".*")}
    setup_testing_defaults(environ)
    answer = serve(environ, lambda _status, _headers, _trouble=None: None)
    list(answer)
    answer.close()
    templates = Path(__file__).parent / "templates"
    for path in templates.rglob("*.html"):
        get_template(str(path.relative_to(templates)))


@contextmanager
def _counting() -> Iterator[None]:
    """Where metrics are asked for: a folder that starts empty, in which each worker process counts its requests.

    It has to be known before prometheus-client is imported. Other servers may use the same home, so each has its own.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "afteraction.web.settings")
    from django.conf import settings

    if not settings.METRICS_TOKEN:
        yield
        return
    work = WorkFolder.below(Path(settings.HOME) / "metrics")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(work.folder)
    try:
        yield
    finally:
        work.remove()


def main() -> None:
    """Serves until SIGTERM, or until the process that started this one is gone."""
    parser = argparse.ArgumentParser(prog="afteraction.web.application_server", description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    asked = parser.parse_args()
    end_with_parent()
    _many_files()
    logging.getLogger("afteraction").info("answering at %s:%d", asked.host, asked.port)
    with _counting():
        from django.conf import settings

        Server(
            "afteraction.web.application_server:application",
            factory=True,
            address=asked.host,
            port=asked.port,
            interface=Interfaces.WSGI,
            workers=asked.workers,
            blocking_threads=THREADS + settings.WAITING + _FOR_WRITES + _SPARE,
            backlog=_CONNECTIONS,
            backpressure=_CONNECTIONS,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_dictconfig=_LOGGING,
            log_access=True,
        ).serve()


if __name__ == "__main__":
    main()
