"""Asking opens by itself, as reviews do: what reviews say is compared with what has been asked.

After every change of the record and by schedule each review within the rules gets an `Asking`; the preview runs, then
the mails leave, the reminder follows, links end. Doing it twice does nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from afteraction.analysis.review_sampling import lot
from afteraction.web.buyers.models import Asking, Draft, Invitation, Programme
from afteraction.web.buyers.models.asking import OPEN_STATES
from afteraction.web.buyers.people_of_buyers import Contact, contacts_of
from afteraction.web.buyers.programme import programme_of
from afteraction.web.buyers.unsubscribing import unsubscribed
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.models import Review

_BATCH: Final = 500
_COUNTRIES: Final = {"de": "de", "at": "de", "fr": "fr", "es": "es", "mx": "es", "ar": "es"}
"""The language that the end of an address suggests, where the programme has it."""
State = Asking.State


@dataclass(frozen=True)
class Followed:
    """What came of a comparison: deals to be asked about, without an address, not drawn, taken back; links ended."""

    opened: int = 0
    nobody: int = 0
    left_out: int = 0
    taken_back: int = 0
    expired: int = 0


@transaction.atomic
def follow_reviews(*, organisation: Organisation, now: datetime) -> Followed:
    """Brings the askings of an organisation in line with its reviews; sends nothing itself."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # two at once would open the same asking
    programme = programme_of(organisation)
    taken_back, expired = _take_back(organisation), _expire(organisation, now)
    made: list[Asking] = []
    if programme.is_on and programme.since is not None:
        unasked = _unasked(programme)
        while reviews := list(unasked[:_BATCH]):
            made += _open(programme, reviews, now)
    counts = {state: sum(asking.state == state for asking in made) for state in State}
    return Followed(counts[State.PREVIEW], counts[State.NOBODY], counts[State.LEFT_OUT], taken_back, expired)


def due_askings(organisation: Organisation, *, now: datetime) -> "QuerySet[Asking]":
    """Those whose preview is over, while asking is on."""
    if not programme_of(organisation).is_on:
        return Asking.objects.none()
    return Asking.objects.filter(organisation=organisation, state=State.PREVIEW, send_after__lte=now)


def due_invitations(organisation: Organisation) -> "QuerySet[Invitation]":
    """Invitations of asked deals whose mail has not left."""
    if not programme_of(organisation).is_on:
        return Invitation.objects.none()
    return Invitation.objects.filter(
        asking__organisation=organisation, asking__state=State.ASKED, state=Invitation.State.PREVIEW
    )


def due_reminders(organisation: Organisation, *, now: datetime) -> "QuerySet[Invitation]":
    """Invitations that get their one reminder now."""
    programme = programme_of(organisation)
    if not programme.is_on or not programme.remind_days:
        return Invitation.objects.none()
    return Invitation.objects.filter(
        asking__organisation=organisation,
        asking__state=State.ASKED,
        state=Invitation.State.SENT,
        sent_at__lte=now - timedelta(days=programme.remind_days),
        expires_at__gt=now,
    )


def _unasked(programme: Programme) -> "QuerySet[Review]":
    """The reviews of closings within the rules that nothing has been decided about, oldest first."""
    found = Review.objects.filter(
        organisation=programme.organisation, ended_at=None, closed_at__gte=programme.since,
        outcome__in=programme.outcomes,
    )  # fmt: skip
    if programme.above is not None:
        found = found.filter(amount__gte=programme.above)
    return found.exclude(Exists(Asking.objects.filter(review=OuterRef("pk")))).order_by("pk")


def _open(programme: Programme, reviews: list[Review], now: datetime) -> list[Asking]:
    drawn = {review.pk: lot(review.deal_id, programme.seed) < programme.share / 100 for review in reviews}
    contacts = _contacts(programme, [review for review in reviews if drawn[review.pk]])
    askings = []
    for review in reviews:
        asking = Asking(organisation=programme.organisation, review=review, opened_at=now)
        if not drawn[review.pk]:
            asking.state, asking.weight = State.LEFT_OUT, 0.0
        else:
            asking.state = State.PREVIEW if contacts.get(review.deal_id) else State.NOBODY
            asking.weight = 100 / programme.share
            asking.send_after = end_of_preview(programme, review, now)
        askings.append(asking)
    Asking.objects.bulk_create(askings)
    Invitation.objects.bulk_create(
        Invitation(
            asking=asking,
            name=contact.name[:200],
            email=contact.email,
            job=contact.job[:200],
            language=language_for(programme, contact.email),
        )
        for asking in askings
        if asking.state == State.PREVIEW
        for contact in contacts[asking.review.deal_id]
    )
    return askings


def end_of_preview(programme: Programme, review: Review, now: datetime) -> datetime:
    """When the mail leaves: some days after the closing, never before the preview has lasted its hours."""
    return max(review.closed_at + timedelta(days=programme.wait_days), now + timedelta(hours=programme.preview_hours))


def language_for(programme: Programme, email: str) -> str:
    """The language in which someone is asked first; every page offers the others."""
    guess = _COUNTRIES.get(email.rpartition(".")[2], "")
    return guess if guess in programme.languages else programme.languages[0]


def _contacts(programme: Programme, reviews: list[Review]) -> dict[str, list[Contact]]:
    """Whom to ask about each deal: some people at most, none of whom ever said no."""
    organisation, ids = programme.organisation, [review.deal_id for review in reviews]
    deals = Deal.objects.filter(organisation=organisation, deal_id__in=ids).values_list("deal_id", "account_id")
    found = contacts_of(organisation, deals)
    never = unsubscribed(organisation, {contact.email for them in found.values() for contact in them})
    kept = {deal: [each for each in them if each.email not in never] for deal, them in found.items()}
    return {
        deal: [each for each in them if len(each.email) <= 254][: programme.most_people] for deal, them in kept.items()
    }


def _take_back(organisation: Organisation) -> int:
    """Ends what was asked about closings that are no more. What was answered stays."""
    gone = Asking.objects.filter(organisation=organisation, state__in=(State.PREVIEW, State.ASKED, State.NOBODY))
    gone = gone.filter(~Q(review__ended_at=None) | Q(review__state=Review.State.WITHDRAWN))
    keys = list(gone.values_list("pk", flat=True))
    for some in batched_keys(keys):
        open_ = Invitation.objects.filter(asking__in=some, state__in=(Invitation.State.PREVIEW, *OPEN_STATES))
        Draft.objects.filter(invitation__in=open_).delete()
        open_.update(state=Invitation.State.EXPIRED)
        Asking.objects.filter(pk__in=some).update(state=State.WITHDRAWN)
    return len(keys)


def _expire(organisation: Organisation, now: datetime) -> int:
    over = Invitation.objects.filter(asking__organisation=organisation, state__in=OPEN_STATES, expires_at__lte=now)
    Draft.objects.filter(invitation__in=over).delete()
    return over.update(state=Invitation.State.EXPIRED)


def batched_keys(keys: list[int]) -> Iterator[list[int]]:
    """Keys, some at a time: a query takes only so many."""
    return (keys[first : first + _BATCH] for first in range(0, len(keys), _BATCH))
