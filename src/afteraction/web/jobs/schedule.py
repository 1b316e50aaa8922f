"""What comes round: declared by each app in its module `schedules`, kept in the database, queued once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from cronsim import CronSim
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string, module_has_submodule

from afteraction.web.jobs.models import Schedule
from afteraction.web.jobs.services import enqueue


@dataclass(frozen=True)
class Recurring:
    """A job that comes round: `task_path` names a task without arguments, `cron` says when (minute hour day month
    weekday), in the time zone of the settings.
    """

    name: str
    cron: str
    task_path: str


def declared() -> Iterator[Recurring]:
    """What all apps declare, as `SCHEDULES` of their module `schedules`."""
    for app in apps.get_app_configs():
        if app.name.startswith("afteraction.web.") and app.module and module_has_submodule(app.module, "schedules"):
            yield from import_module(f"{app.name}.schedules").SCHEDULES


def declare(*, now: datetime) -> None:
    """Brings the table in line with the code. A time that is already set stays, unless its `cron` has changed."""
    wanted = {each.name: each for each in declared()}
    Schedule.objects.exclude(name__in=wanted).delete()
    for each in wanted.values():
        first = following(each.cron, now)
        row, made = Schedule.objects.get_or_create(
            name=each.name, defaults={"cron": each.cron, "task_path": each.task_path, "next_at": first}
        )
        if not made and (row.cron, row.task_path) != (each.cron, each.task_path):
            when = row.next_at if row.cron == each.cron else first
            Schedule.objects.filter(pk=row.pk).update(cron=each.cron, task_path=each.task_path, next_at=when)


def enqueue_due(*, now: datetime) -> list[str]:
    """Queues what is due, each once however many workers ask at the same moment; returns the names.

    Times that passed while nobody worked are made up for once, not one by one. What the clock has to be put back for is
    set right: a time that lies further off than the next but one was set by a clock that was ahead.
    """
    queued = []
    for row in Schedule.objects.filter(last_at__gt=now):
        first = following(row.cron, now)
        if row.next_at > following(row.cron, first):
            Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=first)
    for row in Schedule.objects.filter(next_at__lte=now):
        with transaction.atomic():
            # Compare and swap: only one of those who read this `next_at` moves it on.
            mine = Schedule.objects.filter(pk=row.pk, next_at=row.next_at)
            if mine.update(next_at=following(row.cron, now), last_at=now):
                enqueue(import_string(row.task_path))
                queued.append(row.name)
    return queued


def following(cron: str, now: datetime) -> datetime:
    """The first time after `now`."""
    return next(CronSim(cron, timezone.localtime(now)))
