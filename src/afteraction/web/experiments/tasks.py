"""The jobs of trials. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation


@task()
def follow_trials(organisation_id: int) -> None:
    """Assigns the deals of an organisation's running trials, and ends the trials that are over."""
    from afteraction.web.experiments import clock

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        clock.follow_trials(organisation=organisation, now=timezone.now())


@task()
def follow_all_trials() -> None:
    """Has this done wherever a trial runs, each organisation in a job of its own."""
    for organisation in Organisation.objects.filter(experiments__state="running").distinct().order_by("pk"):
        enqueue(follow_trials, organisation_id=organisation.pk)
