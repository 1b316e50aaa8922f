"""The jobs of connectors. Each may run twice: fetching goes on where it was, and handing over is done once."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

from afteraction.errors import Refused
from afteraction.web.connectors.client import AskedToWait, Declined
from afteraction.web.connectors.fetching import fetch
from afteraction.web.connectors.models import Run
from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import Later, when_given_up
from afteraction.web.people.models import Organisation

LONGEST: Final = timedelta(hours=36)
"""After so long a run that is told to wait again and again is given up: the next one may fare better."""


@task()
def fetch_run(run_id: int) -> None:
    """Fetches what a run is to fetch, then hands it over to an import."""
    from afteraction.web.connectors import services

    run = Run.objects.select_related("connector__organisation", "import_made").filter(pk=run_id).first()
    if run is None or run.state != Run.State.FETCHING:
        return
    try:
        position = fetch(services.source_of(run.connector), run.folder, run.since)
        services.hand_over(run=run, position=position, now=timezone.now())
    except AskedToWait as asked:
        if timezone.now() - run.began_at > LONGEST:
            services.fail(run=run, message="The CRM asked to wait for too long.", now=timezone.now())
            return
        raise Later("the CRM asked to wait", asked.wait) from asked
    except (Refused, Declined) as refused:
        services.fail(run=run, message=str(refused), now=timezone.now())


@when_given_up(fetch_run)
def run_given_up(message: str, run_id: int) -> None:
    """After the last attempt: the page says why."""
    from afteraction.web.connectors import services

    for run in Run.objects.select_related("connector__organisation").filter(pk=run_id):
        services.fail(run=run, message=message, now=timezone.now())


@task()
def begin_due_runs() -> None:
    """Begins the runs that are due."""
    from afteraction.web.connectors import services

    services.begin_due(now=timezone.now())


@task()
def look_into_inboxes() -> None:
    """Takes in what lies in the watched folders."""
    from afteraction.web.connectors.inbox import take_in

    for organisation in Organisation.objects.all():
        with within(organisation.pk):
            take_in(organisation, now=timezone.now())
