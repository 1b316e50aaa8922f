"""The jobs of the lives of lessons. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation


@task()
def follow_lessons(organisation_id: int) -> None:
    """Moves the lessons of an organisation as what happened where they were shown says."""
    from afteraction.web.lessons import life

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        life.follow_lessons(organisation=organisation, now=timezone.now())


@task()
def follow_all_lessons() -> None:
    """Has this done in every organisation that has lessons, each in a job of its own."""
    for organisation in Organisation.objects.filter(lessons__isnull=False).distinct().order_by("pk"):
        enqueue(follow_lessons, organisation_id=organisation.pk)
