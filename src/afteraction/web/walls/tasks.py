"""The jobs of the walls. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.people.models import Organisation


@task()
def recognise_risks(organisation_id: int) -> None:
    """Recognises the risks of the newest results; asked for after every analysis."""
    from afteraction.web.walls.risks import keep_risks

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        keep_risks(organisation=organisation, now=timezone.now())
