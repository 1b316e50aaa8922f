"""What sales asks content for: the list, asking, voting, answering."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.content import requests as services
from afteraction.web.content import selectors
from afteraction.web.content.forms import AnswerForm, RequestForm
from afteraction.web.content.models import ContentRequest
from afteraction.web.content.pages import TABS
from afteraction.web.content.writing import Words
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_CLOSED = 30


@needs(Right.SEE_LEADS)
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """What is asked for, those with most votes first, and what was answered lately."""
    user = signed_in(request)
    closed = selectors.requests_for(user, state="").exclude(state=ContentRequest.State.OPEN)
    context = {
        "tabs": TABS,
        "open": list(selectors.requests_for(user)),
        "closed": list(closed.order_by("-answered_at")[:_CLOSED]),
        "voted": selectors.voted_by(user),
        "owns": may(user, Right.OWN_LEADS),
    }
    return render(request, "content/requests.html", context)


@needs(Right.SEE_LEADS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Asks for a piece."""
    user = signed_in(request)
    form = RequestForm(
        user, request.POST if request.method == "POST" else None, initial={"deals": request.GET.get("deal", "")[:300]}
    )
    refused = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.ask(
                by=user, words=Words.read(given), why=given["why"], deal_ids=form.deal_ids, now=timezone.now()
            )
        except Refused as found:
            refused = found
        else:
            messages.success(request, "It is asked for. You are told when it is answered.")
            return redirect("content-request", made.pk)
    context = {"form": form, "refused": refused}
    return render(request, "content/request_form.html", context, status=422 if form.is_bound else 200)


@needs(Right.SEE_LEADS)
@require_GET
def one(request: HttpRequest, key: int) -> HttpResponse:
    """One request: why, for which deals, who needs it too, what came of it."""
    user = signed_in(request)
    found = _request(user, key)
    services.seen(by=user, request=found, now=timezone.now())
    return render(request, "content/request.html", _page(user, found))


def _page(user: User, found: ContentRequest) -> dict[str, Any]:
    return {
        "asked": found,
        "deals": selectors.deals_of_request(found),
        "voters": [vote.person for vote in found.votes.select_related("person").order_by("at", "pk")[:30]],
        "voted": found.pk in selectors.voted_by(user),
        "owns": may(user, Right.OWN_LEADS),
        "form": AnswerForm(user),
    }


@require_POST
@needs(Right.SEE_LEADS)
def vote(request: HttpRequest, key: int) -> HttpResponse:
    """Somebody needs it too, or no longer."""
    user = signed_in(request)
    found = _request(user, key)
    try:
        services.vote(
            by=user, request=found, wants=request.POST.get("wants") != "no", deal_id=request.POST.get("deal", ""),
            now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return render(request, "content/request.html", _page(user, found) | {"refused": refused}, status=422)
    return redirect("content-requests") if request.POST.get("back") == "list" else redirect("content-request", key)


@require_POST
@needs(Right.OWN_LEADS)
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answers it with a piece, or declines it."""
    user = signed_in(request)
    found = _request(user, key)
    form = AnswerForm(user, request.POST)
    if not form.is_valid():
        return render(request, "content/request.html", _page(user, found) | {"form": form}, status=422)
    given = form.cleaned_data
    try:
        services.answer(by=user, request=found, piece=given["piece"], text=given["answer"], now=timezone.now())
    except Refused as refused:
        return render(request, "content/request.html", _page(user, found) | {"refused": refused}, status=422)
    messages.success(request, "Those who asked are told.")
    return redirect("content-request", key)


def _request(user: User, key: int) -> ContentRequest:
    found = selectors.request_of(user, key)
    if found is None:
        raise Http404
    return found
