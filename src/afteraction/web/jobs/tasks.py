"""Jobs that keep the database small."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

KEEP = timedelta(days=30)


@task()
def tidy_up() -> None:
    """Forgets jobs that ended long ago and sessions that have expired."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP).delete()
    call_command("clearsessions")
