"""The jobs of insights. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.insights.models import Analysis
from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue, when_given_up
from afteraction.web.people.models import Organisation
from afteraction.web.practice.tasks import make_cards


@task()
def analyse(analysis_id: int) -> None:
    """Makes the results of an analysis; nothing is left to do when it is gone."""
    from afteraction.web.insights import services  # which names this job

    analysis = Analysis.objects.select_related("organisation", "process_version").filter(pk=analysis_id).first()
    if analysis is not None:
        services.analyse(analysis=analysis)


@when_given_up(analyse)
def analysis_given_up(message: str, analysis_id: int) -> None:
    """After the last attempt: pages say why there is no newer result."""
    Analysis.objects.filter(pk=analysis_id).exclude(state=Analysis.State.DONE).update(
        state=Analysis.State.FAILED, message=message
    )


@task()
def look_over_time(analysis_id: int) -> None:
    """Works out how the process is kept and what its steps do over time; proposes steps to go whose power faded."""
    from afteraction.web.insights.over_time import keep_over_time

    analysis = Analysis.objects.select_related("organisation", "process_version").filter(pk=analysis_id).first()
    if analysis is not None:
        keep_over_time(analysis=analysis, now=timezone.now())


@task()
def forget_old_results() -> None:
    """Removes the results that nothing shows any more, of every organisation."""
    from afteraction.web.insights.forgetting import forget_results

    for organisation in Organisation.objects.order_by("pk"):
        with within(organisation.pk):
            forget_results(organisation=organisation)


@task()
def judge_claims(organisation_id: int) -> None:
    """Judges the claims of an organisation that the newest results have not been held against yet."""
    from afteraction.web.insights import claiming  # which names this job

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        claiming.judge(organisation=organisation)
        enqueue(make_cards, organisation_id=organisation.pk)  # verdicts are what some cards ask for
