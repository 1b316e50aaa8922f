"""Leads and an agreement, as tests need them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import Cast

from afteraction.web.leads import agreement_services as agreements
from afteraction.web.leads.life import S
from afteraction.web.leads.models import Agreement, Lead, LeadIndex, LeadQueue
from afteraction.web.leads.models.agreement import Side
from afteraction.web.leads.queues import NAMES, queues_of
from afteraction.web.leads.search import words_of
from afteraction.web.leads.terms import Terms
from afteraction.web.people.models import User

NOW = datetime(2026, 3, 24, 10, tzinfo=UTC)
"""A Tuesday morning, within business hours."""


def queue(cast: Cast, *, of_marketing: bool = False) -> LeadQueue:
    """The queue of a side."""
    queues_of(cast.organisation)
    name = NAMES[Side.MARKETING if of_marketing else Side.SALES]
    return LeadQueue.objects.get(organisation=cast.organisation, name=name)


def lead(cast: Cast, lead_id: str = "l1", owner: User | None = None, state: str = S.ASSIGNED, **fields: Any) -> Lead:
    """A lead that was handed over ten minutes ago; to nobody yet unless it has an owner."""
    LeadIndex.objects.get_or_create(organisation=cast.organisation, defaults={"version": 1})
    handed = NOW - timedelta(minutes=10)
    of_marketing = state in (S.NEW, S.RETURNED, S.NURTURING)
    clocked = {"handed_at": handed, "due_at": handed + timedelta(hours=1)} if not of_marketing else {}
    content: dict[str, Any] = {
        "person_name": f"Lead {lead_id}",
        "source": "Website",
        "campaign": "Guide",
        "came_at": NOW - timedelta(hours=1),
        "state": str(state),
        "owner": owner,
        "owned_at": handed if owner else None,
        "queue": None if owner else queue(cast, of_marketing=of_marketing),
        "team": owner.team.name if owner and owner.team else "",
        "next_at": handed + timedelta(hours=1),
        "since": handed,
        **clocked,
    }
    told = content | fields
    words = words_of(*(str(told.get(name, "")) for name in ("person_name", "account_name")), lead_id, told["campaign"])
    return Lead.objects.create(organisation=cast.organisation, lead_id=lead_id, search_words=words, **told)


def stands(cast: Cast) -> agreements.Stands:
    return agreements.Stands(cast.marketer, cast.manager, cast.operations, cast.executive)


def agreed(cast: Cast, now: datetime = NOW - timedelta(days=30), **changed: Any) -> Agreement:
    """An agreement that both owners signed."""
    terms = Terms(**changed)
    made = agreements.propose(by=cast.marketer, terms=terms, stands=stands(cast), reason="So that we know.", now=now)
    for person in (cast.marketer, cast.manager):
        made = agreements.sign(by=person, agreement=made, now=now)
    return made
