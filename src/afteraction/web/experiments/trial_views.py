"""One trial on one page: its plan, its course, its result. Each part is made by its own module."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from pydantic import ValidationError

from afteraction.errors import Refused
from afteraction.web.experiments.models import Experiment
from afteraction.web.experiments.planning import plan_block
from afteraction.web.experiments.results import result_block
from afteraction.web.experiments.running import running_block
from afteraction.web.experiments.selectors import experiment_for
from afteraction.web.experiments.verifying import Tampering, verify
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right


@needs(Right.PROPOSE)
@require_GET
def trial(request: HttpRequest, key: int) -> HttpResponse:
    """A trial as everyone reads it."""
    return trial_page(request, the_trial(signed_in(request), key))


def the_trial(user: User, key: int) -> Experiment:
    """A trial that someone may read; 404 for every other."""
    found = experiment_for(user, key)
    if found is None:
        raise Http404
    return found


def trial_page(request: HttpRequest, found: Experiment, status: int = 200, **also: object) -> HttpResponse:
    """The page of a trial; `also` is what a refused form adds, such as refused=error."""
    user, tampered = signed_in(request), verify(found)
    context = {
        "trial": found,
        "tampered": tampered,
        "plan": plan_block(user, found),
        "running": _readable(running_block, user, found, tampered),
        "result": _readable(result_block, user, found, tampered),
        **also,
    }
    return render(request, "experiments/trial.html", context, status=status)


def _readable(
    block: Callable[[User, Experiment], dict[str, Any]], user: User, found: Experiment, tampered: Sequence[Tampering]
) -> dict[str, Any] | None:
    """A part of the page; None where what it reads was tampered with, which `tampered` tells above it.

    Whoever writes into the database may leave anything there, in any shape; where nothing was found an error is one.
    """
    try:
        return block(user, found)
    except (Refused, ValidationError, LookupError, TypeError, ValueError, AttributeError):
        if any(each.grave for each in tampered):
            return None
        raise
