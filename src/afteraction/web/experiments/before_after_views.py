"""Changes that were made without a trial: the list, stating one, its page with what the record says, the deals."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.experiments import before_after as services
from afteraction.web.experiments.before_after_forms import ChangeForm
from afteraction.web.experiments.before_after_measuring import deals_file, deals_in
from afteraction.web.experiments.before_after_models import BeforeAfter, BeforeAfterResult
from afteraction.web.experiments.crossing import one_s_own, seen_by
from afteraction.web.experiments.document import TrialMeasure
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals.finding import Grade

TABS = (("proposals", "Proposals"), ("trials", "Trials"), ("before-and-after", "Before and after"))
DEALS = {"all": "Deals behind it", "team": "Your team’s deals behind it", "own": "Your deals behind it"}
_VERDICTS = {"helps": "helps", "hurts": "hurts", "no_effect": "no_effect", "described": "cant_tell"}


@needs(Right.PROPOSE)
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Every stated change, newest first, with its newest result."""
    user = signed_in(request)
    stated = list(services.changes_for(user).prefetch_related("results"))
    context = {
        "tabs": TABS,
        "rows": [_row(each) for each in stated],
        "owns": may(user, Right.OWN_TRIALS),
    }
    return render(request, "experiments/before_after_list.html", context)


@needs(Right.OWN_TRIALS)
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """Says what changed, when, for whom, and what it is judged by."""
    user = signed_in(request)
    refused = None
    form = ChangeForm(request.POST if request.method == "POST" else None, user.organisation)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("title", "what", "kind", "unit", "changed_on")}
        try:
            made = services.state_change(
                by=user,
                **given,
                changed=form.changed(),
                measure=form.chosen(),
                process_version=form.version_chosen,
                now=timezone.now(),
            )
        except Refused as error:
            refused = error
        else:
            messages.success(request, "It is written down with today's date, and is being measured.")
            return redirect("before-and-after-change", made.pk)
    context = {"form": form, "refused": refused}
    return render(request, "experiments/before_after_new.html", context, status=422 if request.POST else 200)


@needs(Right.PROPOSE)
@require_GET
def change(request: HttpRequest, key: int) -> HttpResponse:
    """One change: what the record says, how sure that is, and the deals behind it."""
    user = signed_in(request)
    stated = _the_change(user, key)
    results = list(stated.results.all())
    newest = results[0] if results else None
    kept = newest is not None and deals_file(stated.organisation, stated.pk, newest.data_version).exists()
    context = {
        **_row(stated),
        "measure": TrialMeasure.model_validate(stated.measure),
        "newest": newest,
        "earlier": results[1:],
        "html": SafeString(newest.html) if newest else "",
        "deals": DEALS.get(_sees(user, stated), "") if kept else "",
    }
    return render(request, "experiments/before_after.html", context)


@needs(Right.PROPOSE)
@require_GET
def deals(request: HttpRequest, key: int, version: int) -> HttpResponseBase:
    """The deals behind a result, as CSV: those that someone sees one by one, as of a trial."""
    user = signed_in(request)
    stated = _the_change(user, key)
    path = deals_file(stated.organisation, stated.pk, version)
    if not path.is_file():
        raise Http404
    seen, only = _sees(user, stated), None
    if seen != "all":
        own = Deal.objects.filter(one_s_own(user, seen), organisation=stated.organisation)
        only = set(own.values_list("deal_id", flat=True))
    headers = {"Content-Disposition": f'attachment; filename="before-after-{stated.pk}-{version}.csv"'}
    return StreamingHttpResponse(deals_in(path, only), content_type="text/csv; charset=utf-8", headers=headers)


def _sees(user: User, stated: BeforeAfter) -> str:
    """Which of the deals behind it someone sees one by one: all, team or own; none where they have none."""
    seen = seen_by(user, (stated.stated_by_id,))
    return "none" if seen == "own" and not user.owner_name else seen


def _the_change(user: User, key: int) -> BeforeAfter:
    found = services.change_for(user, key)
    if found is None:
        raise Http404
    return found


def _row(stated: BeforeAfter) -> dict[str, Any]:
    """A change with its newest result, and that in words."""
    newest: BeforeAfterResult | None = next(iter(stated.results.all()), None)
    names = services.units_of(stated.organisation, stated.unit)
    return {
        "stated": stated,
        "newest": newest,
        "chip": _VERDICTS.get(newest.verdict, "cant_tell") if newest else "",
        "grade": Grade(newest.grade).words if newest else "",
        "who": [names.get(name, name) for name in stated.changed],
    }
