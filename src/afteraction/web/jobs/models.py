"""Who works on jobs at the moment, and what is due when. The jobs themselves are rows of django-tasks-db."""

from typing import ClassVar

from django.db import models


class Worker(models.Model):
    """A process that runs jobs. The row is its heartbeat: without one for a while it is taken for dead.

    `place` tells the processes of one machine (or container) apart from those of others: there, and only there, `pid`
    says at once whether the process is still alive.
    """

    key = models.CharField(max_length=32, unique=True)
    place = models.CharField(max_length=200, blank=True)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"process {self.pid}"


class Schedule(models.Model):
    """A job that comes round: `cron` says when, in the time zone of the settings, `next_at` is the next time.

    Whoever moves `next_at` on (by comparing it with what they read) is the one who queues the job, so several workers
    queue it once.
    """

    name = models.CharField(max_length=100, unique=True)
    cron = models.CharField(max_length=100)
    task_path = models.CharField(max_length=200)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_at"], name="schedule_by_next")]

    def __str__(self) -> str:
        return self.name
