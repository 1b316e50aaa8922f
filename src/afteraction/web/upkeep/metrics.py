"""Figures for a monitor, in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/.

Counts and ages alone: no names of people, organisations, deals or sources. Nothing here reads the lake or goes through
all deals, so it may be asked every few seconds.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Max, Min, OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from afteraction import __version__
from afteraction.web.connectors.models import Connector, Run
from afteraction.web.deals.models import IndexState
from afteraction.web.isolation.scope import across_organisations
from afteraction.web.jobs.models import Schedule, Worker
from afteraction.web.jobs.place import this_place
from afteraction.web.jobs.selectors import work_state
from afteraction.web.listening.models import Source
from afteraction.web.people.models import Organisation
from afteraction.web.upkeep.last_backup import last_backup
from afteraction.web.upkeep.request_metrics import of_all_processes, processes

_SCHEME: Final = "Bearer "


@require_GET
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever sends the token of AFTERACTION_METRICS_TOKEN; 404 for everyone else, or without one."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, _SCHEME + settings.METRICS_TOKEN):
        raise Http404
    now = CollectorRegistry()
    now.register(_Now(timezone.now()))
    return HttpResponse(generate_latest(of_all_processes()) + generate_latest(now), content_type=CONTENT_TYPE_LATEST)


class _Now(Collector):
    """What is true at the moment somebody asks."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        yield _one("afteraction_info", "Which version runs.", 1, version=__version__, database=connection.vendor)
        yield from self._memory()
        if (backup := last_backup(Path(settings.HOME))) is not None:
            age = self._age(backup.made_at)
            yield _one("afteraction_backup_age_seconds", "Since the last backup that succeeded.", age)
        try:
            with across_organisations("metrics: figures of the installation, of nobody by name"):
                found = [*self._jobs(), *self._data(), *self._sources()]
        except Error:
            found = []
        yield _one("afteraction_database_up", "Whether the database answers.", 1 if found else 0)
        yield from found

    def _jobs(self) -> Iterator[Metric]:
        work = work_state(now=self._now)
        jobs = GaugeMetricFamily("afteraction_jobs", "Jobs, the failed ones of the last 30 days.", labels=["state"])
        jobs.add_metric(["waiting"], work.waiting)
        jobs.add_metric(["running"], work.running)
        jobs.add_metric(["failed"], DBTaskResult.objects.failed().count())
        yield jobs
        if work.heartbeat_age is not None:
            yield _one(
                "afteraction_worker_heartbeat_age_seconds",
                "Since the liveliest job worker gave a sign of life; not there without a worker.",
                work.heartbeat_age,
            )
        late = Schedule.objects.filter(next_at__lte=self._now).aggregate(n=Count("pk"), oldest=Min("next_at"))
        yield _one(
            "afteraction_schedule_lag_seconds",
            "How long what comes round is overdue.",
            self._age(late["oldest"]) if late["oldest"] else 0,
        )

    def _data(self) -> Iterator[Metric]:
        yield _one("afteraction_organisations", "Organisations.", Organisation.objects.count())
        shown = IndexState.objects.filter(version__gt=0)
        told = shown.aggregate(Sum("version"), Sum("deals"), newest=Max("made_at"), oldest=Min("made_at"))
        yield _one(
            "afteraction_data_version",
            "The data version that pages show; of several organisations, all of theirs added up.",
            told["version__sum"] or 0,
        )
        yield _one("afteraction_deals", "Deals that pages show.", told["deals__sum"] or 0)
        ages = GaugeMetricFamily(
            "afteraction_data_age_seconds",
            "Since the data that pages show came in: of the organisation with the newest, and with the oldest.",
            labels=["of"],
        )
        for name in ("newest", "oldest"):
            if told[name]:
                ages.add_metric([name], self._age(told[name]))
        yield ages

    def _sources(self) -> Iterator[Metric]:
        newest = Run.objects.filter(connector=OuterRef("pk")).order_by("-id").values("state")[:1]
        connectors = Connector.objects.filter(is_on=True).annotate(last=Subquery(newest))
        heard = Source.objects.filter(is_on=True)
        total = GaugeMetricFamily("afteraction_sources", "Connectors and listening sources that are on.", labels=["of"])
        troubled = GaugeMetricFamily("afteraction_sources_in_trouble", "Those that failed last.", labels=["of"])
        total.add_metric(["record"], connectors.count())
        troubled.add_metric(["record"], connectors.filter(last=Run.State.FAILED).count())
        total.add_metric(["listening"], heard.count())
        troubled.add_metric(["listening"], heard.filter(failures__gt=0).count())
        yield from (total, troubled)

    def _memory(self) -> Iterator[Metric]:
        memory = GaugeMetricFamily(
            "afteraction_memory_bytes", "Resident memory of all processes on this machine, by kind.", labels=["of"]
        )
        memory.add_metric(["pages"], sum(map(_resident, processes())))
        try:
            workers = list(Worker.objects.filter(place=this_place()).values_list("pid", flat=True))
        except Error:
            workers = []  # told by afteraction_database_up
        memory.add_metric(["jobs"], sum(map(_resident, workers)))
        yield memory

    def _age(self, at: datetime) -> float:
        return (self._now - at).total_seconds()


def _resident(pid: int) -> int:
    """Bytes of memory that a process has; 0 when it has just ended, or where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _one(name: str, meaning: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family
