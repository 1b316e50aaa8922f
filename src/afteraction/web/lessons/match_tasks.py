"""The jobs of matching lessons. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation


@task()
def find_duplicates(organisation_id: int) -> None:
    """Looks through all lessons of an organisation for near duplicates."""
    from afteraction.web.lessons.similar import find_pairs

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        find_pairs(organisation=organisation, now=timezone.now())


@task()
def learn_from_answers(organisation_id: int) -> None:
    """Learns from what was said of lessons on open deals."""
    from afteraction.web.lessons import ranking

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        ranking.learn_from_answers(organisation=organisation, now=timezone.now())


@task()
def match_all_lessons() -> None:
    """Has both done in every organisation that has lessons, each in a job of its own."""
    for organisation in Organisation.objects.filter(lessons__isnull=False).distinct().order_by("pk"):
        enqueue(find_duplicates, organisation_id=organisation.pk)
        enqueue(learn_from_answers, organisation_id=organisation.pk)
