"""What the home page says about coaching: the next meeting with its agenda, and what one has agreed to."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from afteraction.web.coaching.calendar_file import summary
from afteraction.web.coaching.models import AgendaItem, Meeting
from afteraction.web.coaching.selectors import local, own_commitments, upcoming
from afteraction.web.people.home import Card
from afteraction.web.people.models import User

_AHEAD: Final = timedelta(days=7)


def cards(user: User) -> list[Card]:
    """The meetings of the next days and one's own commitments; none where there are neither."""
    now = timezone.now()
    meetings = [_line(each, user) for each in upcoming(user, until=now + _AHEAD)]
    commitments = own_commitments(user)
    if not meetings and not commitments:
        return []
    context = {"meetings": meetings, "commitments": commitments, "today": now.date()}
    return [Card("Coaching", "coaching/cards/next.html", context, order=12)]


def _line(meeting: Meeting, user: User) -> dict[str, object]:
    items = meeting.items.count()
    back = meeting.items.filter(kind=AgendaItem.Kind.COMMITMENT).count()
    at = local(meeting.planned_at, meeting.cadence)
    name = summary(meeting.cadence, user)
    return {
        "meeting": meeting,
        "name": f"{at:%A}’s {name[:1].lower()}{name[1:]}",
        "at": at,
        "items": items,
        "back": back,
    }
