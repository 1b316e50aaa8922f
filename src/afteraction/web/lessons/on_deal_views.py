"""Pieces of pages: the lessons for an open deal, those for one's own deals, and what someone says of one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import deal_for
from afteraction.web.lessons import on_deal
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right


@require_POST
@needs(Right.SEE_LESSONS)
def lessons_on_deal(request: HttpRequest) -> HttpResponse:
    """The lessons that fit an open deal. By POST, because that they were shown is kept."""
    user, deal = signed_in(request), _deal(request)
    try:
        shown = on_deal.show(user=user, deal=deal, now=timezone.now())
    except Refused as refused:
        return render(request, "lessons/on_deal_refused.html", {"refused": refused}, status=422)
    return render(request, "lessons/on_deal.html", {"shown": shown, "deal": deal})


@require_POST
@needs(Right.SEE_LESSONS)
def lessons_for_own_deals(request: HttpRequest) -> HttpResponse:
    """The best lessons for the open deals of a rep, for their home page."""
    shown = on_deal.show_own(user=signed_in(request), now=timezone.now())
    return render(request, "lessons/own_deals.html", {"suggestions": shown})


@require_POST
@needs(Right.SEE_LESSONS)
def say(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Used it, not useful, wrong: one tap; or the answer taken back, or why it is wrong."""
    user, deal = signed_in(request), _deal(request)
    lesson = on_deal.lesson_for(user, lesson_id)
    if lesson is None:
        raise Http404
    sent = request.POST
    try:
        use = on_deal.say(
            user=user, lesson=lesson, deal=deal, said=sent.get("said", ""), why=sent.get("why", ""), now=timezone.now()
        )
    except Refused as refused:
        return render(request, "lessons/on_deal_refused.html", {"refused": refused}, status=422)
    return render(
        request, "lessons/said.html", {"use": use, "lesson": use.lesson, "deal": deal, "why_sent": "why" in sent}
    )


def _deal(request: HttpRequest) -> Deal:
    """The deal that was sent, which the person may see."""
    found = deal_for(signed_in(request), request.POST.get("deal", ""))
    if found is None:
        raise Http404
    return found
