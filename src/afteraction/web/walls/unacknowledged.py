"""What nobody has acknowledged yet: deserved wins and good risks of the last weeks, for those who lead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import as_of
from afteraction.web.people.models import Role, User
from afteraction.web.walls.models import DealRisk, Recognition, Thanks

AFTER: Final = timedelta(days=7)
"""A deal that ended so long ago without a word is mentioned ..."""
UNTIL: Final = timedelta(days=60)
"""... until so long after: later nobody remembers what was done."""
_LOOKED_AT: Final = 1_000
"""Deals that ended last and are looked through: who leads more than that has enough to acknowledge among them."""
LEADERS: Final = (Role.MANAGER, Role.EXECUTIVE)


@dataclass(frozen=True)
class Unacknowledged:
    """A deal that deserves a word: whose it is, and the good risk, if it was one."""

    deal: Deal
    person: User
    risk: DealRisk | None


def unacknowledged(user: User, *, now: datetime, most: int = 5) -> list[Unacknowledged]:
    """Deals of someone's team, of everyone where they have none, that were well won or a good risk, and got no word.

    A recognition of the deal is a word, and so is a leader's thanks for what its rep shared. Good risks that were not
    won come first: they are the ones that are forgotten. Days are counted to the newest date of the record.
    """
    until = as_of(user.organisation)
    if user.role not in LEADERS or until is None:
        return []
    until = min(until, now)
    of = {"organisation": user.organisation, "deal_id": OuterRef("deal_id")}
    good = DealRisk.objects.filter(**of, verdict="good")
    thanks = Thanks.objects.filter(
        entry__organisation=user.organisation, entry__deal_id=OuterRef("deal_id"), person__role__in=LEADERS
    )
    owners = User.objects.filter(organisation=user.organisation, is_active=True, owner_name=OuterRef("owner"))
    found = Deal.objects.filter(organisation=user.organisation, closed_at__range=(until - UNTIL, until - AFTER))
    found = found.filter(last_event_at__gte=until - UNTIL)  # it is no earlier than the end, and there is an index of it
    if user.team is not None:
        found = found.filter(team=user.team.name)
    newest = list(
        found.exclude(outcome="open").order_by("-last_event_at", "-id").values_list("pk", flat=True)[:_LOOKED_AT]
    )
    found = (
        Deal.objects.filter(pk__in=newest)
        .exclude(owner="")
        .filter(Q(box="deserved_win") | Exists(good))
        .filter(Exists(owners.exclude(pk=user.pk)))
        .exclude(Exists(Recognition.objects.filter(**of)))
        .exclude(Exists(thanks))
    )
    lost_first = Case(When(outcome="won", then=Value(1)), default=Value(0), output_field=IntegerField())
    deals = list(found.order_by(lost_first, "-closed_at", "pk")[:most])
    people = {
        each.owner_name: each
        for each in User.objects.filter(
            organisation=user.organisation, is_active=True, owner_name__in=[deal.owner for deal in deals]
        )
    }
    risks = {
        risk.deal_id: risk
        for risk in DealRisk.objects.filter(
            organisation=user.organisation, deal_id__in=[deal.deal_id for deal in deals], verdict="good"
        )
    }
    return [Unacknowledged(deal, people[deal.owner], risks.get(deal.deal_id)) for deal in deals if deal.owner in people]
