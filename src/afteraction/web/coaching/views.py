"""Pairs and their cadence, a meeting with its agenda, and what is done in it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.coaching import selectors, services
from afteraction.web.coaching.calendar_file import calendar_file
from afteraction.web.coaching.forms import CadenceForm
from afteraction.web.coaching.models import AgendaItem, Meeting
from afteraction.web.coaching.pages import TABS
from afteraction.web.coaching.selectors import PairRow
from afteraction.web.coaching.steps import names_of_steps
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_MEETING = "coaching-meeting"


@needs(Right.SEE_LESSONS)
@require_GET
def coaching(request: HttpRequest) -> HttpResponse:
    """Whom someone talks with how often, and what is ready."""
    user, now = signed_in(request), timezone.now()
    context = {
        "tabs": TABS,
        "pairs": selectors.pair_rows(user, now=now),
        "dropped": selectors.pair_rows(user, now=now, dropped=True),
        "commitments": selectors.own_commitments(user, most=20),
        "leads": may(user, Right.COACH),
        "today": now.date(),
    }
    return render(request, "coaching/pairs.html", context)


@needs(Right.COACH)
@require_http_methods(["GET", "POST"])
def new_pair(request: HttpRequest) -> HttpResponse:
    """Begins a row of meetings."""
    user, now = signed_in(request), timezone.now()
    first = {"kind": "weekly", "starts_on": now.date(), "at": "09:00", "minutes": 30}
    form = CadenceForm(user, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            cadence = services.begin_cadence(by=user, now=now, **form.cleaned_data)
        except Refused as refused:
            return render(request, "coaching/pair_form.html", {"form": form, "refused": refused}, status=422)
        services.prepare(cadence=cadence, now=now)
        messages.success(request, "The meetings are set up, and the first agenda is ready.")
        return redirect("coaching-pair", cadence.pk)
    return render(request, "coaching/pair_form.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(Right.SEE_LESSONS)
@require_GET
def pair(request: HttpRequest, key: int) -> HttpResponse:
    """A row of meetings: the next one, what was agreed, what was carried, those that were."""
    user, found = signed_in(request), _pair(request, key)
    context = {
        "pair": found,
        "cadence": found.cadence,
        "leads": found.cadence.manager_id == user.pk,
        "past": selectors.past_meetings(user, found.cadence),
        "commitments": selectors.commitments_of(found.cadence),
        "carried": selectors.carried_most(found.cadence),
        "today": timezone.now().date(),
    }
    return render(request, "coaching/pair.html", context)


@needs(Right.SEE_LESSONS)
@require_http_methods(["GET", "POST"])
def change_pair(request: HttpRequest, key: int) -> HttpResponse:
    """Moves a row of meetings."""
    user, cadence = signed_in(request), _pair(request, key).cadence
    if cadence.manager_id != user.pk:
        raise Http404
    form = CadenceForm(user, request.POST or None, instance=cadence)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        cadence = services.change_cadence(by=user, cadence=cadence, now=now, **form.cleaned_data)
        services.prepare(cadence=cadence, now=now)
        messages.success(request, "The meetings are moved. Take the calendar file again to move them there too.")
        return redirect("coaching-pair", key)
    context = {"form": form, "cadence": cadence}
    return render(request, "coaching/pair_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Right.SEE_LESSONS)
def drop_pair(request: HttpRequest, key: int) -> HttpResponse:
    """Ends a row of meetings."""
    cadence = _pair(request, key).cadence
    try:
        services.drop_cadence(by=signed_in(request), cadence=cadence, now=timezone.now())
    except Refused as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(request, "The meetings are ended. Take the calendar file once more to cancel them there.")
    return redirect("coaching-pair", key)


@needs(Right.SEE_LESSONS)
@require_GET
def pair_calendar(request: HttpRequest, key: int) -> HttpResponse:
    """The calendar file of a row of meetings."""
    user = signed_in(request)
    content = calendar_file(_pair(request, key).cadence, user)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="coaching-{key}.ics"'
    return answer


@require_POST
@needs(Right.SEE_LESSONS)
def prepare(request: HttpRequest, key: int) -> HttpResponse:
    """Makes the agenda of the next meeting now."""
    made = services.prepare(cadence=_pair(request, key).cadence, now=timezone.now())
    return redirect(_MEETING, made.pk) if made else redirect("coaching-pair", key)


@needs(Right.SEE_LESSONS)
@require_GET
def meeting(request: HttpRequest, key: int) -> HttpResponse:
    """A meeting: why each item is there, the two questions, notes, commitments."""
    return _page(request, _meeting(request, key))


@require_POST
@needs(Right.SEE_LESSONS)
def save_notes(request: HttpRequest, key: int) -> HttpResponse:
    """Saves what is written together, as it is typed."""
    return _saved(request, lambda user, found, now: services.save_notes(
        by=user, meeting=found, now=now, fields={n: request.POST[n] for n in services.NOTES if n in request.POST},
    ), key)  # fmt: skip


@require_POST
@needs(Right.SEE_LESSONS)
def save_private(request: HttpRequest, key: int) -> HttpResponse:
    """Saves a private note, as it is typed."""
    return _saved(request, lambda user, found, now: services.save_private_note(
        by=user, meeting=found, now=now, text=request.POST.get("text", ""),
    ), key)  # fmt: skip


@require_POST
@needs(Right.SEE_LESSONS)
def talk(request: HttpRequest, key: int, item: int) -> HttpResponse:
    """Ticks an item off, or takes that back."""
    user, found = signed_in(request), _meeting(request, key)
    known = found.items.select_related("meeting__cadence").filter(pk=item).first()
    if known is None:
        raise Http404
    services.talk_about(by=user, item=known, now=timezone.now(), talked=request.POST.get("talked") == "yes")
    return redirect(f"{_path(found)}#item-{known.pk}")


@require_POST
@needs(Right.SEE_LESSONS)
def commit(request: HttpRequest, key: int) -> HttpResponse:
    """Notes a commitment."""
    user, found = signed_in(request), _meeting(request, key)
    sent = request.POST
    person = User.objects.filter(organisation=user.organisation, pk=_number(sent.get("person"))).first()
    due_on = _day(sent.get("due_on"))
    try:
        services.commit(
            by=user, meeting=found, now=timezone.now(), person=person or user, text=sent.get("text", ""),
            due_on=due_on, step=sent.get("step", ""),
        )  # fmt: skip
    except Refused as refused:
        return _page(request, found, refused=refused)
    return redirect(f"{_path(found)}#agreed")


@require_POST
@needs(Right.SEE_LESSONS)
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Says that a commitment was kept, or dropped and why."""
    user = signed_in(request)
    found = selectors.commitment_for(user, key)
    if found is None:
        raise Http404
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    try:
        services.decide(by=user, commitment=found, now=timezone.now(), state=state, reason=reason)
    except Refused as refused:
        messages.error(request, _sentence(refused))
    back = selectors.meeting_for(user, _number(request.POST.get("meeting")))
    return redirect(_path(back)) if back else redirect("coaching-pair", found.cadence_id)


@require_POST
@needs(Right.SEE_LESSONS)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Ends a meeting, and makes the agenda of the next one."""
    user, found, now = signed_in(request), _meeting(request, key), timezone.now()
    services.end(by=user, meeting=found, now=now)
    services.prepare(cadence=found.cadence, now=now)
    messages.success(request, "The meeting is ended. What is still open comes back next time.")
    return redirect("coaching-pair", found.cadence_id)


@require_POST
@needs(Right.SEE_LESSONS)
def skip(request: HttpRequest, key: int) -> HttpResponse:
    """Leaves a meeting out."""
    user, found, now = signed_in(request), _meeting(request, key), timezone.now()
    try:
        services.skip(by=user, meeting=found, now=now, reason=request.POST.get("reason", ""))
    except Refused as refused:
        return _page(request, found, refused=refused)
    services.prepare(cadence=found.cadence, now=now)
    messages.success(request, "This meeting is left out; the next one stands.")
    return redirect("coaching-pair", found.cadence_id)


@require_POST
@needs(Right.SEE_LESSONS)
def lesson(request: HttpRequest, key: int) -> HttpResponse:
    """Makes the draft of a lesson of the answers."""
    user, found = signed_in(request), _meeting(request, key)
    try:
        services.save_notes(
            by=user, meeting=found, now=timezone.now(),
            fields={name: request.POST[name] for name in services.NOTES if name in request.POST},
        )  # fmt: skip
        services.make_lesson(by=user, meeting=found, now=timezone.now())
    except Refused as refused:
        return _page(request, found, refused=refused)
    messages.success(
        request, "The draft of a lesson is made. Everyone here can read it now, and test it on their deals."
    )
    return redirect(f"{_path(found)}#questions")


def _page(request: HttpRequest, found: Meeting, refused: Refused | None = None) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    shown = newest_results(user.organisation)
    coached = {item.key for item in found.items.all() if item.kind == AgendaItem.Kind.STEP}
    names = names_of_steps(shown)
    context: dict[str, Any] = {
        "page": selectors.meeting_page(user, found, now=now),
        "meeting": found,
        "refused": refused,
        # Those on the agenda first: they are what a commitment is most likely about.
        "steps": sorted(names.items(), key=lambda each: each[0] not in coached),
        "today": now.date(),
        "sent": request.POST,
    }
    return render(request, "coaching/meeting.html", context, status=422 if refused else 200)


def _saved(request: HttpRequest, save: Any, key: int) -> HttpResponse:
    found, now = _meeting(request, key), timezone.now()
    try:
        answer = save(signed_in(request), found, now)
    except Refused as refused:
        return render(request, "reviews/saved.html", {"refused": refused}, status=422)
    return render(request, "reviews/saved.html", {"answer": answer})


def _pair(request: HttpRequest, key: int) -> PairRow:
    found = selectors.pair_row(signed_in(request), key, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _meeting(request: HttpRequest, key: int) -> Meeting:
    found = selectors.meeting_for(signed_in(request), key)
    if found is None:
        raise Http404
    return found


def _path(found: Meeting) -> str:
    return reverse(_MEETING, args=[found.pk])


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:  # the 31st of April
        return None


def _sentence(refused: Refused) -> str:
    return f"Found {refused.found}; expected {refused.expected}."
