"""What stands in the navigation: the pages that this person may open, in the order of the loop."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest

from afteraction import __version__
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may


@dataclass(frozen=True)
class Entry:
    """One entry: the name of its URL, its label, its icon (lucide), and the rights any of which opens it.

    `also` names pages that belong to it though their address is not below its own: there it is marked too.
    """

    url: str
    label: str
    icon: str
    rights: tuple[Right, ...] = ()
    also: tuple[str, ...] = ()


ENTRIES: Final = (
    Entry("home", "Home", "house"),
    Entry("deals", "Deals", "handshake", (Right.SEE_DEALS,)),
    Entry("reviews", "Reviews", "clipboard-check", (Right.SEE_REVIEWS,)),
    Entry("buyers", "Buyers", "message-square-quote", (Right.SEE_BUYERS,)),
    Entry("process", "Process", "workflow", (Right.SEE_PROCESS,)),
    Entry("proposals", "Changes", "git-compare", (Right.PROPOSE,), also=("trials",)),
    Entry("insights", "Insights", "lightbulb", (Right.SEE_INSIGHTS,)),
    Entry("claims", "Claims", "message-circle-question", (Right.STATE_CLAIMS,)),
    Entry("leads", "Leads", "inbox", (Right.SEE_LEADS,), also=("leads-outcomes",)),
    Entry("listening", "Listening", "radio", (Right.LISTEN,)),
    Entry("lessons", "Lessons", "book-open", (Right.SEE_LESSONS,)),
    Entry("coaching", "Coaching", "messages-square", (Right.SEE_LESSONS,)),
    Entry("walls", "Wall", "trophy", (Right.SEE_LESSONS,)),
    Entry("content", "Content", "newspaper", (Right.SEE_LEADS,)),
    Entry("joint-meetings", "Joint meeting", "presentation", (Right.SEE_LEADS,)),
    Entry("practice", "Practice", "brain", (Right.PRACTISE,)),
    Entry("data", "Data", "database", (Right.SEE_DATA, Right.IMPORT_DATA)),
    Entry("settings", "Settings", "settings", (Right.MANAGE_PEOPLE,)),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entries for whoever is signed in; nothing before."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"navigation": (), "version": __version__}
    return {
        "version": __version__,
        "navigation": [e for e in ENTRIES if not e.rights or any(may(user, right) for right in e.rights)],
    }
