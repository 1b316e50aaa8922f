"""Reviews open by themselves: what the mirror of deals says is compared with the reviews there are.

Nothing listens for a deal that closes. After every change of the record, whatever made it, each deal that has ended
and whose end has no review gets one; so no path can close a deal without. Doing it twice does nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Review, ReviewRules
from afteraction.web.reviews.rules import rules_of, weight_of

_BATCH: Final = 500
_ENDS: Final = ("won", "lost", "no_decision")
_COPIED: Final = (
    "outcome", "closed_at", "name", "account_name", "owner", "owner_name", "team", "segment", "amount", "currency",
    "lost_reason",
)  # fmt: skip
M = TypeVar("M", bound=Model)
State = Review.State


@dataclass(frozen=True)
class Opened:
    """What came of a comparison: reviews opened, deals left out by the draw, closings taken back, reviews corrected."""

    opened: int = 0
    left_out: int = 0
    taken_back: int = 0
    corrected: int = 0


@transaction.atomic
def open_reviews(*, organisation: Organisation, now: datetime) -> Opened:
    """Brings the reviews of an organisation in line with its mirrored deals."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # two at once would open the same review
    rules = rules_of(organisation, now=now)
    taken_back, corrected = _take_back(organisation, now), _correct(organisation)
    people = _people(organisation)
    opened = left_out = 0
    for deals in _batches(unreviewed(organisation, rules)):
        earlier = _earlier(organisation, [deal.deal_id for deal in deals])
        made = [_review(rules, deal, earlier.get(deal.deal_id, 0) + 1, people, now) for deal in deals]
        Review.objects.bulk_create(made)
        left_out += sum(review.state == State.LEFT_OUT for review in made)
        opened += sum(review.state == State.DUE for review in made)
    return Opened(opened, left_out, taken_back, corrected)


def _standing(organisation: Organisation) -> "QuerySet[Review]":
    """The reviews of closings that still stand."""
    return Review.objects.filter(organisation=organisation, ended_at=None)


def _take_back(organisation: Organisation, now: datetime) -> int:
    """Ends the closings that are no more: the deal was opened again, ended otherwise, or has left the record."""
    same = Deal.objects.filter(
        organisation=OuterRef("organisation"), deal_id=OuterRef("deal_id"), outcome=OuterRef("outcome")
    )
    keys = list(_standing(organisation).exclude(Exists(same)).values_list("pk", flat=True))
    for first in range(0, len(keys), _BATCH):
        ended = Review.objects.filter(pk__in=keys[first : first + _BATCH])
        ended.update(ended_at=now)
        ended.filter(state__in=(State.DUE, State.LEFT_OUT)).update(state=State.WITHDRAWN)
    return len(keys)


def _correct(organisation: Organisation) -> int:
    """Takes over what was corrected in the record about deals whose review is still to do."""
    people = _people(organisation)
    corrected = 0
    for reviews in _batches(_standing(organisation).filter(state=State.DUE)):
        wanted = [review.deal_id for review in reviews]
        deals = {deal.deal_id: deal for deal in Deal.objects.filter(organisation=organisation, deal_id__in=wanted)}
        changed = [review for review in reviews if _follow(review, deals[review.deal_id], people)]
        Review.objects.bulk_update(changed, [*_COPIED, "person"])
        corrected += len(changed)
    return corrected


def _follow(review: Review, deal: Deal, people: dict[str, int]) -> bool:
    """Makes a review say what its deal says now; whether that changed it."""
    now = _copy(deal) | {"person_id": people.get(deal.owner), "closed_at": deal.closed_at or review.closed_at}
    before = {name: getattr(review, name) for name in now}
    for name, value in now.items():
        setattr(review, name, value)
    return before != now


def unreviewed(organisation: Organisation, rules: ReviewRules) -> "QuerySet[Deal]":
    """The deals that ended, within the rules, and whose end has no review."""
    reviewed = _standing(organisation).filter(deal_id=OuterRef("deal_id"))
    # A record may leave the date of an end open: then that of its last event, and none at all is no way around.
    within = Q(closed_at__gte=rules.since) | Q(closed_at=None) & (
        Q(last_event_at__gte=rules.since) | Q(last_event_at=None)
    )
    ended = Deal.objects.filter(within, organisation=organisation, outcome__in=_ENDS)
    return ended.exclude(Exists(reviewed))


def _review(rules: ReviewRules, deal: Deal, closing: int, people: dict[str, int], now: datetime) -> Review:
    weight = weight_of(rules, deal.deal_id, deal.amount)
    return Review(
        organisation_id=deal.organisation_id,
        deal_id=deal.deal_id,
        closing=closing,
        person_id=people.get(deal.owner),
        weight=weight or 0.0,
        state=State.LEFT_OUT if weight is None else State.DUE,
        opened_at=now,
        due_on=(now + timedelta(days=rules.due_days)).date(),
        **_copy(deal) | {"closed_at": deal.closed_at or deal.last_event_at or now},
    )


def _copy(deal: Deal) -> dict[str, object]:
    return {name: getattr(deal, name) for name in _COPIED}


def _earlier(organisation: Organisation, deal_ids: list[str]) -> dict[str, int]:
    """How often each of these deals had ended before."""
    found = Review.objects.filter(organisation=organisation, deal_id__in=deal_ids)
    return dict(found.values_list("deal_id").annotate(Max("closing")))


def _people(organisation: Organisation) -> dict[str, int]:
    """Who stands behind the owners of the record."""
    known = User.objects.filter(organisation=organisation, is_active=True).exclude(owner_name="")
    return dict(known.values_list("owner_name", "pk"))


def _batches(found: "QuerySet[M]") -> Iterator[list[M]]:
    """All of it, some at a time, by key: what was done with one batch does not disturb the next."""
    last = 0
    while batch := list(found.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = batch[-1].pk
        yield batch
