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
from afteraction.web.jobs.worker import ATTEMPTS, DEAD_AFTER, Clock, JobWorker, Lookout, reap, wait_no_longer

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


def reap_the_silent() -> list[str]:
    """What a worker does that has seen no new heartbeat of any other for long enough."""
    lookout = Lookout()
    assert reap(lookout, at=0.0) == []
    return reap(lookout, at=DEAD_AFTER.total_seconds() + 1)


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
    assert a_worker()._claim() is not None
    assert reap_the_silent() == [str(only_job().pk)]
    assert only_job().status == TaskResultStatus.READY
    assert not Worker.objects.exists()


def test_the_job_of_a_living_worker_is_left_alone_however_its_clock_is_off() -> None:
    enqueue(note, what="a")
    worker, lookout = a_worker(), Lookout()
    assert worker._claim() is not None
    for seconds, off in enumerate((timedelta(0), timedelta(days=-1), timedelta(days=1), timedelta(hours=-1))):
        Worker.objects.update(beat_at=timezone.now() + off)
        assert reap(lookout, at=seconds * DEAD_AFTER.total_seconds()) == []


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    enqueue(break_down, what="a")
    for _ in range(ATTEMPTS):
        assert a_worker()._claim() is not None
        reap_the_silent()
    assert only_job().status == TaskResultStatus.FAILED
    assert "the worker died while it ran" in GIVEN_UP[0]


def test_a_worker_taken_for_dead_does_not_overwrite_its_successor() -> None:
    enqueue(note, what="a")
    sleeper = a_worker()
    job = sleeper._claim()
    assert job is not None
    reap_the_silent()
    second = a_worker()
    assert second._claim() is not None
    sleeper._run(job)
    assert only_job().status == TaskResultStatus.RUNNING
    assert only_job().worker_ids[-1] == second.key


def test_a_clock_that_is_put_back_is_noticed_and_one_that_is_put_right_a_little_is_not() -> None:
    clock = Clock()
    looks = [(1_000.0, 10.0), (1_001.0, 11.0), (87_402.0, 12.0), (87_398.0, 13.0), (1_004.0, 14.0), (1_005.0, 15.0)]
    assert [clock.was_put_back(now=now, at=at) for now, at in looks] == [False, False, False, False, True, False]


def test_what_was_put_off_while_the_clock_was_ahead_is_due_when_it_is_put_back() -> None:
    enqueue(wait_for, what="a")
    enqueue(note, what="b")
    DBTaskResult.objects.filter(task_path__endswith="wait_for").update(run_after=timezone.now() + timedelta(days=1))
    assert DBTaskResult.objects.ready().count() == 1
    wait_no_longer(now=timezone.now())
    assert DBTaskResult.objects.ready().count() == 2


def test_a_process_of_this_machine_that_has_ended_is_known_to_be_gone() -> None:
    assert is_gone(this_place(), 4_000_000)
    assert not is_gone("another machine", 4_000_000)
