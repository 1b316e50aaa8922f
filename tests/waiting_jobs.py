"""What waits in the queue of jobs, run in the test itself."""

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from afteraction.web.jobs.models import Worker
from afteraction.web.jobs.worker import JobWorker


def run_what_waits(*, later: bool = False) -> int:
    """Runs the jobs that are due, also those that were put off with `later`; how many there were."""
    if later:
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
    worker, now, done = JobWorker(), timezone.now(), 0
    Worker.objects.create(key=worker.key, place="", pid=1, started_at=now, beat_at=now)
    while job := worker._claim():
        worker._run(job)
        done += 1
    return done
