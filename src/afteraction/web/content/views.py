"""The library, one piece with its uses and what it does, registering, changing, renewing, retiring and rating it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.content import selectors, services, uses
from afteraction.web.content.findings import effect_of, in_short
from afteraction.web.content.forms import ListForm, PieceForm, VersionForm
from afteraction.web.content.models import Piece
from afteraction.web.content.pages import TABS
from afteraction.web.content.selectors import STATES, PieceList
from afteraction.web.content.writing import Words, place_in
from afteraction.web.deals.selectors import deal_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_RATINGS = 20


@needs(Right.SEE_LEADS)
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """The pieces, narrowed and searched as the address says."""
    user, today = signed_in(request), timezone.now().date()
    asked = PieceList.read(request.GET)
    counts = selectors.counts_of(user, asked)
    page: Page[Piece] = selectors.page_of(selectors.pieces_for(user, asked), request.GET.get("page"))
    rated = selectors.ratings_of([piece.pk for piece in page.object_list])
    rows = [
        (piece, effect_of(piece.effect), in_short(piece.effect), rated.get(piece.pk), _is_old(piece, today))
        for piece in page.object_list
    ]
    context = {
        "tabs": TABS,
        "asked": asked,
        "form": ListForm(user, asked),
        "page": page,
        "rows": rows,
        "states": [
            (state, word, counts[state], f"?{asked.query(state=state)}")
            for state, word in STATES.items()
            if state in ("", "all") or counts[state] or state == asked.state
        ],
        "any": selectors.pieces_of(user).exists(),
        "owns": may(user, Right.OWN_LEADS),
    }
    return render(request, "content/library.html", context)


def _is_old(piece: Piece, today: Any) -> bool:
    return piece.valid_until is not None and piece.valid_until < today


@needs(Right.SEE_LEADS)
@require_GET
def piece(request: HttpRequest, key: int) -> HttpResponse:
    """One piece: where it is, who used it, by whom it was read, what it does, what colleagues say."""
    user = signed_in(request)
    return render(request, "content/piece.html", _page(request, user, _piece(user, key)))


def _page(request: HttpRequest, user: User, found: Piece) -> dict[str, Any]:
    page, rows = selectors.uses_of(found, request.GET.get("page"))
    today = timezone.now().date()
    return {
        "piece": found,
        "scope": [
            (word, value)
            for word, value in (("Stage", found.stage), ("Segment", found.segment), ("For whom", found.buyer_role))
            if value
        ],
        "effect": effect_of(found.effect),
        "in_short": in_short(found.effect),
        "rated": selectors.ratings_of([found.pk]).get(found.pk),
        "ratings": found.ratings.select_related("person")[:_RATINGS],
        "own_rating": found.ratings.filter(person=user).first(),
        "readers": selectors.readers_of(found),
        "page": page,
        "uses": rows,
        "versions": found.versions.select_related("by"),
        "requests": found.requests.select_related("asked_by")[:10],
        "is_old": _is_old(found, today),
        "owns": services.may_own(user, found),
        "roles": selectors.roles_of(user),
        "version_form": VersionForm(
            initial={"address": found.address, "reference": found.reference, "valid_until": found.valid_until}
        ),
        "deal": request.GET.get("deal", "")[:300],
        "today": today,
    }


@needs(Right.OWN_LEADS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Registers a piece."""
    user = signed_in(request)
    form = PieceForm(user, request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.register(
                by=user, words=Words.read(given), place=place_in(given), now=timezone.now(), owner=given["owner"]
            )
        except Refused as found:
            refused = found
        else:
            messages.success(request, "It is registered. Its uses in the record are being looked for.")
            return redirect("content-piece", made.pk)
    context = {"form": form, "refused": refused}
    return render(request, "content/form.html", context, status=422 if form.is_bound else 200)


@needs(Right.OWN_LEADS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Changes what a piece is and which deals it is for."""
    user = signed_in(request)
    found = _piece(user, key)
    form = PieceForm(user, request.POST if request.method == "POST" else None, instance=found)
    refused = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change(by=user, piece=found, words=Words.read(given), now=timezone.now(), owner=given["owner"])
        except Refused as why:
            refused = why
        else:
            messages.success(request, "It is changed.")
            return redirect("content-piece", key)
    context = {"form": form, "piece": _piece(user, key), "refused": refused}
    return render(request, "content/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Right.OWN_LEADS)
def renew(request: HttpRequest, key: int) -> HttpResponse:
    """Makes the next version."""
    user = signed_in(request)
    found = _piece(user, key)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return render(request, "content/piece.html", _page(request, user, found) | {"version_form": form}, status=422)
    given = form.cleaned_data | {"text": found.text}
    try:
        made = services.renew(
            by=user, piece=found, place=place_in(given), note=given.get("note", ""), now=timezone.now()
        )
    except Refused as refused:
        return _refused(request, user, key, refused)
    messages.success(request, f"Version {made.version} is what colleagues give to buyers now.")
    return redirect("content-piece", key)


@require_POST
@needs(Right.OWN_LEADS)
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Takes a piece into use."""
    user = signed_in(request)
    try:
        services.approve(by=user, piece=_piece(user, key), now=timezone.now())
    except Refused as refused:
        return _refused(request, user, key, refused)
    messages.success(request, "It is in use.")
    return redirect("content-piece", key)


@require_POST
@needs(Right.OWN_LEADS)
def retire(request: HttpRequest, key: int) -> HttpResponse:
    """Takes a piece out of use."""
    user = signed_in(request)
    try:
        services.retire(by=user, piece=_piece(user, key), reason=request.POST.get("reason", ""), now=timezone.now())
    except Refused as refused:
        return _refused(request, user, key, refused)
    messages.success(request, "It is retired. What it did stays to be read.")
    return redirect("content-piece", key)


@require_POST
@needs(Right.SEE_LEADS)
def rate(request: HttpRequest, key: int) -> HttpResponse:
    """Useful or not, with one tap; a comment may follow."""
    user = signed_in(request)
    found = _piece(user, key)
    own = found.ratings.filter(person=user).first()
    said = request.POST.get("useful", "")
    useful = said == "yes" if said in ("yes", "no") else own.useful if own else True
    comment = request.POST.get("comment", own.comment if own else "")
    services.rate(by=user, piece=found, useful=useful, comment=comment, now=timezone.now())
    return redirect("content-piece", key)


@require_POST
@needs(Right.SEE_LEADS)
def use(request: HttpRequest, key: int) -> HttpResponse:
    """Somebody used a piece in a deal that they name on its page."""
    user = signed_in(request)
    found = _piece(user, key)
    sent = request.POST.get("deal", "").strip()
    deal = deal_for(user, sent)
    if deal is None:
        wrong = Refused(f"deal {sent[:60]}", "a deal of the record", "copy its id from its page")
        return _refused(request, user, key, wrong)
    try:
        uses.use(by=user, piece=found, deal=deal, now=timezone.now(), reader_role=request.POST.get("reader_role", ""))
    except Refused as refused:
        return _refused(request, user, key, refused)
    messages.success(request, f"Noted: used in {deal}.")
    return redirect("content-piece", key)


@needs(Right.SEE_LEADS)
@require_GET
def deals(request: HttpRequest, key: int) -> HttpResponse:
    """The deals behind the effect of a piece: those that had it in time, and those compared with them."""
    user = signed_in(request)
    found = _piece(user, key)
    side = "had_not" if request.GET.get("side") == "had_not" else "had"
    n, rows = selectors.behind(found, side)
    return render(request, "content/deals.html", {"piece": found, "rows": rows, "n": n, "side": side})


@needs(Right.SEE_LEADS)
@require_GET
def stale(request: HttpRequest) -> HttpResponse:
    """Pieces that nobody uses though deals that they are for come by, and pieces that are outdated."""
    user, now = signed_in(request), timezone.now()
    told, untold = selectors.unused(user, now=now)
    context = {
        "tabs": TABS,
        "unused": told,
        "untold": untold,
        "outdated": selectors.outdated(user, today=now.date()),
        "expiring": selectors.expiring(user, today=now.date()),
        "days": selectors.LATELY_DAYS,
        "fewest": selectors.FEWEST_FITTING,
        "today": now.date(),
        "owns": may(user, Right.OWN_LEADS),
    }
    return render(request, "content/stale.html", context)


def _refused(request: HttpRequest, user: User, key: int, refused: Refused) -> HttpResponse:
    context = _page(request, user, _piece(user, key)) | {"refused": refused}
    return render(request, "content/piece.html", context, status=422)


def _piece(user: User, key: int) -> Piece:
    found = selectors.piece_of(user, key)
    if found is None:
        raise Http404
    return found
