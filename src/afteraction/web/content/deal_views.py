"""Content on the page of a deal, and the links that buyers open."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from afteraction.errors import Refused
from afteraction.web.buyers import limits
from afteraction.web.content import selectors, uses
from afteraction.web.content.models import Piece
from afteraction.web.content.on_deal import on_deal
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import deal_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right


@needs(Right.SEE_LEADS)
@require_GET
def of_deal(request: HttpRequest) -> HttpResponse:
    """The pieces that fit a deal, and those used in it: a piece of its page."""
    return _block(request, _deal(request, request.GET.get("deal", "")))


@require_POST
@needs(Right.SEE_LEADS)
def used(request: HttpRequest, key: int) -> HttpResponse:
    """ "I used this", with one tap; or taken back."""
    user, deal = signed_in(request), _deal(request, request.POST.get("deal", ""))
    piece = _piece(request, key)
    try:
        if request.POST.get("used") == "no":
            uses.take_back(by=user, piece=piece, deal=deal)
        else:
            role = request.POST.get("reader_role", "")
            uses.use(by=user, piece=piece, deal=deal, now=timezone.now(), reader_role=role)
    except Refused as refused:
        return _block(request, deal, {"refused": refused}, status=422)
    return _block(request, deal)


@require_POST
@needs(Right.SEE_LEADS)
def link(request: HttpRequest, key: int) -> HttpResponse:
    """Makes a link to a piece for one deal, which is on this answer alone."""
    user, deal = signed_in(request), _deal(request, request.POST.get("deal", ""))
    piece = _piece(request, key)
    try:
        made, address = uses.make_link(
            by=user, piece=piece, deal=deal, now=timezone.now(), reader_role=request.POST.get("reader_role", "")
        )
    except Refused as refused:
        return _block(request, deal, {"refused": refused}, status=422)
    return _block(request, deal, {"made": made, "address": address})


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Where buyers come who open a link: on to the piece. One page for every link that leads nowhere.

    A HEAD, and a browser that only looks ahead, are no opening.
    """
    who = limits.address_of(request)
    if limits.WRONG.is_over(who) or limits.ALL.is_over(who):
        answer = HttpResponse("Too many requests. Wait a minute.", status=429, content_type="text/plain")
        answer["Retry-After"] = "60"
        return answer
    limits.ALL.add(who)
    ahead = "prefetch" in f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    address = uses.open_link(token, counts=request.method == "GET" and not ahead, now=timezone.now())
    if address is None:
        limits.WRONG.add(who)
        answer = render(request, "content/no_link.html", status=404)
    else:
        answer = HttpResponseRedirect(address)
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def _block(request: HttpRequest, deal: Deal, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    shown = on_deal(user, deal, today=timezone.now().date())
    roles = list(dict.fromkeys([*shown.roles, *selectors.roles_of(user)]))
    context = {"shown": shown, "deal": deal, "roles": roles, "said_of_links": uses.SAID_OF_LINKS}
    return render(request, "content/on_deal.html", context | (more or {}), status=status)


def _deal(request: HttpRequest, key: str) -> Deal:
    found = deal_for(signed_in(request), key)
    if found is None:
        raise Http404
    return found


def _piece(request: HttpRequest, key: int) -> Piece:
    found = selectors.piece_of(signed_in(request), key)
    if found is None:
        raise Http404
    return found
