"""Leads that are made here, not imported: of a trigger event that somebody acts on. The record does not know them."""

from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.leads import life
from afteraction.web.leads.agreeing import terms_of
from afteraction.web.leads.life import Place
from afteraction.web.leads.models import Lead, LeadEvent
from afteraction.web.leads.queues import queues_of
from afteraction.web.leads.search import words_of
from afteraction.web.leads.standing import put
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

HERE: Final = "here:"
"""How the id of a lead begins that was made here: an import does not take it for one that the record has lost."""


@transaction.atomic
def make_lead(
    *, by: User, key: str, source: str, campaign: str, account: str, account_name: str, why: str, now: datetime
) -> Lead:
    """A lead of an account; who works leads has it at once, others lay it into the queue of sales.

    `key` names what it is made of: the same one twice is the same lead. Raises `Refused` for who may do neither.
    """
    if not (may(by, Right.WORK_LEADS) or may(by, Right.OWN_LEADS)):
        raise Refused("someone who has no leads", "a rep, a manager, marketing or operations", "ask one of them")
    queues = queues_of(by.organisation)
    assert queues is not None  # noqa: S101  # whoever asks may come in, so somebody is there
    known = Lead.objects.filter(organisation=by.organisation, lead_id=f"{HERE}{key}").first()
    if known is not None:
        return known
    terms = terms_of(by.organisation)
    came = life.came_in(terms, Place(queue=queues.marketing), now, now)
    place = Place(owner=by.pk) if may(by, Right.WORK_LEADS) else Place(queue=queues.sales)
    standing = life.hand_over(came, terms, place, now)
    lead = Lead(
        organisation=by.organisation, lead_id=f"{HERE}{key}", source=source[:80], campaign=campaign[:80],
        account=account[:300], account_name=account_name[:300], came_at=now,
        search_words=words_of("", account_name, f"{HERE}{key}", campaign),
        owner_name=by.owner_name if place.owner else "", team=by.team.name if place.owner and by.team else "",
    )  # fmt: skip
    put(lead, standing)
    lead.save()
    LeadEvent.objects.create(
        lead=lead, kind=LeadEvent.Kind.HANDED, after=lead.state, person=by, why=why[:500], at=now,
        detail={"source": source},
    )  # fmt: skip
    return lead
