"""Calibration: whether the chances that someone states mean what they say."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import NotEnoughData
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import Role
from afteraction.web.people.roles import Right
from afteraction.web.reviews.calibrating import (
    give_consent,
    may_see_calibration,
    stated_by,
    take_consent_back,
    team_of,
)
from afteraction.web.reviews.calibration_rows import EDGES, calibration_rows
from afteraction.web.reviews.models import CalibrationConsent, ReviewRules
from afteraction.web.reviews.rules import rules_of


@needs(Right.SEE_REVIEWS)
@require_GET
def calibration(request: HttpRequest) -> HttpResponse:
    """One's own calibration, or that of someone of one's team as far as the rules let it be seen."""
    user, now = signed_in(request), timezone.now()
    rules, team = rules_of(user.organisation, now=now), team_of(user, now=now)
    asked = request.GET.get("person", "")
    person = next((each for each, _sees in team if str(each.pk) == asked), None) if asked else user
    if person is None or not may_see_calibration(user, person, rules):
        raise Http404
    stated = stated_by(person)
    refused = stated.found if isinstance(stated.found, NotEnoughData) else None
    context = {
        "person": person,
        "own": person.pk == user.pk,
        "stated": stated,
        "refused": refused,
        "rows": None if isinstance(stated.found, NotEnoughData) else calibration_rows(stated.found),
        "edges": EDGES,
        "team": team,
        "rules": rules,
        "by_consent": rules.calibration == ReviewRules.Calibration.CONSENT,
        "consent": CalibrationConsent.objects.filter(person=user).first(),
        "is_rep": user.role == Role.REP,
    }
    return render(request, "reviews/calibration.html", context)


@require_POST
@needs(Right.SEE_REVIEWS)
def consent(request: HttpRequest) -> HttpResponse:
    """Gives consent, or takes it back."""
    user = signed_in(request)
    if request.POST.get("give"):
        give_consent(by=user, now=timezone.now())
        messages.success(request, "Your manager may see your calibration. You can take that back here at any time.")
    else:
        take_consent_back(by=user)
        messages.success(request, "Nobody but you sees your calibration.")
    return redirect("calibration")
