"""What may be done with jobs: put one into the queue, once; say that it has to wait; know when it was given up.

A job is a function with django-tasks' `@task`. It runs at least once: a worker may die between doing the work and
saying so. So every job must be idempotent, and takes keys, never objects.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks.base import DEFAULT_TASK_QUEUE_NAME, Task
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from afteraction.errors import Refused
from afteraction.web.isolation import scope

GivenUp = Callable[..., None]
_GIVEN_UP: Final[dict[str, GivenUp]] = {}
_OF: Final = "organisation "
"""Begins the name of the queue in which a job of one organisation waits. Every worker takes from all queues."""


class Later(Exception):
    """Raised by a job that cannot run yet, such as an import while another one is writing. It is no failed attempt."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        super().__init__(reason)
        self.wait = wait


class MayPass(Refused):
    """A refusal that may pass by itself, such as that of a server that is down: tried again, as other failures are."""


@transaction.atomic
def enqueue(task: Task[..., Any], **arguments: Any) -> str:
    """Puts a job into the queue and returns its id; where the same one waits there already, that one's.

    One that runs at this moment does not count: it may have begun before what the new one is to see. It will see the
    rows of the organisation that it names, or else of the one that is worked for now.
    """
    content = normalize_json({"args": [], "kwargs": arguments})
    queue = _queue(arguments.get("organisation_id"))
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path)
    waiting = waiting.filter(queue_name__in=(queue, DEFAULT_TASK_QUEUE_NAME))  # one for all does it for each as well
    for found in waiting.values("id", "args_kwargs"):
        if found["args_kwargs"] == content:
            return str(found["id"])
    return str(task.using(queue_name=queue).enqueue(**arguments).id)


def _queue(named: int | None) -> str:
    whose = named or scope.organisation()
    return f"{_OF}{whose}" if whose else DEFAULT_TASK_QUEUE_NAME


@contextmanager
def scope_of(job: "DBTaskResult[Any, Any]") -> Iterator[None]:
    """Runs what a job does: with the rows of its organisation, or of all where it was queued for none.

    Those are what comes round, which looks at every organisation, and what somebody asks for who is not signed in yet.
    """
    kind, _, key = job.queue_name.rpartition(" ")
    whose = int(key) if f"{kind} " == _OF else job.args_kwargs["kwargs"].get("organisation_id")
    with scope.nothing_visible():
        if whose:
            with scope.within(whose):
                yield
        else:
            with scope.across_organisations(f"a job for no organisation: {job.task_path}"):
                yield


def when_given_up(task: Task[..., Any]) -> Callable[[GivenUp], GivenUp]:
    """Registers what is to be done when a job has failed for the last time: `function(message, **arguments)`."""

    def register(function: GivenUp) -> GivenUp:
        _GIVEN_UP[task.module_path] = function
        return function

    return register


def give_up(task_path: str, message: str, arguments: dict[str, Any]) -> None:
    """Does what was registered with `when_given_up`."""
    if function := _GIVEN_UP.get(task_path):
        function(message, **arguments)
