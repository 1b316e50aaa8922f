"""The list of plays, one play with its versions, making, writing, publishing and retiring it."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.coaching.steps import names_of_steps
from afteraction.web.deals.filters import DealFilters
from afteraction.web.deals.selectors import deals_for, index_state
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.plays import said, selectors, services
from afteraction.web.plays.body import read
from afteraction.web.plays.findings import effect_of, found_of, step_effect
from afteraction.web.plays.forms import PlayForm, initial_of, moves_in, moves_of
from afteraction.web.plays.models import Play

_OFFERED: Final = 100
_STATES: Final = (Play.State.PUBLISHED, Play.State.DRAFT, Play.State.RETIRED)


@needs(Right.SEE_LESSONS)
@require_GET
def plays(request: HttpRequest) -> HttpResponse:
    """The plays that someone may read, those to follow first; of one step where the address names it."""
    user = signed_in(request)
    found = selectors.plays_for(user).select_related("author").prefetch_related("versions", "deals")
    shown = newest_results(user.organisation)
    step = request.GET.get("step", "")
    if step:
        found = found.filter(steps__step=step)
    rows = [_row(play) for play in found.order_by("title", "pk")]
    context = {
        "groups": [(state.label, [row for row in rows if row["play"].state == state]) for state in _STATES],
        "any": bool(rows),
        "step": names_of_steps(shown).get(step, step),
        "has_results": shown is not None,
    }
    return render(request, "plays/list.html", context)


def _row(play: Play) -> dict[str, Any]:
    versions = list(play.versions.all())
    body = selectors.body_for(play, versions[0] if versions else None)
    return {
        "play": play,
        "body": body,
        "version": versions[0] if versions else None,
        "effect": effect_of(play.effect),
        "deals": len(play.deals.all()),
    }


@needs(Right.SEE_LESSONS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Makes a play from won deals in one step: those of the list that the address asks for, or the deserved wins."""
    user = signed_in(request)
    refused = None
    if request.method == "POST":
        try:
            play = services.make_play(
                by=user, title=request.POST.get("title", ""), deal_ids=request.POST.getlist("deal"), now=timezone.now()
            )
        except Refused as error:
            refused = error
        else:
            return redirect("play" if play.deals.exists() else "play-edit", play.pk)
    query = request.GET.copy()
    query["outcome"] = "won"
    if not any(request.GET.get(name) for name in request.GET):
        query["box"] = "deserved_win"
    filters, form = DealFilters.read(query, index_state(user))
    deals = list(deals_for(user, filters).order_by("-closed_at", "-pk")[: _OFFERED + 1])
    chosen = set(request.POST.getlist("deal")) if request.method == "POST" else None
    context = {
        "rows": [(deal, chosen is None or deal.deal_id in chosen) for deal in deals[:_OFFERED]],
        "more": len(deals) > _OFFERED,
        "offered": _OFFERED,
        "form": form,
        "title": request.POST.get("title", ""),
        "refused": refused,
        "has_deals": index_state(user) is not None,
    }
    return render(request, "plays/new.html", context, status=422 if refused else 200)


@needs(Right.SEE_LESSONS)
@require_GET
def play(request: HttpRequest, key: int) -> HttpResponse:
    """A play as colleagues follow it, with what it was made from and what it does."""
    user = signed_in(request)
    return render(request, "plays/play.html", _page(user, _play(user, key)))


def _page(user: User, found: Play, number: int | None = None) -> dict[str, Any]:
    shown = newest_results(user.organisation)
    names = names_of_steps(shown)
    editions = selectors.editions(found, names)
    newest = editions[0].version if editions else None
    version = next((each.version for each in editions if each.version.number == number), newest)
    body = selectors.body_for(found, version)
    deals = selectors.deals_of(found)
    keys = [deal.deal_id for deal in deals]
    effects = selectors.effects_of_steps(shown, body.steps)
    moves = [
        (
            move,
            names.get(move.step, move.step),
            step_effect(effects.get(move.step)),
            effects.get(move.step, {}).get("verdict", ""),
        )
        for move in body.moves
    ]
    return {
        "play": found,
        "body": body,
        "version": version,
        "newest": newest,
        "editions": editions,
        "moves": moves,
        "deals": deals,
        "quotes": said.quotes(user, keys),
        "lessons": found.lessons.filter(merged_into=None).order_by("title"),
        "found": found_of(found.found, names),
        "effect": effect_of(found.effect),
        "may_change": services.may_change(user, found),
        "decides": may(user, Right.OWN_LESSONS),
        "unpublished": selectors.unpublished(found, newest, names) if services.may_change(user, found) else (),
    }


@needs(Right.SEE_LESSONS)
@require_GET
def version(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """An edition of a play as it was published."""
    user = signed_in(request)
    found = _play(user, key)
    if not found.versions.filter(number=number).exists():
        raise Http404
    return render(request, "plays/version.html", _page(user, found, number))


@needs(Right.SEE_LESSONS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Writes a play; colleagues go on reading the newest version."""
    user = signed_in(request)
    found = _play(user, key)
    if not services.may_change(user, found):
        raise Http404
    body = read(found.body)
    data = request.POST or None
    chosen = list(found.lessons.values_list("pk", flat=True))
    form = PlayForm(user, data, initial=initial_of(body) | {"lessons": chosen})
    moves = moves_of(data, body, user)
    refused = None
    if request.method == "POST" and form.is_valid() and moves.is_valid():
        try:
            services.save_play(
                by=user,
                play=found,
                body=form.body(moves_in(moves)),
                lessons=form.cleaned_data["lessons"],
                now=timezone.now(),
            )
        except Refused as error:
            refused = error
        else:
            messages.success(request, "Saved. Colleagues read it once it is published.")
            return redirect("play", found.pk)
    deals = selectors.deals_of(found)
    context = {
        "play": found,
        "form": form,
        "moves": moves,
        "refused": refused,
        "asked": said.questions(user, [deal.deal_id for deal in deals]),
    }
    return render(request, "plays/edit.html", context, status=422 if request.method == "POST" else 200)


@needs(Right.OWN_LESSONS)
@require_POST
def publish(request: HttpRequest, key: int) -> HttpResponse:
    """Makes the next version."""
    user = signed_in(request)
    found = _play(user, key)
    try:
        made = services.publish(by=user, play=found, note=request.POST.get("note", ""), now=timezone.now())
    except Refused as error:
        return render(request, "plays/play.html", _page(user, found) | {"refused": error}, status=422)
    messages.success(request, f"Version {made.number} is what colleagues read now.")
    return redirect("play", found.pk)


@needs(Right.OWN_LESSONS)
@require_POST
def retire(request: HttpRequest, key: int) -> HttpResponse:
    """Takes a play out of use."""
    user = signed_in(request)
    found = _play(user, key)
    try:
        services.retire(by=user, play=found, reason=request.POST.get("reason", ""), now=timezone.now())
    except Refused as error:
        return render(request, "plays/play.html", _page(user, found) | {"refused": error}, status=422)
    messages.success(request, "It is retired. Its versions stay readable.")
    return redirect("play", found.pk)


@needs(Right.SEE_LESSONS)
@require_POST
def measure(request: HttpRequest, key: int) -> HttpResponse:
    """Has it worked out with the newest results."""
    user = signed_in(request)
    found = _play(user, key)
    if not services.may_change(user, found):
        raise Http404
    services.ask_to_measure(play=found, now=timezone.now())
    return redirect("play", found.pk)


@needs(Right.SEE_LESSONS)
@require_GET
def progress(request: HttpRequest, key: int) -> HttpResponse:
    """What a page asks while a play is worked out: the same line again, or to be loaded anew."""
    found = _play(signed_in(request), key)
    response = render(request, "plays/progress.html", {"play": found})
    if found.asked_at is None:
        response["HX-Refresh"] = "true"
    return response


def _play(user: User, key: int) -> Play:
    found = selectors.play_for(user, key)
    if found is None:
        raise Http404
    return found
