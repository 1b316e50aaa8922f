"""What may be done with jobs: put one into the queue, once; say that it has to wait; know when it was given up.

A job is a function with django-tasks' `@task`. It runs at least once: a worker may die between doing the work and
saying so. So every job must be idempotent, and takes keys, never objects.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from afteraction.errors import Refused

GivenUp = Callable[..., None]
_GIVEN_UP: Final[dict[str, GivenUp]] = {}


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

    One that runs at this moment does not count: it may have begun before what the new one is to see.
    """
    content = normalize_json({"args": [], "kwargs": arguments})
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path)
    for found in waiting.values("id", "args_kwargs"):
        if found["args_kwargs"] == content:
            return str(found["id"])
    return str(task.enqueue(**arguments).id)


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
