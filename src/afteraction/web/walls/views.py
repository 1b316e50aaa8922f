"""The pages of the walls. Thin: what is done is in `sharing` and `thanking`, what is read in `selectors`."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right
from afteraction.web.reviews.reading import review_for
from afteraction.web.walls import sharing, thanking
from afteraction.web.walls.forms import RecogniseForm, WallFilter, WriteForm
from afteraction.web.walls.listing import RiskQuery, risk_page
from afteraction.web.walls.models import Entry, Recognition
from afteraction.web.walls.rep_risks import figures_of
from afteraction.web.walls.selectors import WallQuery, entry_for, recognitions_of, shown_entry, walls_for
from afteraction.web.walls.visibility import SAID, SAID_ANONYMOUS

_FORM = ["GET", "HEAD", "POST"]


@needs(Right.SEE_LESSONS)
@require_GET
def walls(request: HttpRequest) -> HttpResponse:
    """The wall of wins and that of failures, side by side, and what colleagues wrote to each other."""
    user, asked = signed_in(request), WallQuery.read(request.GET)
    found = walls_for(user, asked, today=timezone.now().date())
    context = {
        "walls": found,
        "asked": asked,
        "form": WallFilter(user, asked),
        "previous": asked.query(found.page - 1) if found.page > 1 else "",
        "next": asked.query(found.page + 1) if found.page < found.pages else "",
        "recognitions": recognitions_of(user.organisation),
    }
    return render(request, "walls/walls.html", context)


@needs(Right.SEE_LESSONS)
@require_http_methods(_FORM)
def write(request: HttpRequest) -> HttpResponse:
    """Write what a deal taught, with or without one's name."""
    user = signed_in(request)
    first = {name: request.GET.get(name, "") for name in ("wall", "deal_id", "anonymous")}
    form = WriteForm(user, request.POST or None, initial=first)
    if request.method != "POST" or not form.is_valid():
        return _writing(request, form)
    said, now = form.cleaned_data, timezone.now()
    try:
        if said["anonymous"]:
            code = sharing.write_anonymously(by=user, wall=said["wall"], text=said["text"], now=now)
            # On this page alone: a message would be kept with the session of whoever wrote it.
            return render(request, "walls/code.html", {"code": code, "wall": said["wall"]})
        sharing.write(by=user, wall=said["wall"], text=said["text"], deal_id=said["deal_id"], now=now)
    except Refused as refused:
        return _writing(request, form, refused)
    messages.success(request, _thanked(said["wall"]))
    return redirect("walls")


def _writing(request: HttpRequest, form: WriteForm, refused: Refused | None = None) -> HttpResponse:
    context = {"form": form, "refused": refused, "said": SAID, "said_anonymous": SAID_ANONYMOUS}
    return render(request, "walls/write.html", context, status=422 if refused or form.errors else 200)


@require_POST
@needs(Right.SEE_LESSONS)
def share(request: HttpRequest, key: int) -> HttpResponse:
    """One tap: the lesson of a finished review, on the wall."""
    review = review_for(signed_in(request), key)
    if review is None:
        raise Http404
    try:
        entry = sharing.share_review(by=signed_in(request), review=review, now=timezone.now())
    except Refused as refused:
        messages.error(request, f"Found {refused.found}; expected {refused.expected}.")
    else:
        messages.success(request, _thanked(entry.wall))
    return redirect("review", review.pk)


@require_POST
@needs(Right.SEE_LESSONS)
def take_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Takes one's own entry off the wall, for good."""
    entry = _entry(signed_in(request), key)
    try:
        sharing.take_back(by=signed_in(request), entry=entry)
    except Refused as refused:
        messages.error(request, f"Found {refused.found}; expected {refused.expected}.")
    else:
        messages.success(request, "Taken back. It is gone from the walls and the screens, with its thanks.")
    return redirect(_back(request))


@needs(Right.SEE_LESSONS)
@require_http_methods(_FORM)
def take_back_by_code(request: HttpRequest) -> HttpResponse:
    """Takes back what was shared without a name, by the code that its author got."""
    if request.method == "POST":
        if sharing.take_back_by_code(by=signed_in(request), code=request.POST.get("code", "")[:100]):
            messages.success(request, "Taken back. It is gone from the walls and the screens, with its thanks.")
            return redirect("walls")
        return render(request, "walls/take_back.html", {"unknown": True}, status=422)
    return render(request, "walls/take_back.html")


@require_POST
@needs(Right.SEE_LESSONS)
def thank(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Thanks in one tap; a second one takes it back. With a note it is kept with it."""
    user, now = signed_in(request), timezone.now()
    entry = _entry(user, key)
    refused = None
    try:
        if request.POST.get("undo"):
            thanking.take_thanks_back(by=user, entry=entry)
        else:
            thanking.thank(by=user, entry=entry, note=request.POST.get("note", ""), now=now)
    except Refused as found:
        refused = found
    if not getattr(request, "htmx", False):
        if refused:
            messages.error(request, f"Found {refused.found}; expected {refused.expected}.")
        return redirect(f"{reverse('walls')}#{entry.pk}")
    context = {"shown": shown_entry(user, _entry(user, key)), "refused": refused}
    return render(request, "walls/thanks.html", context)


@needs(Right.SEE_LESSONS)
@require_http_methods(_FORM)
def recognise(request: HttpRequest) -> HttpResponse:
    """A note to a colleague."""
    user = signed_in(request)
    first = {"to": request.GET.get("to", ""), "deal_id": request.GET.get("deal", "")[:300]}
    form, refused = RecogniseForm(user, request.POST or None, initial=first), None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = thanking.recognise(
                by=user, to=said["to"], useful=said["useful"], repeatable=said["repeatable"], now=timezone.now(),
                deal_id=said["deal_id"].strip(),
            )  # fmt: skip
        except Refused as found:
            refused = found
        else:
            messages.success(request, f"{made.to} reads it on the home page, and everyone on the wall.")
            return redirect("walls")
    deal = Deal.objects.filter(organisation=user.organisation, deal_id=first["deal_id"]).first()
    context: dict[str, Any] = {"form": form, "refused": refused, "deal": deal}
    return render(request, "walls/recognise.html", context, status=422 if refused or form.errors else 200)


@require_POST
@needs(Right.SEE_LESSONS)
def take_recognition_back(request: HttpRequest, key: int) -> HttpResponse:
    """Removes a note that one gave or got."""
    user = signed_in(request)
    found = Recognition.objects.filter(organisation=user.organisation, pk=key).first()
    if found is None:
        raise Http404
    try:
        thanking.take_recognition_back(by=user, recognition=found)
    except Refused as refused:
        messages.error(request, f"Found {refused.found}; expected {refused.expected}.")
    return redirect(_back(request))


@needs(Right.SEE_LESSONS)
@require_GET
def risks(request: HttpRequest) -> HttpResponse:
    """The risks that were recognised, deal by deal."""
    user, asked = signed_in(request), RiskQuery.read(request.GET)
    context = {"page": risk_page(user, asked), "asked": asked, "figures": figures_of(user.organisation)}
    return render(request, "walls/risks.html", context)


def _entry(user: User, key: uuid.UUID) -> Entry:
    entry = entry_for(user, key, today=timezone.now().date())
    if entry is None:
        raise Http404
    return entry


def _thanked(wall: str) -> str:
    """Whoever shares a failure is thanked before all else."""
    if wall == Entry.Wall.FAILURES:
        return "Thank you. A failure that is shared is one that nobody has to make again."
    return "Thank you. It hangs on the wall of wins."


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("back", "")
    known = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if known and asked.startswith("/") else reverse("walls")
