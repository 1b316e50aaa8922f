"""The ranked list of accounts to call, one account, and what is said of both with one tap."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.listening import acting, selectors
from afteraction.web.listening.history import history_of
from afteraction.web.listening.kinds import KINDS
from afteraction.web.listening.models import ListeningResult, RankedAccount
from afteraction.web.listening.pages import TABS, say_refused, sent_text
from afteraction.web.listening.selectors import STATES, Asked
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import Organisation
from afteraction.web.people.roles import Right, may

_WALL: int = 30
"""Seconds after which the war room asks again."""
_ON_WALL = 6


@needs(Right.LISTEN)
@require_GET
def listening(request: HttpRequest) -> HttpResponse:
    """The accounts to call, the first on top, with why and what can be done about it."""
    return _list(request, Asked.read(request.GET))


def _list(request: HttpRequest, asked: Asked, said: str = "", refused: Refused | None = None) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    page = selectors.accounts_to_call(user, asked, now=now, page=request.GET.get("page"))
    counts = selectors.counts_of(user, asked, now=now)
    organisation = user.organisation
    context: dict[str, Any] = {
        "tabs": TABS,
        "asked": asked,
        "page": page,
        "rows": selectors.with_events(user, page.object_list, asked, now=now),
        "states": [
            (state, word, counts[state], f"?{asked.query(state=state)}")
            for state, word in STATES.items()
            if not state or counts[state] or state == asked.state
        ],
        "kinds": KINDS.items(),
        "links": {
            "previous": f"?{asked.query(page=page.previous_page_number())}" if page.has_previous() else "",
            "next": f"?{asked.query(page=page.next_page_number())}" if page.has_next() else "",
        },
        "result": selectors.result_of(organisation, ListeningResult.Kind.RANKING),
        "names": selectors.names_asked(organisation),
        "heard": selectors.anything_heard(organisation),
        "any": RankedAccount.objects.filter(organisation=organisation).exists(),
        "whys": acting.WHYS.items(),
        "later": acting.LATER.items(),
        "makes_leads": may(user, Right.WORK_LEADS) or may(user, Right.OWN_LEADS),
        "owns_sources": may(user, Right.OWN_SOURCES),
        "said": said,
        "refused": refused,
        "user_has_deals": bool(user.owner_name),
    }
    template = "listening/list_part.html" if getattr(request, "htmx", False) else "listening/list.html"
    return render(request, template, context, status=422 if refused else 200)


@require_POST
@needs(Right.LISTEN)
def say(request: HttpRequest) -> HttpResponse:
    """One tap on an account of the list: about all its events that wait."""
    user, sent = signed_in(request), request.POST
    name = sent.get("name", "")[:100] or "The account"
    try:
        acting.say_of_account(
            by=user, account_id=sent_text(sent, "account"), said=sent.get("said", ""), now=timezone.now(),
            why=sent_text(sent, "why"), again_on=later_of(request),
        )  # fmt: skip
    except Refused as refused:
        if getattr(request, "htmx", False):
            return _list(request, Asked(), refused=refused)
        say_refused(request, refused)
        return redirect("listening")
    if getattr(request, "htmx", False):
        return _list(request, Asked(), said=f"{name}: {_said_words(sent.get('said', ''))}")
    return redirect("listening")


def later_of(request: HttpRequest) -> date | None:
    """The day that a form puts something off to: a day, or so many days from now."""
    days, day = request.POST.get("days", ""), request.POST.get("again_on", "")
    if days.isascii() and days.isdigit() and len(days) < 4:
        return timezone.now().date() + timedelta(days=int(days))
    try:
        return parse_date(day[:20])
    except ValueError:
        return None


def _said_words(said: str) -> str:
    return {
        "call": "yours to call. It waits on your home page.",
        "later": "put off. It comes back by itself.",
        "not_relevant": "not relevant. Thank you: what comes next is judged by it.",
        "done": "acted on.",
    }.get(said, "done.")


@needs(Right.LISTEN)
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """The course of an account: events, deals, touches."""
    user = signed_in(request)
    key = sent_text(request.GET, "account")
    found = history_of(user, key)
    if found is None:
        raise Http404
    ranked = RankedAccount.objects.filter(organisation=user.organisation, account_id=key).first()
    return render(request, "listening/account.html", {"history": found, "ranked": ranked})


@needs(Right.LISTEN)
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """The war room: a screen that nobody touches, which asks for itself again and again."""
    user, now = signed_in(request), timezone.now()
    asked = Asked()
    ranked = selectors.ranked_for(user, asked, now=now)
    rows = selectors.with_events(user, ranked[:_ON_WALL], asked, now=now)
    since = now - selectors.FRESH
    context = {
        "rows": rows,
        "waiting": ranked.count(),
        "called": selectors.ranked_for(user, Asked(state="call"), now=now).count(),
        "acted": selectors.ranked_for(user, Asked(state="done"), now=now).count(),
        "newest": selectors.events_for(user).filter(at__gte=since).order_by("-at", "-pk")[:8],
        "result": selectors.result_of(user.organisation, ListeningResult.Kind.RANKING),
        "company": _name(user.organisation),
        "now": now,
        "seconds": _WALL,
    }
    return render(request, "listening/wall.html", context)


def _name(organisation: Organisation) -> str:
    return organisation.name


@needs(Right.LISTEN)
@require_GET
def pays(request: HttpRequest) -> HttpResponse:
    """How well the ranking does on the past, which kinds went before wins, and whether acting on events paid."""
    from afteraction.web.listening.shown import paying, ranking_shown

    user = signed_in(request)
    context = {
        "tabs": TABS,
        "ranking": ranking_shown(selectors.result_of(user.organisation, ListeningResult.Kind.RANKING)),
        "paying": paying(selectors.result_of(user.organisation, ListeningResult.Kind.PAYS)),
        "listening": reverse("listening"),
    }
    return render(request, "listening/pays.html", context)
