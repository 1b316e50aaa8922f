"""The jobs of the buyer's voice. Each may run twice: what was sent, opened or released is not so again."""

from typing import Final

from django.utils import timezone
from django_tasks import task

from afteraction.web.buyers.anonymity import release_held
from afteraction.web.buyers.asking import due_askings, due_invitations, due_reminders, follow_reviews
from afteraction.web.buyers.mailing import send_invitation
from afteraction.web.buyers.models import Asking, Invitation, ModelRequest, Programme
from afteraction.web.buyers.selectors import figures_are_old
from afteraction.web.jobs.services import enqueue, when_given_up
from afteraction.web.people.models import Organisation

_AT_ONCE: Final = 500
"""Mails of one organisation that are put into the queue at a time; the next come a few minutes later."""


@task()
def follow_all() -> None:
    """Every organisation that has a programme, in a job of its own."""
    for key in Programme.objects.order_by("pk").values_list("organisation", flat=True):
        enqueue(follow_buyers, organisation_id=key)


@task()
def follow_buyers(organisation_id: int) -> None:
    """Opens what is to be asked, sends what is due, ends what is over. After every change of the record, too."""
    now, organisation = timezone.now(), Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        return
    follow_reviews(organisation=organisation, now=now)
    release_held(organisation=organisation, now=now)
    due_askings(organisation, now=now).update(state=Asking.State.ASKED)
    waiting = [*due_invitations(organisation).values_list("pk", flat=True)[:_AT_ONCE]]
    waiting += due_reminders(organisation, now=now).values_list("pk", flat=True)[:_AT_ONCE]
    for key in waiting:
        enqueue(mail_to_buyer, invitation_id=key)
    if figures_are_old(organisation, now=now):
        enqueue(count_answers, organisation_id=organisation.pk)


@task()
def count_answers(organisation_id: int) -> None:
    """Computes who answers, and what is heard weighted, for the pages."""
    from afteraction.web.buyers.figures import make_figures

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        make_figures(organisation=organisation, now=timezone.now())


@task()
def mail_to_buyer(invitation_id: int) -> None:
    """Sends one invitation or reminder; tried again by the worker when the server does not take it."""
    send_invitation(invitation_id=invitation_id, now=timezone.now())


@when_given_up(mail_to_buyer)
def mail_given_up(message: str, invitation_id: int) -> None:
    """After the last attempt: the page says why; the schedule tries again."""
    Invitation.objects.filter(pk=invitation_id).update(problem=message[:300])


@task()
def ask_model(request_id: int) -> None:
    """Sends what somebody confirmed to the configured language model."""
    from afteraction.web.buyers.language_model import answer_request

    found = ModelRequest.objects.select_related("coding__interview__organisation").filter(pk=request_id).first()
    if found is not None:
        answer_request(request=found, now=timezone.now())


@when_given_up(ask_model)
def model_given_up(message: str, request_id: int) -> None:
    """After the last attempt: the page says why."""
    waiting = ModelRequest.objects.filter(pk=request_id, state=ModelRequest.State.WAITING)
    waiting.update(state=ModelRequest.State.FAILED, message=message[:500], ended_at=timezone.now())
