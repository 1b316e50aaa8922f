"""The jobs of proposals. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User


@task()
def mail_news(news_id: int) -> None:
    """Mails someone what became of a proposal, unless they have the mail."""
    from afteraction.web.proposals.mailing import send_news

    send_news(news_id=news_id, now=timezone.now())


@task()
def remind() -> None:
    """Finds whom to remind of proposals that wait for their answer, each in a job of its own.

    What waits for someone who can no longer answer goes to another first.
    """
    from afteraction.web.proposals.mailing import people_to_remind
    from afteraction.web.proposals.services import hand_on

    now = timezone.now()
    hand_on(now=now)
    for organisation in Organisation.objects.filter(proposals__isnull=False).distinct().order_by("pk"):
        with within(organisation.pk):
            for person in people_to_remind(organisation, now=now):
                enqueue(mail_reminder, person_id=person)


@task()
def mail_reminder(person_id: int) -> None:
    """Mails someone what waits for their answer, unless they got their mail of the day."""
    from afteraction.web.proposals.mailing import send_reminder

    person = User.objects.select_related("organisation").filter(pk=person_id).first()
    if person is not None:
        send_reminder(person=person, now=timezone.now())


@task()
def follow_trials() -> None:
    """Ends the proposals whose trial was decided."""
    from afteraction.web.proposals.answering import follow_trials as follow

    follow(now=timezone.now())


@task()
def look_at_results(organisation_id: int) -> None:
    """Proposes what the newest results would have changed."""
    from afteraction.web.proposals.analysing import look_at_results as look

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        look(organisation=organisation, now=timezone.now())
