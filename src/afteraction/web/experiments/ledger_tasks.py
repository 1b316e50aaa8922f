"""The jobs of the ledger. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation


@task()
def mail_receipt(entry_id: int, person_id: int) -> None:
    """Mails a seal to the owner or the sponsor."""
    from afteraction.web.experiments import receipts
    from afteraction.web.experiments.models import LedgerEntry

    asked = LedgerEntry.objects.select_related("experiment__organisation", "experiment__owner", "experiment__sponsor")
    entry = asked.filter(pk=entry_id).first()
    if entry is not None:
        receipts.mail(entry=entry, person_id=person_id)


@task()
def mail_weekly_receipts() -> None:
    """Has the newest seals mailed of the trials in which something was settled."""
    from afteraction.web.experiments import receipts

    receipts.ask_for_weekly(now=timezone.now())


@task()
def keep_watch() -> None:
    """Has the trials of every organisation verified, each in a job of its own."""
    for organisation in Organisation.objects.filter(experiments__isnull=False).distinct().order_by("pk"):
        enqueue(verify_trials, organisation_id=organisation.pk)


@task()
def verify_trials(organisation_id: int) -> None:
    """Settles what was shown and told since yesterday, then verifies every trial of an organisation."""
    from afteraction.web.experiments import watching

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        watching.watch(organisation=organisation, now=timezone.now())


@task()
def keep_trial_history(organisation_id: int) -> None:
    """Keeps what plans are computed from, of the newest data version."""
    from afteraction.web.experiments.history import keep_history

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        keep_history(organisation)
