"""What the home page says of practice: to everyone what waits today, to new reps how far their path has come."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may
from afteraction.web.practice.selectors import progress_of
from afteraction.web.practice.session import session_of

NEW_FOR: Final = timedelta(days=180)
"""How long someone is new here: until then the path stands on their home page."""


def cards(user: User) -> list[Card]:
    """A card while something waits, or while the path of a new rep is not done; none otherwise."""
    if not may(user, Right.PRACTISE):
        return []
    now = timezone.now()
    session = session_of(user, now=now)
    is_new = user.role == Role.REP and now - user.created_at <= NEW_FOR
    progress = progress_of(user) if is_new else None
    path = progress if progress and progress.of and progress.done < progress.of else None
    if not session.cards and path is None:
        return []
    note = f"{session.minutes} minute{'' if session.minutes == 1 else 's'}" if session.cards else "Done for today"
    order = 15 if user.role == Role.REP else 50  # others come for something else first
    return [Card("Practice", "practice/card.html", {"session": session, "path": path}, order=order, note=note)]
