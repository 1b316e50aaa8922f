"""One's watches, and one being written: what it would have found is shown before it is saved."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.deals.selectors import index_state
from afteraction.web.listening.kinds import KINDS
from afteraction.web.listening.models import Watch
from afteraction.web.listening.pages import TABS
from afteraction.web.listening.watching import (
    Terms,
    accounts_in,
    names_of,
    remove_watch,
    save_watch,
    try_terms,
    watches_of,
)  # fmt: skip
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right

_NOTHING = ("", "none", "no competitor")
"""What records write where there is no competitor."""
_FORM = ["GET", "HEAD", "POST"]


@needs(Right.LISTEN)
@require_GET
def watches(request: HttpRequest) -> HttpResponse:
    """One's own watches, with what each found in a year."""
    user, now = signed_in(request), timezone.now()
    rows = []
    for watch in watches_of(user):
        terms = Terms.read(watch.terms)
        rows.append((watch, terms.in_words(names_of(user, terms.accounts)), try_terms(user, terms, now=now)))
    return render(request, "listening/watches.html", {"tabs": TABS, "rows": rows})


@needs(Right.LISTEN)
@require_http_methods(_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Writes a watch."""
    return _form(request, None)


@needs(Right.LISTEN)
@require_http_methods(_FORM)
def watch(request: HttpRequest, key: int) -> HttpResponse:
    """Changes one's own watch."""
    return _form(request, _own(request, key))


@require_POST
@needs(Right.LISTEN)
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Takes one's own watch away."""
    found = _own(request, key)
    remove_watch(by=signed_in(request), watch=found)
    messages.success(request, f"“{found.name}” is taken away.")
    return redirect("listening-watches")


@require_POST
@needs(Right.LISTEN)
def try_out(request: HttpRequest) -> HttpResponse:
    """What a watch would have found, as a piece of its page."""
    user = signed_in(request)
    try:
        terms = _terms(user, request.POST)
        context: dict[str, Any] = {"tried": try_terms(user, terms, now=timezone.now()), "asks": bool(terms.kept())}
    except Refused as refused:
        context = {"refused": refused}
    return render(request, "listening/tried.html", context)


def _form(request: HttpRequest, found: Watch | None) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    sent = request.POST if request.method == "POST" else None
    refused, terms = None, Terms.read(found.terms) if found else _first(request)
    if sent is not None:
        try:
            terms = _without_accounts(sent)  # kept on the form where an account is not known
            terms = _terms(user, sent)
            save_watch(
                by=user, name=sent.get("name", ""), terms=terms, now=now, watch=found,
                by_mail="by_mail" in sent, is_on="is_on" in sent or found is None,
            )  # fmt: skip
        except Refused as why:
            refused = why
        else:
            messages.success(request, "The watch is on. What it finds comes with your daily mail.")
            return redirect("listening-watches")
    state = index_state(user)
    choices = state.choices if state else {}
    context = {
        "watch": found,
        "name": sent.get("name", "") if sent is not None else found.name if found else "",
        "terms": terms,
        "accounts": sent.get("accounts", "")
        if sent is not None
        else "\n".join(names_of(user, terms.accounts).values()),
        "words": sent.get("words", "") if sent is not None else ", ".join(terms.words),
        "roles": sent.get("roles", "") if sent is not None else ", ".join(terms.roles),
        "by_mail": "by_mail" in sent if sent is not None else found.by_mail if found else True,
        "kinds": KINDS.items(),
        "segments": _values(choices, "segment", terms.segments),
        "competitors": _values(choices, "competitor", terms.competitors),
        "tried": try_terms(user, terms, now=now),
        "asks": bool(terms.kept()),
        "refused": refused,
    }
    return render(request, "listening/watch.html", context, status=422 if refused else 200)


def _first(request: HttpRequest) -> Terms:
    """What the address of a new watch asks for already."""
    kinds = [each for each in request.GET.getlist("kind") if each in KINDS]
    return Terms.read({"kinds": kinds, "accounts": request.GET.getlist("account")[:5]})


def _terms(user: User, sent: QueryDict) -> Terms:
    accounts = accounts_in(user, sent.get("accounts", "")[:20_000].splitlines())
    return Terms.read(_without_accounts(sent).kept() | {"accounts": list(accounts)})


def _without_accounts(sent: QueryDict) -> Terms:
    kept = {name: sent.getlist(name)[:200] for name in ("kinds", "segments", "competitors")}
    kept |= {name: sent.get(name, "")[:5_000].split(",") for name in ("words", "roles")}
    return Terms.read(kept)


def _values(choices: dict[str, list[list[Any]]], name: str, chosen: tuple[str, ...]) -> list[str]:
    """The values of the record that a group is chosen from, and those chosen already."""
    known = [str(row[0]) for row in choices.get(name, ()) if str(row[0]).strip().lower() not in _NOTHING][:40]
    return list(dict.fromkeys([*known, *chosen]))


def _own(request: HttpRequest, key: int) -> Watch:
    found = watches_of(signed_in(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
