"""What the home page says about the joint meeting: what someone took on, and the next meeting for who leads it."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from afteraction.web.meetings.selectors import leads_meetings, local, next_meeting, own_decisions
from afteraction.web.people.home import Card
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_SHOWN: Final = 4
_SOON: Final = timedelta(hours=48)


def cards(user: User) -> list[Card]:
    """The cards of someone; none where nothing is to be said."""
    if not may(user, Right.SEE_LEADS):
        return []
    now, found = timezone.now(), []
    mine = own_decisions(user)
    if mine:
        context = {"decisions": mine[:_SHOWN], "more": len(mine) > _SHOWN, "today": now.date()}
        found.append(Card("What you took on in the joint meeting", "meetings/cards/decisions.html", context, order=16))
    meeting = next_meeting(user) if leads_meetings(user) else None
    if meeting is not None and meeting.planned_at - now <= _SOON:
        context = {"meeting": meeting, "at": local(meeting), "points": meeting.points.count()}
        found.append(Card("Marketing and sales meet", "meetings/cards/next.html", context, order=22))
    return found
