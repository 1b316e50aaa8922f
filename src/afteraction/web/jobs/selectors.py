"""What there is to know about the jobs as a whole."""

from dataclasses import dataclass
from datetime import datetime

from django_tasks_db.models import DBTaskResult

from afteraction.web.jobs.models import Worker


@dataclass(frozen=True)
class WorkState:
    """`heartbeat_age` in seconds is that of the liveliest worker; None when there is none. `waiting` jobs are due."""

    heartbeat_age: float | None
    waiting: int
    running: int


def work_state(*, now: datetime) -> WorkState:
    """Whether jobs are worked on."""
    newest = Worker.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    return WorkState(
        heartbeat_age=round((now - newest).total_seconds(), 1) if newest else None,
        waiting=DBTaskResult.objects.ready().count(),
        running=DBTaskResult.objects.running().count(),
    )
