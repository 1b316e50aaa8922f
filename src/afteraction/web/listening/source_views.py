"""Where is listened: the list of sources with how each stands, adding some, files, and the list as OPML."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.listening import health, sources
from afteraction.web.listening.models import Source
from afteraction.web.listening.pages import TABS
from afteraction.web.listening.source_forms import FORMS
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

LARGEST_FILE: Final = 10 * 2**20
LISTS: Final = (".opml", ".xml")
ACCEPTED: Final = ".opml,.xml,.eml,.csv,.tsv"


@needs(Right.LISTEN)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All sources, those that want attention first. Everyone sees where is listened; owners see addresses too."""
    user, now = signed_in(request), timezone.now()
    stands = health.health_of(user, now=now)
    state = request.GET.get("state", "")
    found = health.sources_for(user, now=now, state=state if state in health.STATES else "")
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    owns = may(user, Right.OWN_SOURCES)
    if text:  # who may not see addresses cannot ask for them either: they may hold a key
        named = Q(name__icontains=text)
        found = found.filter(named | Q(address__icontains=text) if owns else named)
    page = Paginator(health.in_order(found), health.PER_PAGE).get_page(request.GET.get("page"))
    week = health.week_of(list(page.object_list), now=now)
    states = [("", "All", stands.total), *((name, name, n) for name, n in stands.states.items() if n or name == state)]
    context = {
        "tabs": TABS,
        "owns": owns,
        "health": stands,
        "page": page,
        "rows": [(source, urlsplit(source.address).hostname, week.get(source.pk, 0)) for source in page.object_list],
        "states": [
            (name, word, n, "?" + urlencode({"state": name, "q": text} if text else {"state": name}))
            for name, word, n in states
        ],
        "state": state,
        "text": text,
    }
    return render(request, "listening/sources/list.html", context)


@needs(Right.OWN_SOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Adds a feed, a mailbox or a webhook; files are sent to `hand_in`."""
    user, what = signed_in(request), request.POST.get("what", "")
    shown: dict[str, forms.Form] = {name: kind(prefix=name) for name, kind in FORMS.items()}
    if request.method == "POST" and what in FORMS:
        form = shown[what] = FORMS[what](request.POST, prefix=what)
        if form.is_valid():
            try:
                return _added(request, user, what, form.cleaned_data)
            except Refused as refused:
                first = next(iter(form.fields))
                form.add_error(first, f"{refused.found[:1].upper()}{refused.found[1:]}. Expected: {refused.expected}.")
    context = {"forms": shown, "accepted": ACCEPTED}
    return render(request, "listening/sources/add.html", context, status=422 if request.method == "POST" else 200)


def _added(request: HttpRequest, user: User, what: str, given: dict[str, Any]) -> HttpResponse:
    now = timezone.now()
    if what == "webhook":
        source, token = sources.add_webhook(by=user, now=now, **given)
        return with_token(request, source, token)
    source = sources.add_feed(by=user, now=now, **given) if what == "feed" else _mailbox(user, given)
    messages.success(request, f"{source.name} is listened to from now on; the first answer comes within a minute.")
    return redirect("listening-source", source.pk)


def _mailbox(user: User, given: dict[str, Any]) -> Source:
    return sources.add_mailbox(by=user, now=timezone.now(), **given)


def with_token(request: HttpRequest, source: Source, token: str) -> HttpResponse:
    """The only page that ever has the token of a webhook."""
    address = f"{settings.ADDRESS}{reverse('listening-hook', args=[source.pk])}"
    return render(
        request, "listening/sources/token.html", {"source": source, "token": token, "address": address}, status=201
    )


@needs(Right.OWN_SOURCES)
@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    """Takes in files: lists of feeds, alert mails, tables. Says of each what came of it."""
    user, now = signed_in(request), timezone.now()
    outcomes = [(file.name or "", *_outcome(user, file, now)) for file in request.FILES.getlist("files")]
    if not outcomes:
        messages.error(request, "No file was chosen.")
        return redirect("listening-source-add")
    status = 200 if any(not refused for _, _, refused in outcomes) else 422
    return render(request, "listening/sources/handed_in.html", {"outcomes": outcomes}, status=status)


def _outcome(user: User, file: "UploadedFile[Any]", now: datetime) -> tuple[Any, Refused | None]:
    name = file.name or ""
    if (file.size or 0) > LARGEST_FILE:
        return None, Refused(f"a file of {file.size:,} bytes", f"at most {LARGEST_FILE:,}", "split it")
    try:
        content = file.read()
        if name.lower().endswith(LISTS):
            return sources.add_list(by=user, content=content, now=now), None
        return sources.hand_in(by=user, name=name, content=content, now=now), None
    except Refused as refused:
        return None, refused


@needs(Right.OWN_SOURCES)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The feeds as an OPML list, for any other reader of news."""
    answer = HttpResponse(sources.list_of(signed_in(request)), content_type="text/x-opml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="feeds.opml"'
    return answer
