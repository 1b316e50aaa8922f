"""The doctor on what goes on by itself: the worker, jobs, schedules, mail, connectors and listening."""

import smtplib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import OuterRef, Subquery
from django_tasks_db.models import DBTaskResult

from afteraction.web.connectors.models import Connector, Run
from afteraction.web.jobs.models import Schedule, Worker
from afteraction.web.jobs.schedule import declared
from afteraction.web.jobs.selectors import work_state
from afteraction.web.jobs.worker import DEAD_AFTER
from afteraction.web.listening.models import Source
from afteraction.web.upkeep.findings import Finding, lasting, ok, warn, wrong

RECENT: Final = timedelta(days=1)
LONG_RUNNING: Final = timedelta(hours=2)
LONG_WAITING: Final = timedelta(minutes=30)
OVERDUE: Final = timedelta(minutes=10)
_START: Final = "start one: `afteraction serve` has one, `afteraction work` is one"


def worker(now: datetime) -> Iterator[Finding]:
    """Whether somebody does the jobs."""
    work = work_state(now=now)
    if work.heartbeat_age is None:
        told = f"none runs, {work.waiting} jobs wait"
        yield wrong(told, _START) if work.waiting else warn("none runs", _START)
        return
    newest = Worker.objects.order_by("-beat_at")[0]
    age = timedelta(seconds=work.heartbeat_age)
    told = f"its last sign of life was {lasting(abs(age))} {'ahead' if age < timedelta(0) else 'ago'}"
    if age > DEAD_AFTER:
        yield wrong(told, "restart the server; if it dies again, see its log and the memory of the machine")
    elif age < -DEAD_AFTER:
        yield wrong(told, "a clock was put back, or differs between machines: let them follow a time server")
    else:
        alive = Worker.objects.filter(beat_at__gte=now - DEAD_AFTER).count()
        yield ok(f"{alive} alive, {told}, up for {lasting(now - newest.started_at)}")


def jobs(now: datetime) -> Iterator[Finding]:
    """What failed for good in the last day, what runs or waits for too long."""
    failed = Counter(DBTaskResult.objects.failed().filter(finished_at__gte=now - RECENT).values_list("task_path"))
    for (path,), count in failed.most_common(5):
        last = DBTaskResult.objects.failed().filter(task_path=path).order_by("-finished_at").first()
        why = last.exception_class_path.rpartition(".")[2] if last else ""
        yield warn(
            f"{_job(path)} was given up {count} times in a day, the last time by {why}",
            "search the log of the worker for it",
        )
    for job in DBTaskResult.objects.running().filter(started_at__lt=now - LONG_RUNNING)[:5]:
        told = f"{_job(job.task_path)} has been running for {lasting(now - (job.started_at or now))}"
        yield warn(told, "let it end; if it is stuck, restart the worker: it goes back into the queue")
    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").first()
    due = max(oldest.enqueued_at, oldest.run_after or oldest.enqueued_at) if oldest else now
    waiting = f"{DBTaskResult.objects.ready().count()} wait, {DBTaskResult.objects.running().count()} run"
    if now - due > LONG_WAITING:
        yield warn(f"{waiting}, the oldest since {lasting(now - due)}", "start a second one: `afteraction work`")
    elif not failed:
        yield ok(f"{waiting}, none was given up in a day")
    else:
        yield ok(waiting)


def schedules(now: datetime) -> Iterator[Finding]:
    """What comes round, and did not."""
    known = set(Schedule.objects.values_list("name", flat=True))
    if missing := sorted({each.name for each in declared()} - known):
        told = f"{len(missing)} not set up yet, such as {missing[0]!r}"
        yield warn(told, "start a worker of this version: it sets them up")
    late = list(Schedule.objects.filter(next_at__lt=now - OVERDUE).order_by("next_at"))
    if late:
        told = f"{len(late)} overdue, {late[0].name!r} by {lasting(now - late[0].next_at)}"
        yield wrong(told, "see the worker: it queues them, each once, when it runs again")
    elif known:
        yield ok(f"{len(known)} set up, none overdue")


def mail(*, online: bool) -> Iterator[Finding]:
    """Where mail goes, and (asked for) whether the server takes our sign-in. None is sent."""
    if "console" in settings.EMAIL_BACKEND:
        yield warn("printed to the console, not sent", "set AFTERACTION_MAIL: invitations and resets need it")
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if not online:
        yield ok(f"leaves by {where} (not asked: --online does)")
        return
    server = get_connection()
    try:
        server.open()
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        yield wrong(f"{where} does not take it: {error}", "correct AFTERACTION_MAIL, or see that server")
    else:
        yield ok(f"{where} answers and takes our sign-in")


def connectors(_now: datetime) -> Iterator[Finding]:
    """Those that failed last."""
    newest = Run.objects.filter(connector=OuterRef("pk")).order_by("-id")
    on = Connector.objects.filter(is_on=True).annotate(
        last=Subquery(newest.values("state")[:1]), why=Subquery(newest.values("message")[:1])
    )
    failed = [each for each in on.order_by("pk") if each.last == Run.State.FAILED]
    for each in failed:
        told = f"{each} of organisation {each.organisation_id} failed last: {each.why}"
        yield warn(told, "on the page Connectors, an admin can test it and enter its secret again")
    if not failed:
        yield ok(f"{on.count()} on, none failed last")


def listening(_now: datetime) -> Iterator[Finding]:
    """Sources that failed the last time they were asked."""
    on = Source.objects.filter(is_on=True)
    failed = list(on.filter(failures__gt=0).order_by("-failures"))
    if failed:
        worst = failed[0]
        told = f"{len(failed)} of {on.count()} sources fail, source {worst.pk} {worst.failures} times: {worst.trouble}"
        yield warn(told, "on the page of its sources, correct the address or pause it")
    else:
        yield ok(f"{on.count()} sources on, none fails")


def _job(path: str) -> str:
    return path.removeprefix("afteraction.web.")
