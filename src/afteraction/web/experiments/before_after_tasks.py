"""The jobs of before and after. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation


@task()
def measure(stated_id: int) -> None:
    """Measures a stated change in the data version of the newest analysis; nothing is left to do when it has been."""
    from afteraction.web.experiments.before_after_measuring import measure_change
    from afteraction.web.experiments.before_after_models import BeforeAfter

    stated = BeforeAfter.objects.select_related("organisation").filter(pk=stated_id).first()
    if stated is not None:
        measure_change(stated=stated, now=timezone.now())


@task()
def measure_all() -> None:
    """Has every stated change measured that newer results have not been looked at for."""
    from afteraction.web.insights.selectors import newest_results

    for organisation in Organisation.objects.filter(before_after__isnull=False).distinct().order_by("pk"):
        with within(organisation.pk):
            shown = newest_results(organisation)
            if shown is None:
                continue
            version = shown.analysis.data_version
            for stated in organisation.before_after.exclude(results__data_version=version).order_by("pk"):
                enqueue(measure, stated_id=stated.pk)
