"""The daily watch over trials: what was shown is settled, everything is verified, and what is found is told by mail."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.experiments import settled
from afteraction.web.experiments.found import Tampering
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import Experiment, Exposure, LedgerEntry, Protocol
from afteraction.web.experiments.verifying import Verified, verify_all
from afteraction.web.jobs.services import MayPass
from afteraction.web.people.mailing import send_now
from afteraction.web.people.models import Organisation, Role, User


def watch(*, organisation: Organisation, now: datetime) -> Verified:
    """Settles new exposures, verifies every trial, and mails owner, sponsor and admins where something is grave."""
    for experiment in Experiment.objects.filter(organisation=organisation, state=Experiment.State.RUNNING):
        settle_exposures(experiment=experiment, now=now)
    found = verify_all(organisation)
    for experiment, what in found.trials:
        grave = [each for each in what if each.grave]
        if grave:
            _warn(experiment, grave, now)
    return found


@transaction.atomic
def settle_exposures(*, experiment: Experiment, now: datetime) -> None:
    """Writes into the ledger who was shown what, and what they told, since it was last done. Nothing new, no entry."""
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    for protocol in locked.protocols.exclude(locked_at=None):
        rows = list(Exposure.objects.filter(protocol=protocol, at__lte=now))
        content = settled.of_exposures(protocol, _unsettled(locked, protocol, rows), now)
        if content["rows"]:
            append(locked, Kind.EXPOSED, content, now)


def _unsettled(experiment: Experiment, protocol: Protocol, rows: list[Exposure]) -> list[Exposure]:
    """Those that came, or were told of, after the last entry."""
    last = LedgerEntry.objects.filter(experiment=experiment, kind=Kind.EXPOSED).order_by("-place")
    until = next((each.at for each in last if f'"protocol":{protocol.version},' in each.content), None)
    if until is None:
        return rows
    return [each for each in rows if each.at > until or (each.told_at is not None and each.told_at > until)]


def _warn(experiment: Experiment, grave: list[Tampering], now: datetime) -> None:
    """One mail a day and person, in the same words: mail programs know a second copy by its Message-ID."""
    admins = User.objects.filter(organisation=experiment.organisation, role=Role.ADMIN, is_active=True)
    people = {each.pk: each for each in (experiment.owner, experiment.sponsor, *admins) if each and each.is_active}
    link = f"{settings.ADDRESS}{reverse('trial', args=[experiment.pk])}"
    for person in people.values():
        about = {"person": person, "experiment": experiment, "found": grave, "link": link}
        try:
            send_now("experiments/mail/tampered", person.email, about, once=f"tampered {experiment.pk} {now.date()}")
        except MayPass:
            raise
        except Refused:
            continue  # an address that takes no mail; the pages say it too
