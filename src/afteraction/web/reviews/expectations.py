"""What people expect of open deals: noted in a stage, changed as long as the deal is in it, then locked."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Expectation


@transaction.atomic
def expect(
    *,
    by: User,
    deal: Deal,
    chance: int,
    now: datetime,
    close_on: date | None = None,
    next_step: str = "",
    risk: str = "",
) -> Expectation:
    """Notes what someone expects of an open deal in the stage it is in; what they noted there before is replaced.

    `chance` in percent. Raises `Refused` when the deal has ended, is another's, or the chance is no percentage.
    """
    if deal.outcome != "open":
        raise Refused("a deal that has ended", "one that is open", "say in its review what you had expected")
    if not may_expect(by, deal):
        raise Refused("the deal of someone else", "one of your own", "ask its owner to note what they expect")
    if not 0 <= chance <= 100:
        raise Refused(f"a chance of {chance} %", "a whole number from 0 to 100")
    lock(organisation=by.organisation, now=now, deal_id=deal.deal_id)
    noted = {
        "chance": chance,
        "close_on": close_on,
        "next_step": next_step.strip()[:300],
        "risk": risk.strip()[:300],
        "changed_at": now,
    }
    made, _new = Expectation.objects.update_or_create(
        organisation=by.organisation,
        deal_id=deal.deal_id,
        person=by,
        stage=deal.stage,
        locked_at=None,
        defaults=noted,
        create_defaults=noted | {"made_at": now},
    )
    return made


def may_expect(user: User, deal: Deal) -> bool:
    """Whether someone may note what they expect of a deal: it is open, and their own."""
    own = bool(user.owner_name) and deal.owner == user.owner_name and deal.organisation_id == user.organisation_id
    return own and deal.outcome == "open" and user.is_active


def lock(*, organisation: Organisation, now: datetime, deal_id: str | None = None) -> int:
    """Locks what was noted in stages that the deals have left since, as the mirror has them; how many."""
    still = Deal.objects.filter(
        organisation=OuterRef("organisation"), deal_id=OuterRef("deal_id"), stage=OuterRef("stage"), outcome="open"
    )
    found = Expectation.objects.filter(organisation=organisation, locked_at=None)
    if deal_id is not None:
        found = found.filter(deal_id=deal_id)
    return found.exclude(Exists(still)).update(locked_at=now)


def expectations_of(organisation: Organisation, deal_id: str) -> "QuerySet[Expectation]":
    """What was noted about a deal, oldest first."""
    found = Expectation.objects.filter(organisation=organisation, deal_id=deal_id)
    return found.select_related("person").order_by("made_at", "id")
