"""Deciding a trial, what is outside of its protocol, and the page that everyone reads afterwards, as PDF."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.report.pdf import render_pdf
from afteraction.report.wording import anchor
from afteraction.web.experiments import deciding
from afteraction.web.experiments.look_tasks import recheck_looks
from afteraction.web.experiments.models import Experiment, ExperimentDecision
from afteraction.web.experiments.paper import account_of
from afteraction.web.experiments.result_forms import DecisionForm
from afteraction.web.experiments.results import Result, result_block, result_of
from afteraction.web.experiments.services import answers_for
from afteraction.web.experiments.shown import explored_rows
from afteraction.web.experiments.trial_views import the_trial, trial_page
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right

_TOLD = {
    ExperimentDecision.Kind.ADOPT: "The trial is decided: adopted.",
    ExperimentDecision.Kind.REJECT: "The trial is decided: rejected. The old way stays.",
    ExperimentDecision.Kind.EXTEND: "The trial is extended, and goes on.",
}


@needs(Right.OWN_TRIALS)
@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Decides a trial."""
    user, found = signed_in(request), the_trial(signed_in(request), key)
    standing = deciding.standing_of(found)
    if not answers_for(user, found):
        raise Http404
    if standing is None:  # somebody else was quicker, or the form was sent twice
        refused = Refused(
            f"a trial that is {found.get_state_display().lower()}", "one that waits for a decision", "read its page"
        )
        return trial_page(request, found, 422, refused=refused)
    form = DecisionForm(standing, request.POST)
    if not form.is_valid():
        return trial_page(request, found, 422, result=result_block(user, found, form))
    given = form.cleaned_data
    try:
        made = deciding.decide(
            by=user, experiment=found, kind=given["kind"], reason=given["reason"], now=timezone.now()
        )
    except Refused as refused:
        return trial_page(request, found, 422, refused=refused, result=result_block(user, found, form))
    told = _TOLD[ExperimentDecision.Kind(made.kind)]
    if made.process_version is not None:
        told += f" Version {made.process_version.number} of the process is in force from now on."
    messages.success(request, told)
    return redirect("trial", key)


@needs(Right.PROPOSE)
@require_GET
def exploratory(request: HttpRequest, key: int) -> HttpResponse:
    """What the newest look shows outside of the protocol."""
    found = the_trial(signed_in(request), key)
    result = _result(found)
    rows = explored_rows(result.looks[-1]) if result.looks else []
    context = {"trial": found, "result": result, "rows": rows}
    return render(request, "experiments/exploratory.html", context)


@needs(Right.PROPOSE)
@require_GET
def account(request: HttpRequest, key: int) -> HttpResponse:
    """Question, protocol, result and decision as a PDF."""
    found = the_trial(signed_in(request), key)
    _result(found)
    content = render_pdf(account_of(found, timezone.now()))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="trial-{found.pk}-{anchor(found.title)[:60]}.pdf"'
    return answer


@needs(Right.OWN_TRIALS)
@require_POST
def recheck(request: HttpRequest, key: int) -> HttpResponse:
    """Has the data versions of all looks read again."""
    found = the_trial(signed_in(request), key)
    enqueue(recheck_looks, experiment_id=found.pk)
    messages.success(request, "The data behind every look is read again. What differs will be shown here.")
    return redirect("trial", key)


def _result(found: Experiment) -> Result:
    """The result of a locked trial; 404 for every other, and where its protocol was tampered with."""
    try:
        result = result_of(found)
    except Refused as refused:
        raise Http404 from refused
    if result is None:
        raise Http404
    return result
