"""Screens: what hangs in a room, and who may hang it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from afteraction.errors import Refused
from afteraction.web.buyers import limits
from afteraction.web.isolation.scope import bind
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import Organisation
from afteraction.web.people.roles import Right
from afteraction.web.walls.models import Screen
from afteraction.web.walls.screens import make_screen, open_screen, revoke_screen
from afteraction.web.walls.selectors import on_screen, screens_of

_TURN = 60
"""Seconds after which a screen shows the next entries."""


@needs(Right.OWN_LESSONS)
@require_http_methods(["GET", "HEAD", "POST"])
def screens(request: HttpRequest) -> HttpResponse:
    """The screens of the organisation; a POST makes one, whose link is on this answer alone."""
    user = signed_in(request)
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            made, link = make_screen(by=user, name=request.POST.get("name", ""), now=timezone.now())
            context |= {"made": made, "link": link}
        except Refused as refused:
            context["refused"] = refused
    context["screens"] = screens_of(user)
    return render(request, "walls/screens.html", context, status=422 if "refused" in context else 200)


@require_POST
@needs(Right.OWN_LESSONS)
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Ends a screen."""
    user = signed_in(request)
    found = Screen.objects.filter(organisation=user.organisation, pk=key).first()
    if found is None:
        raise Http404
    revoke_screen(by=user, screen=found)
    messages.success(request, f"“{found.name}” is revoked. Its link leads nowhere any more.")
    return redirect("wall-screens")


@needs(Right.SEE_LESSONS)
@require_GET
def here(request: HttpRequest) -> HttpResponse:
    """The screen for whoever is signed in on it."""
    return _screen(request, signed_in(request).organisation)


@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The screen behind a link: reads the walls and nothing else, and is one page for every link that leads nowhere."""
    who = limits.address_of(request)
    if limits.WRONG.is_over(who) or limits.ALL.is_over(who):
        answer = HttpResponse("Too many requests. Wait a minute.", status=429, content_type="text/plain")
        answer["Retry-After"] = "60"
        return answer
    limits.ALL.add(who)
    found = open_screen(token, now=timezone.now())
    if found is None:
        limits.WRONG.add(who)
        answer = render(request, "walls/no_screen.html", status=404)
    else:
        bind(found.organisation_id)
        answer = _screen(request, found.organisation)
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def _screen(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    now = timezone.now()
    sides = on_screen(organisation, today=now.date(), turn=int(now.timestamp()) // _TURN)
    context = {"sides": sides, "company": organisation.name, "now": now, "seconds": _TURN}
    return render(request, "walls/screen.html", context)
