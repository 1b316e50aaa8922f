"""Insight pieces: drafted, checked, approved; and the consent of those whose reviews they are made from."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.content import insights as services
from afteraction.web.content import selectors
from afteraction.web.content.models import Insight
from afteraction.web.content.pages import TABS
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Review

_SHOWN = 50


@needs(Right.SEE_LEADS)
@require_GET
def insights(request: HttpRequest) -> HttpResponse:
    """The drafts, and what they became."""
    user = signed_in(request)
    context = {
        "tabs": TABS,
        "rows": list(selectors.insights_of(user)[:_SHOWN]),
        "owns": may(user, Right.OWN_LEADS),
        "own": services.own_lessons(user).count(),
        "consented": services.may_be_used(user)[1].count(),
    }
    return render(request, "content/insights.html", context)


@needs(Right.OWN_LEADS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Drafts a piece from lessons and from reviews with consent."""
    user = signed_in(request)
    refused = None
    if request.method == "POST":
        sent = request.POST
        try:
            made = services.draft(
                by=user, title=sent.get("title", ""), lessons=_keys(sent.getlist("lesson")),
                reviews=_keys(sent.getlist("review")), now=timezone.now(),
            )  # fmt: skip
        except Refused as found:
            refused = found
        else:
            return redirect("content-insight", made.pk)
    lessons, consents = services.may_be_used(user)
    rows = [(each, services.lesson_answer(each.person, each.review)) for each in consents[:_SHOWN]]
    context = {
        "lessons": lessons[:_SHOWN],
        "reviews": [(each, answer) for each, answer in rows if answer is not None],
        "chosen": set(request.POST.getlist("lesson")) if request.method == "POST" else set(),
        "chosen_reviews": set(request.POST.getlist("review")) if request.method == "POST" else set(),
        "title": request.POST.get("title", ""),
        "refused": refused,
    }
    return render(request, "content/insight_new.html", context, status=422 if refused else 200)


@needs(Right.SEE_LEADS)
@require_GET
def one(request: HttpRequest, key: int) -> HttpResponse:
    """One draft, with what was removed and what is to be looked at."""
    user = signed_in(request)
    return render(request, "content/insight.html", _page(user, _insight(user, key)))


def _page(user: User, found: Insight) -> dict[str, Any]:
    is_open = found.state in (Insight.State.DRAFT, Insight.State.CHECKED)
    return {
        "insight": found,
        "parts": found.parts.select_related("lesson", "review"),
        "look": services.to_look_at(found) if is_open else (),
        "removed": sorted(found.removed.items()),
        "is_open": is_open,
        "owns": may(user, Right.OWN_LEADS),
        "may_approve": may(user, Right.OWN_LEADS) and found.checked_by_id not in (None, user.pk),
    }


@require_POST
@needs(Right.OWN_LEADS)
def act(request: HttpRequest, key: int, what: str) -> HttpResponse:
    """Saves, checks, approves or drops a draft."""
    user, now, sent = signed_in(request), timezone.now(), request.POST
    found = _insight(user, key)
    try:
        if what == "save":
            services.save(by=user, insight=found, title=sent.get("title", ""), text=sent.get("text", ""), now=now)
            messages.success(request, "Saved. Names that a rule knows were taken out again.")
        elif what == "check":
            services.check(by=user, insight=found, sure=sent.get("sure") == "yes", now=now)
            messages.success(request, "Checked. A colleague approves it.")
        elif what == "approve":
            piece = services.approve(by=user, insight=found, now=now)
            messages.success(request, "Approved. It is a piece of the library now.")
            return redirect("content-piece", piece.pk)
        else:
            services.drop(by=user, insight=found, reason=sent.get("reason", ""), now=now)
            messages.success(request, "The draft is dropped.")
    except Refused as refused:
        context = _page(user, _insight(user, key)) | {"refused": refused}
        return render(request, "content/insight.html", context, status=422)
    return redirect("content-insight", key)


@needs(Right.SEE_LEADS)
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """A rep's own lessons, and whether they may be used, without names, in pieces for buyers."""
    user = signed_in(request)
    if request.method == "POST":
        sent = request.POST.get("review", "")
        key = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
        review = Review.objects.filter(organisation=user.organisation, pk=key).first()
        if review is None:
            raise Http404
        try:
            services.consent(by=user, review=review, gives=request.POST.get("gives") == "yes", now=timezone.now())
        except Refused as refused:
            messages.error(request, f"Found {refused.found}; expected {refused.expected}.")
        return redirect("content-consent")
    rows = [(each, hasattr(each.review, "content_consent")) for each in services.own_lessons(user)[:_SHOWN]]
    return render(request, "content/consent.html", {"tabs": TABS, "rows": rows, "said": services.SAID})


def _keys(sent: list[str]) -> list[int]:
    return [int(each) for each in sent if each.isdecimal() and len(each) < 19]


def _insight(user: User, key: int) -> Insight:
    found = selectors.insight_of(user, key)
    if found is None:
        raise Http404
    return found
