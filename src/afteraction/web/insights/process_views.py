"""The process: its map, how it is followed, its history, and the editor."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.process.check import check_text
from afteraction.web.insights import services
from afteraction.web.insights.adherence_rows import group_rows
from afteraction.web.insights.forms import ProcessForm
from afteraction.web.insights.over_time import SECTION
from afteraction.web.insights.selectors import changes_to_newest, editions, standing
from afteraction.web.insights.skill_rows import seen_groups
from afteraction.web.insights.views import frame, page_of_people, sections
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may

TABS = (
    ("process", "Map and adherence"),
    ("process-over-time", "Over time"),
    ("process-history", "Versions"),
    ("process-edit", "Text"),
)


@needs(Right.SEE_PROCESS)
@require_GET
def process(request: HttpRequest) -> HttpResponse:
    """The map on paper and as followed, and who follows it."""
    user = signed_in(request)
    now = standing(user.organisation)
    newest = user.organisation.process_versions.first()
    content = frame(user, now) | {"tabs": TABS, "newest": newest, "may_change": may(user, Right.CHANGE_PROCESS)}
    if now.shown is None:
        return render(request, "insights/no_process.html", content)
    figures = now.shown.figures
    conformance = figures["conformance"] or {"by_owner": (), "by_team": (), "steps": ()}
    seen = [one for one in seen_groups(user, conformance["by_owner"], figures["reps"]) if one["due"]]
    people = page_of_people(request, seen)
    content |= {
        "on_paper": bool(conformance.get("on_paper")),
        "map": now.shown.section("process"),
        "sections": sections(now.shown, ("adherence", "variants"), user),
        "reps": group_rows(list(people), conformance["steps"]),
        "people": people,
        "teams": group_rows(conformance["by_team"], conformance["steps"]),
    }
    return render(request, "insights/process.html", content)


@needs(Right.SEE_PROCESS)
@require_GET
def over_time(request: HttpRequest) -> HttpResponse:
    """How far each version is kept, and whether the steps still do what they did."""
    user = signed_in(request)
    now = standing(user.organisation)
    content = frame(user, now) | {"tabs": TABS, "found": now.shown.section(SECTION) if now.shown else ""}
    return render(request, "insights/over_time.html", content)


@needs(Right.SEE_PROCESS)
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Every version with what it changed, in words."""
    user = signed_in(request)
    content = {
        "tabs": TABS,
        "editions": editions(user.organisation),
        "may_change": may(user, Right.CHANGE_PROCESS),
    }
    return render(request, "insights/history.html", content)


@needs(Right.SEE_PROCESS)
@require_GET
def version(request: HttpRequest, number: int) -> HttpResponse:
    """The text of one version, as it was saved."""
    found = get_object_or_404(signed_in(request).organisation.process_versions, number=number)
    if "download" in request.GET:
        answer = HttpResponse(found.text, content_type="application/yaml")
        answer["Content-Disposition"] = f'attachment; filename="process-version-{number}.yaml"'
        return answer
    return render(request, "insights/version.html", {"tabs": TABS, "found": found, "title": f"Version {number}"})


@needs(Right.SEE_PROCESS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """The text of the process: to read for everyone, to change for those who may."""
    user = signed_in(request)
    newest = user.organisation.process_versions.first()
    may_change = may(user, Right.CHANGE_PROCESS)
    number = newest.number + 1 if newest else 1
    content: dict[str, Any] = {"tabs": TABS, "newest": newest, "may_change": may_change, "next_number": number}
    if request.method == "GET":
        text, drafted = newest.text if newest else "", False
        if may_change and (request.GET.get("from") == "followed" or not newest):
            shown = standing(user.organisation).shown
            followed = shown.followed() if shown else ""
            text, drafted = (followed, True) if followed else (text, False)
        form = ProcessForm(initial={"text": text})
        checked = check_text(text) if text else None
        return render(request, "insights/edit.html", content | {"form": form, "checked": checked, "drafted": drafted})
    if not may_change:
        raise PermissionDenied
    form = ProcessForm(request.POST)
    if form.is_valid():
        try:
            made = services.save_process(by=user, **form.cleaned_data)
        except Refused as refused:
            content["refused"] = refused
        else:
            messages.success(request, f"Version {made.number} is the process now. The results are being made anew.")
            return redirect("process-history")
    checked = check_text(form.data.get("text", ""))
    return render(request, "insights/edit.html", content | {"form": form, "checked": checked}, status=422)


@needs(Right.CHANGE_PROCESS)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Whether a text is right, while it is typed: every problem with its line, and what it changes."""
    text = request.POST.get("text", "")[:1_000_000]
    checked = check_text(text)
    changes = changes_to_newest(signed_in(request).organisation, checked)
    return render(request, "insights/checked.html", {"checked": checked, "changes": changes})
