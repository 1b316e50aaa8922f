"""The rules of reviews: what is drawn, by when, and who sees a person's calibration."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from afteraction.errors import Refused
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may
from afteraction.web.people.views import SETTINGS
from afteraction.web.reviews.forms import RulesForm
from afteraction.web.reviews.models import ReviewRules
from afteraction.web.reviews.rules import Drawn, change_rules, drawn_last_quarter, rules_of


@needs(Right.CHANGE_DRIVERS)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rules, and what they would have drawn in the last quarter."""
    user, now = signed_in(request), timezone.now()
    found = rules_of(user.organisation, now=now)
    form = RulesForm(request.POST or None, instance=found, initial={"since": found.since.date()})
    if request.method == "POST" and form.is_valid():
        try:
            change_rules(by=user, now=now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, f"Found {refused.found}; expected {refused.expected}.")
        else:
            messages.success(request, "The rules have been changed. They hold for reviews that open from now on.")
            return redirect("review-rules")
    context = {
        "form": form,
        "rules": found,
        "drawn": drawn_last_quarter(user.organisation, rules_of(user.organisation, now=now)),
        # Whoever may change this page alone is shown no ways to the others.
        "settings_tabs": SETTINGS if may(user, Right.MANAGE_PEOPLE) else (("review-rules", "Reviews"),),
    }
    return render(request, "reviews/rules.html", context, status=422 if form.is_bound else 200)


@needs(Right.CHANGE_DRIVERS)
@require_GET
def drawn(request: HttpRequest) -> HttpResponse:
    """What rules as they are typed would have drawn, as a piece of the page."""
    organisation, now = signed_in(request).organisation, timezone.now()
    saved = rules_of(organisation, now=now)
    form = RulesForm({"since": saved.since.date(), "calibration": saved.calibration} | request.GET.dict())
    form.is_valid()
    read = {name: form.cleaned_data[name] for name in ("above", "share", "due_days") if name in form.cleaned_data}
    asked = ReviewRules(organisation=organisation, seed=saved.seed, since=saved.since, **read)
    found: Drawn = drawn_last_quarter(organisation, asked)
    return render(request, "reviews/drawn.html", {"drawn": found, "rules": asked})
