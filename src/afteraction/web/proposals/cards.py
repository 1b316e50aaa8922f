"""What the home page says about proposals."""

from typing import Final

from django.utils import timezone

from afteraction.web.people.home import Card
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals.selectors import overdue, to_answer, unseen

_SHOWN: Final = 4


def cards(user: User) -> list[Card]:
    """What waits for their answer, what nobody answered in time, and what became of their own."""
    return [*_to_answer(user), *_overdue(user), *_news(user)]


def _to_answer(user: User) -> list[Card]:
    """Changes that their owner has to answer."""
    if not may(user, Right.OWN_TRIALS):
        return []
    waiting, now = to_answer(user).select_related("author"), timezone.now()
    found = list(waiting[: _SHOWN + 1])
    if not found:
        return []
    context = {"rows": [(each, each.answer_by < now) for each in found[:_SHOWN]], "more": len(found) > _SHOWN}
    return [Card("Changes that wait for your answer", "proposals/cards/to_answer.html", context, order=32)]


def _overdue(user: User) -> list[Card]:
    """Changes of others that are overdue, for those who could answer them as well."""
    if not may(user, Right.OWN_TRIALS):
        return []
    found = list(overdue(user, now=timezone.now()).exclude(owner=user).select_related("owner")[: _SHOWN + 1])
    if not found:
        return []
    context = {"rows": found[:_SHOWN], "more": len(found) > _SHOWN}
    return [Card("Changes that nobody answered in time", "proposals/cards/overdue.html", context, order=46)]


def _news(user: User) -> list[Card]:
    """What became of what they proposed or support, until they open it."""
    found = list(unseen(user)[: _SHOWN + 1])
    if not found:
        return []
    context = {"news": found[:_SHOWN], "more": len(found) > _SHOWN}
    return [Card("What became of changes", "proposals/cards/news.html", context, order=30)]
