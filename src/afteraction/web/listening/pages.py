"""What the pages of listening have in common: their tabs, and how something is found or refused."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from afteraction.errors import Refused
from afteraction.web.listening.models import TriggerEvent
from afteraction.web.listening.selectors import events_for
from afteraction.web.people.access import signed_in

TABS: Final = (
    ("listening", "Accounts to call"),
    ("listening-events", "Events"),
    ("listening-watches", "Watches"),
    ("listening-sources", "Sources"),
    ("listening-pays", "Does it pay"),
)


def event_or_404(request: HttpRequest, key: int) -> TriggerEvent:
    """The trigger event of an address, of the person's organisation."""
    found = events_for(signed_in(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def back_to(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that a form was sent from."""
    asked = request.POST.get("back", "")
    known = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if known and asked.startswith("/") else reverse(otherwise)


def say_refused(request: HttpRequest, refused: Refused) -> None:
    """Shows a refusal on the next page."""
    messages.error(request, f"Found {refused.found}; expected {refused.expected}.")


def sent_text(values: QueryDict, name: str, most: int = 300) -> str:
    """A text that was sent, cut, without what no text of a database may hold."""
    return values.get(name, "").replace("\x00", "")[:most]
