"""What the home page says about trigger events."""

from django.utils import timezone

from afteraction.web.listening.selectors import Asked, come_back, ranked_for, taken_on, with_events
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may

_SHOWN = 4


def cards(user: User) -> list[Card]:
    """The cards of someone by their role."""
    if not may(user, Right.LISTEN):
        return []
    return [*_mine(user), *_to_call(user)]


def _mine(user: User) -> list[Card]:
    """What they said they would call, and what they put off until today."""
    back = list(come_back(user, timezone.now().date())[: _SHOWN + 1])
    calls = [*back, *taken_on(user)[: _SHOWN + 1]]
    if not calls:
        return []
    context = {"events": calls[:_SHOWN], "more": len(calls) > _SHOWN}
    return [Card("Calls you took on", "listening/cards/mine.html", context, order=22)]


def _to_call(user: User) -> list[Card]:
    """The accounts to call first: of a rep, their own."""
    asked, now = Asked(whose="mine" if user.role == Role.REP and user.owner_name else ""), timezone.now()
    ranked = ranked_for(user, asked, now=now)
    rows = with_events(user, ranked[:_SHOWN], asked, now=now)
    if not rows:
        return []
    context = {"rows": rows, "query": asked.query()}
    return [Card("Accounts to call", "listening/cards/to_call.html", context, order=28)]
