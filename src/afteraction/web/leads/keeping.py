"""What time does: broken promises are taken further, owners who left are replaced, deals are followed.

Each step may run twice and does nothing the second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from afteraction.web.deals.models import Deal
from afteraction.web.leads import life
from afteraction.web.leads.agreeing import people_here, terms_of
from afteraction.web.leads.life import Place, S, Standing
from afteraction.web.leads.models import Lead, LeadEvent, LeadQueue
from afteraction.web.leads.queues import Queues, queues_of
from afteraction.web.leads.standing import WRITTEN, batched, put, standing_of
from afteraction.web.people.models import Organisation, User

FRESH: Final = timedelta(days=7)
"""Promises that were broken longer ago alarm nobody any more; they stay on the lists."""
_AT_ONCE: Final = 500
_WHO: Final = {life.MANAGER: "Taken to the manager", life.REFEREE: "Taken to the referee"}


@dataclass(frozen=True)
class Kept:
    """How many promises were taken further, and how many leads found a new place."""

    broken: int
    left: int


def keep_leads(*, organisation: Organisation, now: datetime) -> Kept:
    """Bring the leads of an organisation up to this moment."""
    queues = queues_of(organisation)
    if queues is None:
        return Kept(0, 0)
    _answerable_queues(organisation, queues)
    left = _owners_left(organisation, queues, now)
    return Kept(take_further(organisation=organisation, now=now), left)


def take_further(*, organisation: Organisation, now: datetime) -> int:
    """Take promises that were broken to the manager, then to the referee."""
    terms = terms_of(organisation)
    late = Lead.objects.filter(
        organisation=organisation, state=S.ASSIGNED.value, answered_at=None, due_at__lt=now, due_at__gt=now - FRESH
    )

    def move(at: Standing) -> Standing:
        return life.tick(at, terms, now)

    return _each(late.filter(level__lt=life.REFEREE), move, LeadEvent.Kind.BROKEN, now)


def follow_deals(*, organisation: Organisation, now: datetime) -> int:
    """Leads whose deal has ended since are won, or not."""
    terms, moved = terms_of(organisation), 0
    waiting = Lead.objects.filter(organisation=organisation, state=S.CONVERTED.value).exclude(deal_id="")
    pairs = list(waiting.values_list("pk", "deal_id"))
    for part in batched(pairs, _AT_ONCE):
        ended = Deal.objects.filter(organisation=organisation, deal_id__in=[deal for _key, deal in part])
        deals = {each.deal_id: each for each in ended.exclude(outcome="open")}
        keys = [key for key, deal in part if deal in deals]

        def move(at: Standing, deals: dict[str, Deal] = deals) -> Standing:
            deal = deals[at.deal_id]
            return life.as_deal(at, terms, deal.deal_id, deal.outcome, now, deal.closed_at)

        moved += _each(Lead.objects.filter(pk__in=keys, state=S.CONVERTED.value), move, LeadEvent.Kind.RECORD, now)
    return moved


def owners_came(*, organisation: Organisation, now: datetime) -> int:
    """Leads that the record says are somebody's who has come here since are theirs; how many."""
    people = people_here(organisation).exclude(owner_name="")
    keys = {name: key for key, name in people.values_list("pk", "owner_name")}
    theirs = Lead.objects.filter(organisation=organisation, owner=None, owned_at__isnull=False, owner_name__in=keys)
    moved = 0
    for name in theirs.exclude(state__in=list(life.OF_MARKETING)).values_list("owner_name", flat=True).distinct():

        def move(at: Standing, to: Place = Place(owner=keys[name])) -> Standing:  # noqa: B008  # of this name
            return life.reassign(at, to, now)

        moved += _each(theirs.filter(owner_name=name), move, LeadEvent.Kind.REASSIGNED, now)
    return moved


def _owners_left(organisation: Organisation, queues: Queues, now: datetime) -> int:
    """Leads of people who may not come in any more lie in the queue of their side."""
    people = list(User.objects.filter(organisation=organisation, is_active=False).values_list("pk", flat=True))
    gone = Lead.objects.filter(organisation=organisation, owner__in=people)

    def move(at: Standing) -> Standing:
        side = queues.marketing if at.state in life.OF_MARKETING else queues.sales
        return life.owner_left(at, Place(queue=side), now)

    return _each(gone, move, LeadEvent.Kind.OWNER_LEFT, now)


def _answerable_queues(organisation: Organisation, queues: Queues) -> None:
    """A queue whose answerable person left is answered for by whoever answers for its side."""
    of_side = {
        each.pk: each.answerable_id for each in LeadQueue.objects.filter(pk__in=[queues.sales, queues.marketing])
    }
    for queue in LeadQueue.objects.filter(organisation=organisation, answerable__is_active=False):
        queue.answerable_id = of_side[queues.marketing if queue.of_marketing else queues.sales]
        queue.save(update_fields=["answerable"])


def _each(leads: "QuerySet[Lead]", move: Callable[[Standing], Standing], kind: LeadEvent.Kind, now: datetime) -> int:
    """Move leads on, many at a time; how many moved."""
    moved = 0
    for part in batched(list(leads.order_by("pk").values_list("pk", flat=True)), _AT_ONCE):
        moved += _some(part, leads, move, kind, now)
    return moved


@transaction.atomic
def _some(
    keys: Sequence[int],
    leads: "QuerySet[Lead]",
    move: Callable[[Standing], Standing],
    kind: LeadEvent.Kind,
    now: datetime,
) -> int:
    changed, events = [], []
    # Asked again: somebody may have moved one since.
    for lead in leads.filter(pk__in=keys).select_for_update(of=("self",)):
        before = standing_of(lead)
        after = move(before)
        if after == before:
            continue
        put(lead, after)
        changed.append(lead)
        why = _WHO.get(after.level, "") if kind is LeadEvent.Kind.BROKEN else ""
        events.append(
            LeadEvent(lead=lead, kind=kind, before=before.state.value, after=after.state.value, why=why, at=now)
        )
    Lead.objects.bulk_update(changed, WRITTEN)
    LeadEvent.objects.bulk_create(events)
    return len(changed)
