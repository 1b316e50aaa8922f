"""The jobs of plays. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue, when_given_up
from afteraction.web.people.models import Organisation


@task()
def measure_play(play_id: int) -> None:
    """Works out what a play's deals have in common, and what its moves do."""
    from afteraction.web.plays import measuring
    from afteraction.web.plays.models import Play

    play = Play.objects.select_related("organisation").filter(pk=play_id).first()
    if play is not None:
        measuring.measure_play(play=play, now=timezone.now())


@when_given_up(measure_play)
def measuring_given_up(message: str, play_id: int) -> None:
    """After the last attempt: the page says why there is nothing."""
    from afteraction.web.plays.models import Play

    refused = {"reason": f"working it out failed: {message[:300]}", "needed": "another attempt"}
    Play.objects.filter(pk=play_id).update(asked_at=None, found={"refused": refused}, effect={"refused": refused})


@task()
def keep_leading(organisation_id: int) -> None:
    """Works out which activity goes before wins."""
    from afteraction.web.plays import measuring

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        measuring.keep_leading(organisation=organisation, now=timezone.now())


@task()
def follow_results() -> None:
    """Has plays and leading measures worked out anew wherever there are newer results."""
    from afteraction.web.plays.services import out_of_date

    for organisation in Organisation.objects.order_by("pk"):
        with within(organisation.pk):
            plays, leading = out_of_date(organisation)
            for key in plays:
                enqueue(measure_play, play_id=key)
            if leading:
                enqueue(keep_leading, organisation_id=organisation.pk)
