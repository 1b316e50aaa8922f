"""Settings, Connectors: the watched folder, and the CRMs that are asked by themselves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.connectors import selectors, services
from afteraction.web.connectors.forms import FORMS
from afteraction.web.connectors.inbox import SETTLED, inbox_of, take_in
from afteraction.web.connectors.models import Connector
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may
from afteraction.web.people.views import SETTINGS


@needs(Right.IMPORT_DATA)
@require_GET
@never_cache
def connectors(request: HttpRequest) -> HttpResponse:
    """All ways by which the record comes by itself, and how each stands."""
    organisation = signed_in(request).organisation
    inbox = inbox_of(organisation, now=timezone.now())
    inbox.folder.mkdir(parents=True, exist_ok=True)  # whoever reads the path here goes there next
    there = {each.kind: each for each in Connector.objects.filter(organisation=organisation)}
    rows = [
        (kind, there.get(kind), selectors.standing(there[kind]) if kind in there else None) for kind in Connector.Kind
    ]
    about = {
        "rows": rows,
        "inbox": inbox,
        "settled": int(SETTLED.total_seconds()),
        "folder_imports": selectors.folder_imports(organisation),
        "waiting": selectors.waiting(organisation),
        "runs": selectors.runs_of(organisation)[: selectors.RECENT],
    }
    return _page(request, "connectors/connectors.html", about)


@needs(Right.IMPORT_DATA)
@require_POST
def look_into_folder(request: HttpRequest) -> HttpResponse:
    """Takes in what lies in the watched folder now."""
    made = take_in(signed_in(request).organisation, now=timezone.now())
    if made is None:
        messages.info(
            request, "Nothing complete lies in the folder. A file counts as complete a minute after it was written."
        )
        return redirect("connectors")
    return redirect("import", made.pk)


@needs(Right.IMPORT_DATA)
@require_http_methods(["GET", "POST"])
@never_cache
def connector(request: HttpRequest, kind: str) -> HttpResponse:
    """One CRM: how it is reached, whether that works, and every run. The secret goes in and never comes out."""
    user, which, now = signed_in(request), _kind(kind), timezone.now()
    there = selectors.connector_of(user.organisation, which)
    initial = {name: getattr(there, name) for name in ("address", "client_id", "every")} if there else {}
    form = FORMS[which](request.POST or None, initial=initial)
    form.fields["secret"].required = there is None
    if there:
        form.fields["secret"].help_text = f"Entered {there.secret_given_at:%-d %b %Y}. Leave it empty to keep it."
    if request.method == "POST" and form.is_valid():
        given = {"client_id": "", **form.cleaned_data}
        try:
            made = services.connect(by=user, kind=which, now=now, **given)
        except Refused as refused:
            form.add_error("secret" if "secret" in refused.found else "address", _sentence(refused))
        else:
            services.test(connector=made, now=now)
            return redirect("connector", which)
    about = {
        "kind": which,
        "connector": there,
        "standing": selectors.standing(there) if there else None,
        "form": form,
        "runs": selectors.runs_of(user.organisation, which)[: selectors.RECENT],
    }
    return _page(request, "connectors/connector.html", about, 422 if form.is_bound else 200)


@needs(Right.IMPORT_DATA)
@require_POST
def test(request: HttpRequest, kind: str) -> HttpResponse:
    """Asks the CRM for a little of everything."""
    services.test(connector=_connector(request, kind), now=timezone.now())
    return redirect("connector", kind)


@needs(Right.IMPORT_DATA)
@require_POST
def run(request: HttpRequest, kind: str) -> HttpResponse:
    """Fetches what is new now."""
    try:
        services.begin_run(connector=_connector(request, kind), now=timezone.now())
        messages.success(request, "Fetching has begun. What comes in stands here and under Data.")
    except Refused as refused:
        messages.error(request, _sentence(refused))
    return redirect("connector", kind)


@needs(Right.IMPORT_DATA)
@require_POST
def switch(request: HttpRequest, kind: str) -> HttpResponse:
    """On or off."""
    there = _connector(request, kind)
    services.switch(connector=there, on=not there.is_on, now=timezone.now())
    messages.success(request, f"{there} is {'on' if there.is_on else 'off'}.")
    return redirect("connector", kind)


@needs(Right.IMPORT_DATA)
@require_POST
def remove(request: HttpRequest, kind: str) -> HttpResponse:
    """Forgets the CRM and its secret."""
    there = _connector(request, kind)
    services.remove(connector=there)
    messages.success(request, f"{there} is no longer connected and its secret is gone. What it brought stays.")
    return redirect("connectors")


def _kind(kind: str) -> Connector.Kind:
    if kind not in Connector.Kind.values:
        raise Http404
    return Connector.Kind(kind)


def _connector(request: HttpRequest, kind: str) -> Connector:
    found = selectors.connector_of(signed_in(request).organisation, _kind(kind))
    if found is None:
        raise Http404
    return found


def _sentence(refused: Refused) -> str:
    then = f": {refused.next_step}" if refused.next_step else ""
    return f"Found {refused.found}, expected {refused.expected}{then}."


def _page(request: HttpRequest, template: str, about: dict[str, Any], status: int = 200) -> HttpResponse:
    """Sales operations see the connectors, but not the other settings."""
    tabs = SETTINGS if may(signed_in(request), Right.MANAGE_PEOPLE) else ()
    return render(request, template, {"settings_tabs": tabs, **about}, status=status)
