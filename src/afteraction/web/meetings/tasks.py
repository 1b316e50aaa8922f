"""The jobs of the joint meeting. Each may run twice and does the same again."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User

READY: Final = timedelta(hours=48)
"""How long before a meeting its agenda is made; until someone works on it, it is made anew with the newest evidence."""


@task()
def prepare_meetings() -> None:
    """Has the agenda of every meeting made that is near, each in a job of its own."""
    from afteraction.web.meetings.selectors import near

    for key in near(now=timezone.now(), within=READY):
        enqueue(prepare_meeting, organisation_id=key)


@task()
def prepare_meeting(organisation_id: int) -> None:
    """Makes the agenda of the next meeting of an organisation."""
    from afteraction.web.meetings.services import prepare

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        prepare(organisation=organisation, now=timezone.now())


@task()
def mail_minutes(meeting_id: int) -> None:
    """Has the minutes mailed to everyone of both sides, each in a job of its own."""
    from afteraction.web.meetings.minutes import people_to_mail
    from afteraction.web.meetings.models import JointMeeting

    meeting = JointMeeting.objects.select_related("organisation").filter(pk=meeting_id).first()
    if meeting is not None:
        for person in people_to_mail(meeting):
            enqueue(mail_minutes_to, meeting_id=meeting_id, person_id=person.pk)


@task()
def mail_minutes_to(meeting_id: int, person_id: int) -> None:
    """Mails someone the minutes of a meeting."""
    from afteraction.web.meetings.minutes import send_minutes
    from afteraction.web.meetings.models import JointMeeting

    meeting = JointMeeting.objects.select_related("organisation", "referee", "sponsor").filter(pk=meeting_id).first()
    person = User.objects.select_related("organisation").filter(pk=person_id).first()
    if meeting is not None and person is not None:
        send_minutes(meeting=meeting, person=person, now=timezone.now())
