"""How an agreement comes about: proposed with a reason, signed by the owners of both sides, in force once both have.

1. Somebody proposes a version. What they wrote and who stands for it is hashed, and kept with what it would have meant
   for the leads of the last quarter; none of it is changed afterwards.
2. Each side's owner signs that hash. A signature cannot be taken back: another version is proposed instead.
3. With the second signature it is in force, and the one before it is replaced.

What was promised before stays promised: no deadline that runs is moved by a new agreement.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from afteraction.errors import NotEnoughData, Refused
from afteraction.web.leads.agreeing import people_here
from afteraction.web.leads.models import Agreement, Signature
from afteraction.web.leads.models.agreement import Side
from afteraction.web.leads.queues import queues_of
from afteraction.web.leads.terms import Terms
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may

State = Agreement.State
OWNERS: Final = {Side.MARKETING: "marketing_owner", Side.SALES: "sales_owner"}


@dataclass(frozen=True)
class Stands:
    """Who stands for an agreement: the owner of each side, the referee who decides, the sponsor who backs it."""

    marketing_owner: User
    sales_owner: User
    referee: User
    sponsor: User

    def keys(self) -> dict[str, int]:
        """Their keys, as they are hashed."""
        return {name: person.pk for name, person in vars(self).items()}

    def problems(self, organisation: Organisation) -> list[str]:
        """Why these people cannot stand for it."""
        found = [
            f"{person} is not of the organisation, or may not come in"
            for person in vars(self).values()
            if not people_here(organisation).filter(pk=person.pk).exists()
        ]
        if self.marketing_owner == self.sales_owner:
            found.append(f"{self.marketing_owner} would sign for both sides")
        if self.referee in (self.marketing_owner, self.sales_owner):
            found.append(f"{self.referee} would be referee of their own side")
        return found


@transaction.atomic
def propose(*, by: User, terms: Terms, stands: Stands, reason: str, now: datetime) -> Agreement:
    """Proposes a version. Raises `Refused` with every problem."""
    from afteraction.web.leads.trying import kinds_on_record, try_terms

    if not may(by, Right.OWN_LEADS):
        raise Refused("someone who may not propose it", "marketing, a manager or sales operations", "ask one of them")
    organisation = by.organisation
    problems = stands.problems(organisation)
    if not reason.strip():
        problems.append("no reason is given")
    if problems:
        raise Refused("; ".join(problems), "two owners, a referee apart from them, a sponsor, and why", "correct that")
    terms.checked(kinds_on_record(organisation, terms))
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # numbers follow one another
    digest = terms.digest(stands.keys())
    there = Agreement.objects.filter(organisation=organisation, digest=digest, state=Agreement.State.PROPOSED).first()
    if there is not None:
        raise Refused(f"what version {there.version} proposes", "another agreement", "sign that version, or change it")
    last = Agreement.objects.filter(organisation=organisation).aggregate(last=Max("version"))["last"] or 0
    tried = try_terms(organisation, terms)
    history = {"refused": tried.reason} if isinstance(tried, NotEnoughData) else tried.written()
    return Agreement.objects.create(
        organisation=organisation,
        version=last + 1,
        terms=terms.written(),
        digest=digest,
        reason=reason.strip(),
        history=history,
        **vars(stands),
        proposed_by=by,
        proposed_at=now,
    )


@transaction.atomic
def sign(*, by: User, agreement: Agreement, now: datetime) -> Agreement:
    """The owner of a side signs; with both signatures it is in force. Signing twice changes nothing."""
    agreement = _proposed(by, agreement)
    side = side_of(by, agreement)
    if side is None:
        raise Refused(f"{by}", f"{agreement.marketing_owner} or {agreement.sales_owner}", "ask them to sign")
    if Terms.read(agreement.terms).digest(_stands(agreement)) != agreement.digest:
        raise Refused("an agreement that was changed after it was proposed", "the one proposed", "propose it again")
    defaults = {"person": by, "digest": agreement.digest, "at": now}
    Signature.objects.get_or_create(agreement=agreement, side=side, defaults=defaults)
    if agreement.signatures.count() == len(Side):
        _take_effect(agreement, now)
    return agreement


@transaction.atomic
def withdraw(*, by: User, agreement: Agreement, now: datetime) -> Agreement:
    """Takes back what was proposed: for whoever did, and for both owners."""
    agreement = _proposed(by, agreement)
    if by.pk not in (agreement.proposed_by_id, agreement.marketing_owner_id, agreement.sales_owner_id):
        raise Refused(f"{by}", "whoever proposed it, or an owner", "ask them")
    agreement.state, agreement.ended_at = State.WITHDRAWN, now
    agreement.save(update_fields=["state", "ended_at"])
    return agreement


def side_of(user: User, agreement: Agreement) -> Side | None:
    """For which side someone signs; None for neither."""
    return next((side for side, name in OWNERS.items() if getattr(agreement, f"{name}_id") == user.pk), None)


def _take_effect(agreement: Agreement, now: datetime) -> None:
    Agreement.objects.filter(organisation=agreement.organisation_id, state=State.IN_FORCE).update(
        state=State.REPLACED, ended_at=now
    )
    agreement.state, agreement.in_force_at = State.IN_FORCE, now
    agreement.save(update_fields=["state", "in_force_at"])
    queues_of(agreement.organisation)


def _stands(agreement: Agreement) -> dict[str, int]:
    return {name: getattr(agreement, f"{name}_id") for name in ("marketing_owner", "sales_owner", "referee", "sponsor")}


def _proposed(by: User, agreement: Agreement) -> Agreement:
    found = Agreement.objects.select_for_update().filter(organisation=by.organisation_id, pk=agreement.pk).first()
    if found is None or found.state != State.PROPOSED:
        raise Refused("no agreement that waits for signatures", "one that was proposed", "look at the versions")
    return found
