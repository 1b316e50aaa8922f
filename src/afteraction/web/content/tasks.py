"""The jobs of content. Each may run twice and does the same again."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation

_TAPS_WAIT: Final = timedelta(hours=20)
"""What people tap changes effects slowly: it is measured anew once a day, the record with every analysis."""


@task()
def match_uses(organisation_id: int) -> None:
    """Finds the uses of content that the record tells of, then has effects measured where there are results."""
    from afteraction.web.content.matching import match_uses as match
    from afteraction.web.insights.selectors import newest_results

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        match(organisation=organisation, now=timezone.now())
        if newest_results(organisation) is not None:
            enqueue(measure_content, organisation_id=organisation_id)


@task()
def measure_content(organisation_id: int) -> None:
    """Works out what pieces do to winning."""
    from afteraction.web.content.measuring import measure_content as measure

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        measure(organisation=organisation, now=timezone.now())


@task()
def follow_content() -> None:
    """Has uses matched wherever there is a newer record, and effects measured wherever there are newer results."""
    from afteraction.web.content.selectors import to_follow

    now = timezone.now()
    for organisation in Organisation.objects.order_by("pk"):
        with within(organisation.pk):
            match, measure = to_follow(organisation, taps_before=now - _TAPS_WAIT)
        if match:
            enqueue(match_uses, organisation_id=organisation.pk)
        elif measure:
            enqueue(measure_content, organisation_id=organisation.pk)


@task()
def mail_answer(notice_id: int) -> None:
    """Mails someone that what they asked for was answered."""
    from afteraction.web.content.models import RequestNotice
    from afteraction.web.content.requests import mail_answer as mail

    related = ("person", "request__piece", "request__answered_by")
    notice = RequestNotice.objects.select_related(*related).filter(pk=notice_id).first()
    if notice is not None:
        mail(notice=notice, now=timezone.now())
