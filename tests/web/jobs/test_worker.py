"""What becomes of jobs: done, failed, tried again, given up, put off, returned by the dead."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from afteraction.errors import Refused
from afteraction.web.jobs.models import Worker
from afteraction.web.jobs.place import is_gone, this_place
from afteraction.web.jobs.services import Later, MayPass, enqueue, when_given_up
from afteraction.web.jobs.worker import ATTEMPTS, DEAD_AFTER, JobWorker, reap

pytestmark = pytest.mark.django_db
CALLS: list[str] = []
GIVEN_UP: list[str] = []


@task()
def note(what: str) -> str:
    CALLS.append(what)
    return what.upper()


@task()
def break_down(what: str) -> None:
    CALLS.append(what)
    raise ValueError(f"{what} broke")


@task()
def refuse(what: str) -> None:
    CALLS.append(what)
    raise Refused(what, "something else")


@task()
def refuse_for_now(what: str) -> None:
    CALLS.append(what)
    raise MayPass(what, "something else")


@task()
def wait_for(what: str) -> None:
    raise Later(what, timedelta(minutes=1))


@when_given_up(break_down)
@when_given_up(refuse)
def given_up(message: str, what: str) -> None:
    GIVEN_UP.append(f"{what}: {message}")


@pytest.fixture(autouse=True)
def _forget() -> None:
    CALLS.clear()
    GIVEN_UP.clear()


def a_worker(**values: Any) -> JobWorker:
    """A worker with its row, which does not run by itself."""
    made, now = JobWorker(), timezone.now()
    row = {"key": made.key, "place": "", "pid": 1, "started_at": now, "beat_at": now}
    Worker.objects.create(**row | values)
    return made


def work_off(worker: JobWorker) -> None:
    while job := worker._claim():
        worker._run(job)


def only_job() -> Any:
    return DBTaskResult.objects.get()


def test_a_job_runs_once_and_keeps_what_it_returned() -> None:
    enqueue(note, what="a")
    work_off(a_worker())
    assert (CALLS, only_job().status, only_job().return_value) == (["a"], TaskResultStatus.SUCCESSFUL, "A")


def test_the_same_job_waits_once() -> None:
    assert enqueue(note, what="a") == enqueue(note, what="a") != enqueue(note, what="b")
    work_off(a_worker())
    assert sorted(CALLS) == ["a", "b"]


def test_a_job_that_breaks_is_tried_again_later_and_then_given_up() -> None:
    enqueue(break_down, what="a")
    for attempt in range(1, ATTEMPTS + 1):
        work_off(a_worker())
        assert len(CALLS) == attempt
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
    assert only_job().status == TaskResultStatus.FAILED
    assert GIVEN_UP == ["a: a broke"]


def test_a_refusal_is_an_answer_and_not_tried_again() -> None:
    enqueue(refuse, what="a")
    work_off(a_worker())
    assert (only_job().status, CALLS, len(GIVEN_UP)) == (TaskResultStatus.FAILED, ["a"], 1)


def test_a_refusal_that_may_pass_is_tried_again() -> None:
    enqueue(refuse_for_now, what="a")
    work_off(a_worker())
    assert only_job().status == TaskResultStatus.READY
    assert only_job().run_after > timezone.now()


def test_a_job_that_has_to_wait_has_not_failed() -> None:
    enqueue(wait_for, what="a")
    work_off(a_worker())
    job = only_job()
    assert (job.status, job.worker_ids) == (TaskResultStatus.READY, [])
    assert job.run_after > timezone.now() + timedelta(seconds=50)


def test_the_job_of_a_dead_worker_goes_back_into_the_queue() -> None:
    enqueue(note, what="a")
    dead = a_worker(beat_at=timezone.now() - DEAD_AFTER - timedelta(seconds=1))
    assert dead._claim() is not None
    assert reap(now=timezone.now()) == [str(only_job().pk)]
    assert only_job().status == TaskResultStatus.READY
    assert not Worker.objects.exists()


def test_the_job_of_a_living_worker_is_left_alone() -> None:
    enqueue(note, what="a")
    assert a_worker()._claim() is not None
    assert reap(now=timezone.now()) == []


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    enqueue(break_down, what="a")
    for _ in range(ATTEMPTS):
        dead = a_worker(beat_at=timezone.now() - DEAD_AFTER * 2)
        assert dead._claim() is not None
        reap(now=timezone.now())
    assert only_job().status == TaskResultStatus.FAILED
    assert "the worker died while it ran" in GIVEN_UP[0]


def test_a_worker_taken_for_dead_does_not_overwrite_its_successor() -> None:
    enqueue(note, what="a")
    sleeper = a_worker(beat_at=timezone.now() - DEAD_AFTER * 2)
    job = sleeper._claim()
    assert job is not None
    reap(now=timezone.now())
    second = a_worker()
    assert second._claim() is not None
    sleeper._run(job)
    assert only_job().status == TaskResultStatus.RUNNING
    assert only_job().worker_ids[-1] == second.key


def test_a_process_of_this_machine_that_has_ended_is_known_to_be_gone() -> None:
    assert is_gone(this_place(), 4_000_000)
    assert not is_gone("another machine", 4_000_000)
