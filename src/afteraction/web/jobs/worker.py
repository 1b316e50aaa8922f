"""The worker: takes jobs from the queue in the database and runs them one after the other.

What happens to a job, and what keeps it from being lost or done twice:

1. A worker claims a waiting job: in one transaction the row becomes RUNNING and bears the worker's key.
2. A thread writes the worker's heartbeat while the job runs.
3. When it is done, the row becomes SUCCESSFUL, but only if it still bears this worker's key as the last one: a worker
   that was taken for dead and wakes up again does not overwrite what its successor does.
4. Any worker that finds a row RUNNING whose worker is dead puts it back into the queue. Its process is gone (known at
   once on the same machine) or its heartbeat has not changed for `DEAD_AFTER`. That is watched, not computed from the
   heartbeat: clocks of machines differ, and are set, and a job must not be taken from a worker for that.
5. A job that failed waits and is tried again; after `ATTEMPTS` it is given up. A refusal is an answer: no second try,
   unless it may pass.
6. On SIGTERM no job is claimed any more; one that has not ended after `GRACE` goes back into the queue, and is not
   counted as an attempt.
7. When the clock is put back, what waits for a moment that was near is due at once, rather than hours later.
"""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any, Final, TypeAlias

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from afteraction.errors import Refused
from afteraction.web.jobs import schedule
from afteraction.web.jobs.models import Worker
from afteraction.web.jobs.place import is_gone, this_place
from afteraction.web.jobs.services import Later, MayPass, give_up, scope_of

BEAT: Final = timedelta(seconds=2)
DEAD_AFTER: Final = timedelta(seconds=30)
"""Longer than a library may keep the heartbeat from running: compiling, and writing a large table."""
PUT_BACK: Final = timedelta(seconds=30)
ATTEMPTS: Final = 3
WAITS: Final = (timedelta(seconds=5), timedelta(minutes=1))
GRACE: Final = timedelta(seconds=8)
IDLE: Final = 0.5
Job: TypeAlias = DBTaskResult[Any, Any]
log = logging.getLogger("afteraction.jobs")


class JobWorker:
    """One worker. `run` returns when it has been told to stop."""

    def __init__(self) -> None:
        self.key = secrets.token_hex(16)
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._running: Job | None = None
        self._lookout = Lookout()
        self._clock = Clock()

    def run(self, *, until_idle: bool = False) -> None:
        """Runs jobs until SIGTERM or SIGINT; with `until_idle` until none is waiting (for the demo and tests)."""
        now = timezone.now()
        Worker.objects.create(key=self.key, place=this_place(), pid=os.getpid(), started_at=now, beat_at=now)
        beating = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        beating.start()
        schedule.declare(now=now)
        log.info("worker %s started", self.key)
        while not self._stop.is_set():
            close_old_connections()
            try:
                reap(self._lookout, at=time.monotonic())
                if self._clock.was_put_back(now=time.time(), at=time.monotonic()):
                    wait_no_longer(now=timezone.now())
                schedule.enqueue_due(now=timezone.now())
                job = self._claim()
            except DatabaseError:
                log.exception("the database did not answer; trying again")
                self._stop.wait(BEAT.total_seconds())
                continue
            if job:
                self._run(job)
            elif until_idle:
                break
            else:
                self._stop.wait(IDLE)
        self._stop.set()
        self._ended.set()
        beating.join()
        Worker.objects.filter(key=self.key).delete()
        log.info("worker %s stopped", self.key)

    def stop(self) -> None:
        """Ends after the job that runs now, or puts that back into the queue when it takes too long."""
        self._stop.set()

    def _claim(self) -> Job | None:
        if not DBTaskResult.objects.ready().exists():
            return None  # without taking a lock that would keep others from writing
        with transaction.atomic():
            job = DBTaskResult.objects.ready().get_locked()
            if job:
                job.claim(self.key)
        return job

    def _run(self, job: Job) -> None:
        self._running = job
        log.info("job %s: %s begins, attempt %d", job.pk, job.task_path, len(job.worker_ids))
        began = time.monotonic()
        try:
            with scope_of(job):
                result = job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
        except Later as later:
            self._finish(job, partial(put_back, job, uncounted=True, wait=later.wait))
        except Exception as error:  # whatever a job raises is kept with it and told
            log.warning("job %s: %s failed", job.pk, job.task_path, exc_info=error)
            self._finish(job, partial(failed, job, error))
        else:
            self._finish(job, partial(job.set_successful, result))
            log.info("job %s: %s done in %.1f s", job.pk, job.task_path, time.monotonic() - began)
        finally:
            self._running = None

    def _finish(self, job: Job, write: Callable[[], None]) -> None:
        """Writes how a job ended, if it is still this worker's."""
        with transaction.atomic():
            now = DBTaskResult.objects.select_for_update().get(pk=job.pk)
            if now.status == TaskResultStatus.RUNNING and now.worker_ids == job.worker_ids:
                write()
            else:
                log.warning("job %s was given to another worker meanwhile; its end here does not count", job.pk)

    def _beat(self) -> None:
        while not self._stop.wait(BEAT.total_seconds()):
            now = timezone.now()
            try:
                Worker.objects.update_or_create(
                    key=self.key,
                    defaults={"beat_at": now},
                    create_defaults={"beat_at": now, "started_at": now, "place": this_place(), "pid": os.getpid()},
                )
            except DatabaseError:
                log.exception("the heartbeat could not be written")
                connection.close()
        self._wait_for_the_end()
        connection.close()

    def _wait_for_the_end(self) -> None:
        """A job that still runs has `GRACE` to end; then it goes back into the queue and the process ends."""
        end = time.monotonic() + GRACE.total_seconds()
        while not self._ended.wait(0.05):
            if time.monotonic() >= end and (job := self._running):
                self._finish(job, partial(put_back, job, uncounted=True))
                Worker.objects.filter(key=self.key).delete()
                log.warning("job %s goes back into the queue: this worker stops", job.pk)
                logging.shutdown()
                os._exit(0)  # a job in native code cannot be interrupted in any other way


class Lookout:
    """What one worker has seen of the heartbeats of all."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[datetime, float]] = {}

    def still(self, workers: Sequence[Worker], *, at: float) -> set[str]:
        """Keys of workers whose heartbeat has not changed for `DEAD_AFTER`; `at`: seconds of time that only passes."""
        for worker in workers:
            beat, _since = self._seen.get(worker.key, (None, 0.0))
            if beat != worker.beat_at:
                self._seen[worker.key] = worker.beat_at, at
        self._seen = {worker.key: self._seen[worker.key] for worker in workers}
        return {key for key, (_beat, since) in self._seen.items() if at - since > DEAD_AFTER.total_seconds()}


class Clock:
    """Notices that the clock was put back, by the time that only passes."""

    def __init__(self) -> None:
        self._ahead: float | None = None

    def was_put_back(self, *, now: float, at: float) -> bool:
        """Whether it was since the last look, by more than the seconds in which clocks are put right all the time."""
        before, self._ahead = self._ahead, now - at
        return before is not None and self._ahead < before - PUT_BACK.total_seconds()


def wait_no_longer(*, now: datetime) -> None:
    """Makes due what waits. Some of it is tried too early, which is only one try more."""
    put_off = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__gt=now)
    count = put_off.exclude(run_after=get_date_max()).update(run_after=now)
    log.warning("the clock was put back; %d jobs that were put off are due now", count)


def reap(lookout: Lookout, *, at: float) -> list[str]:
    """Puts the jobs of dead workers back into the queue, or gives them up; returns the ids. Forgets those workers."""
    workers = list(Worker.objects.all())
    still = lookout.still(workers, at=at)
    dead = [w for w in workers if w.key in still or is_gone(w.place, w.pid)]
    Worker.objects.filter(pk__in=[worker.pk for worker in dead], beat_at__in=[w.beat_at for w in dead]).delete()
    reaped = []
    for key in DBTaskResult.objects.running().values_list("pk", flat=True):
        with transaction.atomic():
            job = DBTaskResult.objects.select_for_update().filter(pk=key, status=TaskResultStatus.RUNNING).first()
            if job is None or Worker.objects.filter(key__in=job.worker_ids[-1:]).exists():
                continue
            log.warning("job %s: %s lost its worker", job.pk, job.task_path)
            failed(job, WorkerDied(f"the worker died while it ran, {len(job.worker_ids)} times"), wait=timedelta(0))
            reaped.append(str(job.pk))
    return reaped


class WorkerDied(Exception):
    """What a job failed of when its worker was killed: out of memory, a crash, the machine."""


def failed(job: Job, error: Exception, wait: timedelta | None = None) -> None:
    """A failed attempt: the job is tried again later, or given up for good."""
    attempt = len(job.worker_ids)
    if attempt < ATTEMPTS and (isinstance(error, MayPass) or not isinstance(error, Refused)):
        put_back(job, wait=WAITS[attempt - 1] if wait is None else wait)
        return
    job.set_failed(error)
    with scope_of(job):
        give_up(job.task_path, str(error), job.args_kwargs["kwargs"])


def put_back(job: Job, *, uncounted: bool = False, wait: timedelta = timedelta(0)) -> None:
    """Into the queue again, not to be run before `wait` is over; `uncounted` attempts do not use it up."""
    job.status, job.started_at = TaskResultStatus.READY, None
    job.run_after = timezone.now() + wait if wait else get_date_max()
    if uncounted:
        job.worker_ids = job.worker_ids[:-1]
    job.save(update_fields=["status", "started_at", "run_after", "worker_ids"])


def work() -> None:
    """Runs a worker in this process until it is told to stop."""
    worker = JobWorker()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _nothing)
    _hear_signals_at_once(worker)
    worker.run()


def _nothing(_signal: int, _frame: FrameType | None) -> None:
    """The thread of `_hear_signals_at_once` acts: a handler may not touch an event that its own thread waits for."""


def _hear_signals_at_once(worker: JobWorker) -> None:
    """Python runs handlers only when native code has come back, which a long query or a compilation does late. The
    system's own handler writes to a socket at once, on which a thread waits.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.detach(), warn_on_full_buffer=False)

    def wait() -> None:
        while heard.recv(1)[0] not in (signal.SIGTERM, signal.SIGINT):
            pass
        worker.stop()

    threading.Thread(target=wait, name="signals", daemon=True).start()
