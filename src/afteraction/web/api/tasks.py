"""The job of the API that keeps the database small."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.api.idempotency import KEPT_FOR
from afteraction.web.api.models import KeptAnswer


@task()
def forget_kept_answers() -> None:
    """Removes answers that are no longer given again."""
    KeptAnswer.objects.filter(made_at__lte=timezone.now() - KEPT_FOR).delete()
