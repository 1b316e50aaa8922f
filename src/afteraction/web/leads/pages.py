"""What the pages of leads have in common: their tabs, and how a refusal is answered."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from afteraction.errors import Refused
from afteraction.report.wording import capital
from afteraction.web.leads.models import Lead
from afteraction.web.leads.selectors import lead_for
from afteraction.web.people.access import signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_TABS: Final = (
    ("leads-all", "All leads"),
    ("leads-returned", "Came back"),
    ("leads-promises", "Promises"),
    ("leads-deaths", "Where they die"),
    ("leads-outcomes", "What became of them"),
    ("leads-attribution", "Attribution"),
    ("leads-score", "Score"),
    ("lead-agreement", "Agreement"),
)


def tabs_for(user: User) -> list[tuple[str, str]]:
    """The pages of leads; the inbox for whoever works them."""
    inbox = [("leads", "Inbox")] if may(user, Right.WORK_LEADS) else []
    return [*inbox, *_TABS]


def lead_or_404(request: HttpRequest, key: int) -> Lead:
    """The lead of an address, which the person may see."""
    found = lead_for(signed_in(request), key)
    if found is None:
        raise Http404
    return found


def done(request: HttpRequest, what: Callable[[], Any], said: str, to: str, *arguments: Any) -> HttpResponse:
    """Do something and go on to a page, which says that it is done, or why it was refused."""
    try:
        what()
    except Refused as refused:
        messages.error(request, sentence(refused))
    else:
        messages.success(request, said)
    return redirect(to, *arguments)


def sentence(refused: Refused) -> str:
    """A refusal as one line says it."""
    asked = f" {ended(capital(refused.next_step))}" if refused.next_step else ""
    return f"{capital(refused.found)}: it needs {ended(refused.expected)}{asked}"


def ended(text: str) -> str:
    """A sentence with one full stop at its end: names and ids may bring their own."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
