"""Addresses that are never written to again, by an organisation, whatever is imported or typed in later."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from afteraction.web.buyers.models import Draft, Invitation, Unsubscribed
from afteraction.web.people.models import Organisation

State = Invitation.State


def address_hash(organisation: Organisation, email: str) -> str:
    """What is kept of an address: it can be recognised, not read."""
    return hashlib.sha256(f"{organisation.pk}\n{email.strip().casefold()}".encode()).hexdigest()


def unsubscribed(organisation: Organisation, emails: Iterable[str]) -> set[str]:
    """Which of these addresses must not be written to."""
    hashes = {address_hash(organisation, email): email for email in emails}
    found = Unsubscribed.objects.filter(organisation=organisation, address_hash__in=list(hashes))
    return {hashes[each] for each in found.values_list("address_hash", flat=True)}


@transaction.atomic
def unsubscribe(*, invitation: Invitation, now: datetime) -> None:
    """Never writes to the address of an invitation again; its open invitations of all deals end."""
    organisation = invitation.asking.organisation
    Unsubscribed.objects.get_or_create(
        organisation=organisation,
        address_hash=address_hash(organisation, invitation.email),
        defaults={"at": now},
    )
    same = Invitation.objects.filter(asking__organisation=organisation, email__iexact=invitation.email)
    ended = same.filter(state__in=(State.PREVIEW, State.SENT, State.REMINDED))
    Draft.objects.filter(invitation__in=ended).delete()
    ended.update(state=State.UNSUBSCRIBED)
