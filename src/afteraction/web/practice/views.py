"""The page of practice: what waits today, the path, what one remembers; and what one may change about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import Role
from afteraction.web.people.roles import Right
from afteraction.web.practice.forms import PlanForm
from afteraction.web.practice.rows import figures_row, own_row
from afteraction.web.practice.selectors import own_retention, progress_of, progress_of_team, retention_figures
from afteraction.web.practice.services import change_plan, forget_practice, plan_of
from afteraction.web.practice.session import session_of
from afteraction.web.practice.visibility import READERS


@needs(Right.PRACTISE)
@require_GET
def practice(request: HttpRequest) -> HttpResponse:
    """What waits today, the path, what is remembered."""
    return render(request, "practice/practice.html", _content(request, None))


@needs(Right.PRACTISE)
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Says how one wants to practise."""
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            change_plan(by=signed_in(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, f"Not saved: {refused.found}. Expected: {refused.expected}.")
        else:
            messages.success(request, "Saved. Cards come back by it from now on.")
            return redirect("practice")
    return render(request, "practice/practice.html", _content(request, form), status=422)


@needs(Right.PRACTISE)
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Deletes all that practice knows of whoever asks."""
    forget_practice(by=signed_in(request))
    messages.success(request, "Everything that practice knew of you is deleted.")
    return redirect("practice")


def _content(request: HttpRequest, form: PlanForm | None) -> dict[str, Any]:
    user, now = signed_in(request), timezone.now()
    figures = retention_figures(user.organisation)
    return {
        "session": session_of(user, now=now),
        "progress": progress_of(user),
        "shows_path": user.role == Role.REP,
        "team": progress_of_team(user),
        "own": own_row(own_retention(user, now=now)),
        "figures": figures_row(figures) if figures else None,
        "form": form or PlanForm.of(plan_of(user)),
        "readers": READERS,
        "any_cards": user.organisation.cards.filter(retired_at=None).exists(),
    }
