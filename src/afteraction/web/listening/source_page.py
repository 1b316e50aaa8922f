"""One source: what it brought, what could not be read, and what may be done with it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.listening import health, sources
from afteraction.web.listening.models import Source
from afteraction.web.listening.source_forms import SourceForm
from afteraction.web.listening.source_views import with_token
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right

_UNREADABLE_SHOWN = 20


@needs(Right.OWN_SOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, key: int) -> HttpResponse:
    """A source with its items; sent, it gets another name or pace."""
    user = signed_in(request)
    found = _found(user, key)
    initial = {"name": found.name, "every": found.every}
    form = SourceForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            sources.change(by=user, source=found, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", f"{refused.found}; expected {refused.expected}")
        else:
            messages.success(request, f"{found.name} is changed.")
            return redirect("listening-source", key)
    page = Paginator(health.items_of(found), health.PER_PAGE).get_page(request.GET.get("page"))
    unreadable = health.unreadable_of(found)
    context = {
        "source": found,
        "host": urlsplit(found.address).hostname,
        "is_asked": found.kind in (Source.Kind.FEED, Source.Kind.MAILBOX),
        "hook": f"{settings.ADDRESS}{reverse('listening-hook', args=[key])}",
        "form": form,
        "page": page,
        "items": page.object_list,
        "unreadable": unreadable[:_UNREADABLE_SHOWN],
        "unreadable_count": unreadable.count(),
    }
    return render(request, "listening/sources/source.html", context, status=422 if form.is_bound else 200)


@needs(Right.OWN_SOURCES)
@require_POST
def switch(request: HttpRequest, key: int) -> HttpResponse:
    """Pauses a source, or has it listened to again."""
    user = signed_in(request)
    found = _found(user, key)
    is_on = request.POST.get("on") == "yes"
    sources.switch(by=user, source=found, is_on=is_on, now=timezone.now())
    messages.success(request, f"{found.name} is {'listened to again' if is_on else 'paused'}.")
    return redirect("listening-source", key)


@needs(Right.OWN_SOURCES)
@require_POST
def look(request: HttpRequest, key: int) -> HttpResponse:
    """Has a source asked now."""
    user = signed_in(request)
    sources.look_now(by=user, source=_found(user, key))
    messages.info(request, "It is being asked; what it says is here in a moment.")
    return redirect("listening-source", key)


@needs(Right.OWN_SOURCES)
@require_POST
@never_cache
def token(request: HttpRequest, key: int) -> HttpResponse:
    """Another token for a webhook, shown once."""
    user = signed_in(request)
    found = _found(user, key)
    if found.kind != Source.Kind.WEBHOOK:
        raise Http404
    return with_token(request, found, sources.new_token(by=user, source=found))


@needs(Right.OWN_SOURCES)
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Forgets a source and its items."""
    user = signed_in(request)
    found = _found(user, key)
    sources.remove(by=user, source=found)
    messages.success(request, f"{found.name} is removed, with what it brought. Trigger events stay.")
    return redirect("listening-sources")


def _found(user: User, key: int) -> Any:
    found = health.sources_for(user, now=timezone.now()).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
