"""The deals of a trial, one by one, for those who may see them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from afteraction.errors import Refused
from afteraction.web.experiments.crossing import crossed, deals_of, lines_of
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.experiments.trial_views import the_trial, trial_page
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right

PER_PAGE = 100


@needs(Right.PROPOSE)
@require_GET
def deals(request: HttpRequest, key: int) -> HttpResponse:
    """The deals of a trial with their arms, or those that went the other way; of one arm with ?arm=."""
    user = signed_in(request)
    trial = the_trial(user, key)
    protocol = protocol_in_force(trial)
    if protocol is None:
        raise Http404
    try:
        drawing = drawing_of(protocol)
    except Refused as refused:
        return trial_page(request, trial, status=422, refused=refused)
    found = crossed(protocol, drawing, timezone.now())
    arms = {arm.key: arm for arm in drawing.document.arms}
    asked, only = arms.get(request.GET.get("arm", "")), request.GET.get("crossed") == "1"
    rows = found.over if only else found.rows
    rows = rows.filter(arm=asked.key) if asked else rows
    mine = deals_of(rows, user, protocol).order_by("-at", "unit")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    shown = mine.filter(pk__in=[row.pk for row in page])
    context = {
        "trial": trial,
        "arms": arms,
        "arm": asked,
        "crossed": only,
        "page": page,
        "lines": [(line, arms[line.arm]) for line in lines_of(shown)],
        "all": rows.count(),
        "step": found.step,
    }
    return render(request, "experiments/deals.html", context)
