"""The jobs of looks. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation


@task()
def look_at_trials(organisation_id: int) -> None:
    """Looks at the trials of an organisation in its newest data version."""
    from afteraction.web.experiments import looking

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        looking.look_at_trials(organisation=organisation, now=timezone.now())


@task()
def look_at_all_trials() -> None:
    """Has this done wherever a trial runs: what an analysis that failed, or a worker that died, left out."""
    waiting = Organisation.objects.filter(experiments__state__in=("running", "ended"))
    for organisation in waiting.distinct().order_by("pk"):
        enqueue(look_at_trials, organisation_id=organisation.pk)


@task()
def recheck_looks(experiment_id: int) -> None:
    """Reads the data versions of a trial's looks again: whether they still say what they said."""
    from afteraction.web.experiments import rechecking
    from afteraction.web.experiments.models import Experiment

    experiment = Experiment.objects.select_related("organisation").filter(pk=experiment_id).first()
    if experiment is not None:
        rechecking.recheck(experiment=experiment, now=timezone.now())


@task()
def recheck_all_looks() -> None:
    """Has this done for every trial that is not decided yet."""
    from afteraction.web.experiments.models import Experiment

    undecided = Experiment.objects.filter(state__in=("running", "ended")).order_by("pk")
    for organisation, key in undecided.values_list("organisation", "pk"):
        with within(organisation):
            enqueue(recheck_looks, experiment_id=key)
