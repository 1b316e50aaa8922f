"""Where leads lie that nobody has yet: a queue of each side, each with somebody who answers for it."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.leads.agreeing import answerable as answerable_for
from afteraction.web.leads.agreeing import people_here
from afteraction.web.leads.models import LeadQueue
from afteraction.web.leads.models.agreement import Side
from afteraction.web.people.models import Organisation, Team, User
from afteraction.web.people.roles import Right, may

NAMES: Final = {Side.SALES: "Leads for sales", Side.MARKETING: "Marketing"}


@dataclass(frozen=True)
class Queues:
    """The queue of each side, by their keys."""

    sales: int
    marketing: int


def queues_of(organisation: Organisation) -> Queues | None:
    """The queues, made when they are first asked for; whoever answers for one and has left is replaced.

    None where the organisation has nobody yet who could answer for them.
    """
    sales, marketing = (_queue(organisation, side) for side in (Side.SALES, Side.MARKETING))
    return Queues(sales.pk, marketing.pk) if sales and marketing else None


def _queue(organisation: Organisation, side: Side) -> LeadQueue | None:
    found = LeadQueue.objects.filter(organisation=organisation, name=NAMES[side]).select_related("answerable").first()
    if found is not None and found.answerable.is_active:
        return found
    person = answerable_for(organisation, side)
    if person is None:
        return found
    if found is not None:
        found.answerable = person
        found.save(update_fields=["answerable"])
        return found
    made, _new = LeadQueue.objects.get_or_create(
        organisation=organisation,
        name=NAMES[side],
        defaults={"answerable": person, "of_marketing": side is Side.MARKETING},
    )
    return made


@transaction.atomic
def save_queue(*, by: User, name: str, answerable: User, team: Team | None = None) -> LeadQueue:
    """A queue of sales for a team, with who answers for it; one of that name is changed. Raises `Refused`."""
    if not may(by, Right.OWN_LEADS):
        raise Refused(
            "someone who may not change queues", "marketing, a manager or sales operations", "ask one of them"
        )
    if not people_here(by.organisation).filter(pk=answerable.pk).exists():
        raise Refused(f"{answerable} to answer for a queue", "somebody of the organisation", "choose somebody else")
    if not name.strip():
        raise Refused("a queue without a name", "a name", "give it one")
    if LeadQueue.objects.filter(organisation=by.organisation, name=name.strip(), of_marketing=True).exists():
        raise Refused("the queue of marketing", "a queue of sales", "its owner answers for it, by the agreement")
    queue, _new = LeadQueue.objects.update_or_create(
        organisation=by.organisation, name=name.strip()[:100], defaults={"answerable": answerable, "team": team}
    )
    return queue
