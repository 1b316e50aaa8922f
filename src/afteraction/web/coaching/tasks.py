"""The jobs of coaching. Each may run twice and does the same again."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User

READY = timedelta(hours=48)
"""How long before a meeting its agenda is made; until someone works on it, it is made anew with the newest evidence."""


@task()
def prepare_agendas() -> None:
    """Finds the rows of meetings that are in force, each prepared in a job of its own; then the mails that are due."""
    from afteraction.web.coaching.mailing import mails_due
    from afteraction.web.coaching.models import Cadence

    for organisation, key in Cadence.objects.filter(dropped_at=None).order_by("pk").values_list("organisation", "pk"):
        with within(organisation):
            enqueue(prepare_agenda, cadence_id=key)
    for mail in mails_due(now=timezone.now()):
        with within(mail.organisation):
            enqueue(mail_agenda, meeting_id=mail.meeting, person_id=mail.person)


@task()
def prepare_agenda(cadence_id: int) -> None:
    """Makes the agenda of the next meeting of a row where that is near."""
    from afteraction.web.coaching.dates import next_date
    from afteraction.web.coaching.models import Cadence
    from afteraction.web.coaching.services import prepare, rule_of

    now = timezone.now()
    cadence = Cadence.objects.filter(pk=cadence_id, dropped_at=None).first()
    if cadence is not None and next_date(rule_of(cadence), now) <= now + READY:
        prepare(cadence=cadence, now=now)


@task()
def mail_agenda(meeting_id: int, person_id: int) -> None:
    """Mails someone the agenda of a meeting, once."""
    from afteraction.web.coaching.mailing import send_agenda
    from afteraction.web.coaching.models import Meeting

    meeting = Meeting.objects.filter(pk=meeting_id, state=Meeting.State.READY).first()
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if meeting is not None and person is not None:
        send_agenda(meeting=meeting, person=person, now=timezone.now())


@task()
def measure_all_coaching() -> None:
    """Has coaching measured, and the questions gathered, wherever people meet or review."""
    for organisation in Organisation.objects.filter(reviews__isnull=False).distinct().order_by("pk"):
        enqueue(measure_coaching, organisation_id=organisation.pk)


@task()
def measure_coaching(organisation_id: int) -> None:
    """Measures what coaching changed in an organisation, and gathers the questions that were asked."""
    from afteraction.web.coaching.measuring import keep_figures
    from afteraction.web.coaching.questions import gather_questions

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        gather_questions(organisation=organisation, now=timezone.now())
        keep_figures(organisation=organisation, now=timezone.now())
