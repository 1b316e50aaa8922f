"""Receipts: the newest seal of a ledger, mailed to owner and sponsor, where neither the database nor the home is.

A mailed seal proves what the ledger said that day: it is found in the chain, or the chain is not the one that was. Sent
when a protocol is signed, and when a trial ends, is decided or withdrawn; while it runs once a week.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.experiments.models import Experiment, LedgerEntry
from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import MayPass, enqueue
from afteraction.web.people.mailing import send_now

WEEK: Final = timedelta(days=7)


def ask_for(experiment: Experiment) -> None:
    """Has the newest seal mailed, each to a job of its own; in the transaction that made it."""
    from afteraction.web.experiments.ledger_tasks import mail_receipt

    entry = LedgerEntry.objects.filter(experiment=experiment).order_by("-place").first()
    if entry is None:
        return
    for person in {experiment.owner_id, experiment.sponsor_id} - {None}:
        enqueue(mail_receipt, entry_id=entry.pk, person_id=person)


def ask_for_weekly(*, now: datetime) -> int:
    """Has the newest seal mailed of every ledger that grew in the last week; how many ledgers."""
    grown = Experiment.objects.annotate(newest=Max("ledger__at")).filter(newest__gt=now - WEEK)
    for experiment in grown:
        with within(experiment.organisation_id):
            ask_for(experiment)
    return len(grown)


def mail(*, entry: LedgerEntry, person_id: int) -> None:
    """Mails a seal to someone of the trial. Raises `MayPass` where the server is down; what it never takes is left."""
    experiment = entry.experiment
    person = next((each for each in (experiment.owner, experiment.sponsor) if each and each.pk == person_id), None)
    if person is None or not person.is_active:
        return
    link = f"{settings.ADDRESS}{reverse('trial', args=[experiment.pk])}"
    about = {"person": person, "experiment": experiment, "entry": entry, "link": link}
    once = f"receipt {experiment.pk} {entry.digest} {person.pk}"
    try:
        send_now("experiments/mail/receipt", person.email, about, once=once)
    except MayPass:
        raise
    except Refused:
        return  # their address takes no mail: the other one has a receipt, and the file has it too
