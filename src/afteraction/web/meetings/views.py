"""The joint meeting: all meetings with what is open, one with its agenda and minutes, and what is done in it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.analysis.intervals import rate_if_any
from afteraction.errors import Refused
from afteraction.web.meetings import selectors, services
from afteraction.web.meetings.forms import RuleForm
from afteraction.web.meetings.models import JointMeeting
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right

_MEETING = "joint-meeting"


@needs(Right.SEE_LEADS)
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """The next meeting, what is open, and those that were."""
    user, now = signed_in(request), timezone.now()
    following = selectors.next_meeting(user)
    context = {
        "rule": selectors.rule_for(user),
        "next": following,
        "next_at": selectors.local(following) if following else None,
        "next_parts": selectors.parts_of(following) if following else [],
        "decisions": selectors.open_decisions(user),
        "kept": rate_if_any(*selectors.kept_share(user)),
        "page": selectors.history(user, request.GET.get("page")),
        "leads": selectors.leads_meetings(user),
        "today": now.date(),
    }
    return render(request, "meetings/meetings.html", context)


@needs(Right.OWN_LEADS)
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """When both sides meet."""
    user, now = signed_in(request), timezone.now()
    first = {"starts_on": now.date(), "at": "10:00", "minutes": 45}
    form = RuleForm(
        user, request.POST if request.method == "POST" else None, instance=selectors.rule_for(user), initial=first
    )
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            services.set_rule(by=user, now=now, **form.cleaned_data)
        except Refused as found:
            refused = found
        else:
            messages.success(request, "It is set up, and the next agenda is ready.")
            return redirect("joint-meetings")
    context = {"form": form, "refused": refused}
    return render(request, "meetings/rule.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Right.OWN_LEADS)
def begin(request: HttpRequest) -> HttpResponse:
    """Begins the meeting that is ready, or one with an agenda made now."""
    found = services.begin_now(by=signed_in(request), now=timezone.now())
    return redirect(_MEETING, found.pk)


@needs(Right.SEE_LEADS)
@require_GET
def meeting(request: HttpRequest, key: int) -> HttpResponse:
    """A meeting: its agenda, what was decided, its minutes."""
    return _page(request, _meeting(request, key))


@needs(Right.SEE_LEADS)
@require_GET
def screen(request: HttpRequest, key: int) -> HttpResponse:
    """The agenda on a screen in the room, one part after the other; without notes."""
    found = _meeting(request, key)
    context = {
        "meeting": found,
        "at": selectors.local(found),
        "parts": selectors.parts_of(found),
        "decisions": list(found.decisions.select_related("owner")),
        "company": found.organisation.name,
    }
    return render(request, "meetings/screen.html", context)


@require_POST
@needs(Right.OWN_LEADS)
def talk(request: HttpRequest, key: int, point: int) -> HttpResponse:
    """Ticks a point off, or takes that back."""
    found = _meeting(request, key)
    known = found.points.filter(pk=point).first()
    if known is None:
        raise Http404
    talked = request.POST.get("talked") != "no"
    try:
        services.talk_about(by=signed_in(request), point=known, now=timezone.now(), talked=talked)
    except Refused as refused:
        return _page(request, found, refused=refused)
    return redirect(f"{_address(found)}#point-{point}")


@require_POST
@needs(Right.OWN_LEADS)
def notes(request: HttpRequest, key: int) -> HttpResponse:
    """Saves the notes as they are typed."""
    found = _meeting(request, key)
    try:
        services.save_notes(
            by=signed_in(request), meeting=found, text=request.POST.get("notes", ""), now=timezone.now()
        )
    except Refused as refused:
        return HttpResponse(f"Not saved: found {refused.found}, expected {refused.expected}", status=422)
    if "HX-Request" not in request.headers:
        return redirect(_MEETING, key)
    return HttpResponse(f"Saved at {timezone.localtime():%H:%M}", content_type="text/plain; charset=utf-8")


@require_POST
@needs(Right.OWN_LEADS)
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Notes what was decided."""
    user, found, sent = signed_in(request), _meeting(request, key), request.POST
    owner = User.objects.filter(organisation=user.organisation, pk=_key(sent.get("owner"))).first()
    point = found.points.filter(pk=_key(sent.get("point"))).first()
    try:
        services.decide(
            by=user, meeting=found, text=sent.get("text", ""), owner=owner,
            due_on=parse_date(sent.get("due_on", "")[:10]) if _is_date(sent.get("due_on", "")) else None,
            now=timezone.now(), point=point,
        )  # fmt: skip
    except Refused as refused:
        return _page(request, found, refused=refused)
    return redirect(f"{_address(found)}#decided")


@require_POST
@needs(Right.SEE_LEADS)
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Says that a decision was carried out, or dropped and why."""
    user, sent = signed_in(request), request.POST
    found = selectors.decision_for(user, key)
    if found is None:
        raise Http404
    try:
        services.close_decision(
            by=user, decision=found, state=sent.get("state", ""), outcome=sent.get("outcome", ""), now=timezone.now()
        )
    except Refused as refused:
        messages.error(request, f"Found {refused.found}; expected {refused.expected}.")
    meeting_key = _key(sent.get("meeting"))
    if meeting_key and selectors.meeting_for(user, meeting_key):
        return redirect(_MEETING, meeting_key)
    return redirect("joint-meetings")


@require_POST
@needs(Right.OWN_LEADS)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Ends a meeting; its minutes are mailed where that is wanted."""
    services.end(by=signed_in(request), meeting=_meeting(request, key), now=timezone.now())
    messages.success(request, "The meeting is ended. This page is its minutes, for everyone of both sides.")
    return redirect(_MEETING, key)


def _page(request: HttpRequest, found: JointMeeting, refused: Refused | None = None) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    leads = selectors.leads_meetings(user)
    context: dict[str, Any] = {
        "meeting": found,
        "at": selectors.local(found),
        "parts": selectors.parts_of(found),
        "decisions": list(found.decisions.select_related("owner")),
        "people": selectors.people_of(user) if leads else [],
        "next_on": selectors.next_due(found, now=now),
        "leads": leads,
        "goes_on": leads and found.state == JointMeeting.State.READY,
        "today": now.date(),
        "sent": request.POST if refused else {},
        "refused": refused,
    }
    return render(request, "meetings/meeting.html", context, status=422 if refused else 200)


def _address(found: JointMeeting) -> str:
    return reverse(_MEETING, args=[found.pk])


def _meeting(request: HttpRequest, key: int) -> JointMeeting:
    found = selectors.meeting_for(signed_in(request), key)
    if found is None:
        raise Http404
    return found


def _key(sent: str | None) -> int:
    return int(sent) if sent and sent.isdecimal() and len(sent) < 19 else 0


def _is_date(sent: str) -> bool:
    try:
        return parse_date(sent[:10]) is not None
    except ValueError:
        return False
