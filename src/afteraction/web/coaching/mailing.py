"""The agenda by mail, on the morning of the meeting: what there is to talk about, and nothing that anybody wrote.

Who switched reminders off gets none of these either.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.coaching.calendar_file import summary
from afteraction.web.coaching.models import AgendaItem, AgendaMail, Meeting
from afteraction.web.coaching.selectors import local
from afteraction.web.coaching.visibility import people_in
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.people import mailing
from afteraction.web.people.models import User
from afteraction.web.reviews.digest import wants_reminders

AHEAD: Final = timedelta(hours=14)
"""How long before a meeting its agenda is mailed: the evening before one in the morning, the morning of a later one."""
_WAIT: Final = timedelta(minutes=15)


class DueMail(NamedTuple):
    """A mail that is due: the keys of the organisation, the meeting and the person."""

    organisation: int
    meeting: int
    person: int


def mails_due(*, now: datetime) -> list[DueMail]:
    """The mails that are due, of all organisations."""
    soon = Meeting.objects.filter(
        state=Meeting.State.READY, planned_at__gt=now, planned_at__lte=now + AHEAD, cadence__dropped_at=None
    )
    found = []
    for meeting in soon.select_related("cadence__manager", "cadence__rep", "cadence__team").order_by("pk"):
        if meeting.cadence.kind != "huddle":  # a mail a day to everyone would be read by nobody
            done = set(meeting.mails.values_list("person", flat=True))
            left = [each.pk for each in people_in(meeting.cadence) if each.pk not in done]
            found += [DueMail(meeting.organisation_id, meeting.pk, key) for key in left]
    return found


def send_agenda(*, meeting: Meeting, person: User, now: datetime) -> bool:
    """Mails someone the agenda of a meeting; whether a mail was sent.

    1. Whoever makes the row of the mail is the one who sends; 2. the mail is sent; 3. where the server takes none now,
    the row is taken back and the job waits. A worker that is killed after 1 has sent nothing: one mail too few.
    """
    if person not in people_in(meeting.cadence) or not wants_reminders(person) or meeting.planned_at <= now:
        return False
    claim, mine = AgendaMail.objects.get_or_create(meeting=meeting, person=person, defaults={"at": now})
    if not mine:
        return False
    try:
        mailing.send_now(
            "coaching/mail/agenda", person.email, about(meeting, person), once=f"agenda {meeting.pk} {person.pk}"
        )
    except MayPass as refused:
        claim.delete()
        raise Later(refused.found, _WAIT) from refused
    except Refused:
        return False
    return True


def about(meeting: Meeting, person: User) -> dict[str, object]:
    """What the mail says: titles by kind. Reasons, notes, answers and commitments stay on the page."""
    counted = [
        (kind.label, list(meeting.items.filter(kind=kind).values_list("title", flat=True)))
        for kind in AgendaItem.Kind
        if kind != AgendaItem.Kind.COMMITMENT
    ]
    return {
        "user": person,
        "summary": summary(meeting.cadence, person),
        "at": local(meeting.planned_at, meeting.cadence),
        "parts": [(label, titles) for label, titles in counted if titles],
        "commitments": meeting.items.filter(kind=AgendaItem.Kind.COMMITMENT).count(),
        "link": f"{settings.ADDRESS}{reverse('coaching-meeting', args=[meeting.pk])}",
        "switch_link": f"{settings.ADDRESS}{reverse('review-reminders')}",
    }
