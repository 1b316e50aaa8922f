"""What the home page says about content: answers to what someone asked for, and what waits for who answers for it."""

from typing import Final

from django.utils import timezone

from afteraction.web.content.models import Insight, Piece
from afteraction.web.content.selectors import (
    expiring,
    insights_of,
    outdated,
    pieces_of,
    requests_for,
    unseen_answers,
)
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may

_SHOWN: Final = 4


def cards(user: User) -> list[Card]:
    """The cards of someone; none where nothing is to be said."""
    if not may(user, Right.SEE_LEADS):
        return []
    found = []
    answers = unseen_answers(user)
    if answers:
        found.append(
            Card("What you asked for was answered", "content/cards/answers.html", {"notices": answers}, order=6)
        )
    if user.role == Role.MARKETING:
        found += _to_do(user)
    return found


def _to_do(user: User) -> list[Card]:
    today = timezone.now().date()
    asked = list(requests_for(user)[:_SHOWN])
    context = {
        "requests": asked,
        "outdated": outdated(user, today=today)[:_SHOWN],
        "expiring": expiring(user, today=today)[:_SHOWN],
        "drafts": pieces_of(user).filter(state=Piece.State.DRAFT).count(),
        "checked": list(insights_of(user).filter(state=Insight.State.CHECKED).exclude(checked_by=user)[:_SHOWN]),
    }
    if not any(context.values()):
        return []
    return [Card("Content that waits for you", "content/cards/to_do.html", context, order=32)]
