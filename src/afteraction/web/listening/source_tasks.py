"""The jobs of sources. Each may run twice: what was read before is nothing new."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.jobs.services import enqueue
from afteraction.web.listening.models import Source


@task()
def fetch_sources() -> None:
    """Asks the sources that are due; goes on with those that are due still, after other jobs had their turn."""
    from afteraction.web.listening.fetching import fetch_due

    now = timezone.now()
    if fetch_due(now=now) and Source.objects.filter(is_on=True, next_at__lte=now).exists():
        enqueue(fetch_sources)


@task()
def fetch_source(source_id: int) -> None:
    """Asks one source, because somebody waits for it."""
    from afteraction.web.listening.fetching import fetch_one

    fetch_one(source_id=source_id, now=timezone.now())
