"""The jobs of reviews. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import Later, enqueue
from afteraction.web.people.models import Organisation, User


@task()
def remind() -> None:
    """Finds whom to remind, each in a job of its own, so that one address that takes no mail holds nobody up."""
    from afteraction.web.reviews.digest import people_to_remind

    now = timezone.now()
    for organisation in Organisation.objects.order_by("pk"):
        with within(organisation.pk):
            for person in people_to_remind(organisation, now=now):
                enqueue(mail_digest, person_id=person)


@task()
def mail_digest(person_id: int) -> None:
    """Mails someone what is due, unless they got their mail of the day."""
    from afteraction.web.reviews.digest import send_digest

    person = User.objects.select_related("organisation", "team").filter(pk=person_id).first()
    if person is not None:
        send_digest(person=person, now=timezone.now())


@task()
def count_reviews(organisation_id: int) -> None:
    """Counts the reviews of an organisation anew, for the page of accountability; many of them not more than so often.

    Each review that is finished asks for it.
    """
    from afteraction.web.reviews.account import counted_lately, keep_account

    organisation, now = Organisation.objects.filter(pk=organisation_id).first(), timezone.now()
    if organisation is None:
        return
    wait = counted_lately(organisation, now=now)
    if wait is not None:
        raise Later("many reviews, counted a moment ago", wait)
    keep_account(organisation=organisation, now=now)


@task()
def count_all_reviews() -> None:
    """Has the reviews of every organisation counted: a day that passes makes some overdue."""
    for organisation in Organisation.objects.filter(reviews__isnull=False).distinct().order_by("pk"):
        enqueue(count_reviews, organisation_id=organisation.pk)


@task()
def measure_agreement(organisation_id: int) -> None:
    """Measures how far the voices of an organisation agree, for the page of who says what."""
    from afteraction.web.reviews.across import keep_agreement

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        keep_agreement(organisation=organisation, now=timezone.now())


@task()
def measure_all_agreement() -> None:
    """Has agreement measured in every organisation that reviews."""
    for organisation in Organisation.objects.filter(reviews__isnull=False).distinct().order_by("pk"):
        enqueue(measure_agreement, organisation_id=organisation.pk)
