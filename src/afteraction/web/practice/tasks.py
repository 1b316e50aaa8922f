"""The jobs of practice. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation


@task()
def make_cards(organisation_id: int) -> None:
    """Brings the cards of an organisation in line with what is known."""
    from afteraction.web.practice import making

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        making.make_cards(organisation=organisation, now=timezone.now())


@task()
def make_all_cards() -> None:
    """Has the cards of every organisation made, each in a job of its own."""
    for organisation in Organisation.objects.order_by("pk"):
        enqueue(make_cards, organisation_id=organisation.pk)


@task()
def count_all_retention() -> None:
    """Counts what is remembered in every organisation that practises."""
    from afteraction.web.practice.counting import count_retention

    for organisation in Organisation.objects.filter(cards__answers__isnull=False).distinct().order_by("pk"):
        with within(organisation.pk):
            count_retention(organisation=organisation, now=timezone.now())
