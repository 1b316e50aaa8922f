"""Results to take away, and the deals behind an effect."""

import json
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from afteraction.analysis.intervals import rate_if_any
from afteraction.report.wording import interval, percent
from afteraction.web.deals.models import Deal
from afteraction.web.insights import pages
from afteraction.web.insights.behind import deals_behind, effect_keys
from afteraction.web.insights.effect_rows import behaviour_rows, step_rows
from afteraction.web.insights.results import Saved
from afteraction.web.insights.selectors import standing
from afteraction.web.insights.skill_rows import figures_for
from afteraction.web.insights.views import frame, tabs_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_FILES: Final = {
    "deals.parquet": "application/vnd.apache.parquet",
    "report.html": "text/html; charset=utf-8",
    "report.pdf": "application/pdf",
}
"""These have everyone in them, so they are for those who may see everyone."""


@needs(Right.SEE_INSIGHTS)
@require_GET
def download(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the newest results. The figures are those that this person may see."""
    user = signed_in(request)
    shown = _shown(user)
    stem = f"afteraction-data-version-{shown.analysis.data_version}"
    if name == "figures.json":
        text = json.dumps(figures_for(user, shown.figures), indent=1, ensure_ascii=False)
        answer = HttpResponse(text, content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{stem}-figures.json"'
        return answer
    if name not in _FILES:
        raise Http404
    if not may(user, Right.SEE_ALL_SKILL):
        raise PermissionDenied
    file = (shown.folder / name).open("rb")
    return FileResponse(file, as_attachment=True, filename=f"{stem}-{name}", content_type=_FILES[name])


@needs(Right.SEE_INSIGHTS)
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The deals behind an effect, on one of its sides."""
    user = signed_in(request)
    shown = _shown(user)
    key, did = request.GET.get("of", ""), request.GET.get("side", "did") != "not"
    if key not in effect_keys(shown):
        raise Http404
    segment = request.GET.get("segment", "")
    named = {row.key: row for row in (*step_rows(shown.figures), *behaviour_rows(shown.figures))}
    found = deals_behind(shown, key, did=did, segment=segment)
    rate = rate_if_any(found.won, found.ended)
    known = Deal.objects.filter(organisation=user.organisation, deal_id__in=[deal for deal, _outcome in found.shown])
    content = frame(user, standing(user.organisation)) | {
        "tabs": tabs_for(user),
        "page": pages.STEPS,
        "name": named[key].name if key in named else key,
        "of": key,
        "did": did,
        "segment": segment,
        "found": found,
        "rate": f"{percent(rate.value)}" if rate else "–",
        "interval": interval(rate.low, rate.high) if rate else "",
        "deals": {deal.deal_id: deal for deal in known},
    }
    return render(request, "insights/behind.html", content)


def _shown(user: User) -> Saved:
    shown = standing(user.organisation).shown
    if shown is None:
        raise Http404
    return shown
