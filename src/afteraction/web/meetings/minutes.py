"""The minutes by mail: what was decided, who does it by when, and what was talked about; once a person and meeting.

Who switched reminders off gets none.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.meetings.models import JointMeeting, MinutesMail, Point
from afteraction.web.meetings.selectors import local
from afteraction.web.people import mailing
from afteraction.web.people.models import Role, User
from afteraction.web.reviews.digest import wants_reminders

BOTH_SIDES: Final = (Role.REP, Role.MANAGER, Role.MARKETING, Role.OPERATIONS)
_WAIT: Final = timedelta(minutes=15)


def people_to_mail(meeting: JointMeeting) -> list[User]:
    """Everyone of both sides, referee and sponsor, who wants mail and has not got these minutes yet."""
    named = [key for key in (meeting.referee_id, meeting.sponsor_id) if key is not None]
    people = User.objects.filter(organisation=meeting.organisation, is_active=True)
    people = people.filter(role__in=BOTH_SIDES) | people.filter(pk__in=named)
    done = set(meeting.mails.values_list("person", flat=True))
    return [each for each in people.order_by("pk").distinct() if each.pk not in done and wants_reminders(each)]


def send_minutes(*, meeting: JointMeeting, person: User, now: datetime) -> bool:
    """Mails someone the minutes; whether a mail was sent.

    1. Whoever makes the row of the mail is the one who sends; 2. the mail is sent; 3. where the server takes none now,
    the row is taken back and the job waits. A worker that is killed after 1 has sent nothing: one mail too few.
    """
    if meeting.state != JointMeeting.State.HELD or person.organisation_id != meeting.organisation_id:
        return False
    if not person.is_active or not wants_reminders(person):
        return False
    claim, mine = MinutesMail.objects.get_or_create(meeting=meeting, person=person, defaults={"at": now})
    if not mine:
        return False
    try:
        mailing.send_now(
            "meetings/mail/minutes", person.email, about(meeting, person), once=f"minutes {meeting.pk} {person.pk}"
        )
    except MayPass as refused:
        claim.delete()
        raise Later(refused.found, _WAIT) from refused
    except Refused:
        return False  # this address takes no mail: the minutes stand on the page
    return True


def about(meeting: JointMeeting, person: User) -> dict[str, object]:
    """What the mail says; reasons, figures and notes stay on the page."""
    decided = list(meeting.decisions.select_related("owner"))
    talked = meeting.points.filter(talked_at__isnull=False).exclude(kind=Point.Kind.DECISION)
    return {
        "user": person,
        "meeting": meeting,
        "at": local(meeting),
        "mine": [each for each in decided if each.owner_id == person.pk],
        "decisions": [each for each in decided if each.owner_id != person.pk],
        "talked": list(talked.values_list("title", flat=True)),
        "link": f"{settings.ADDRESS}{reverse('joint-meeting', args=[meeting.pk])}",
        "switch_link": f"{settings.ADDRESS}{reverse('review-reminders')}",
    }
