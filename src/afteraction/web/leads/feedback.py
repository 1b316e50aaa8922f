"""What came back is answered: marketing says what it changed, and whoever gave the feedback is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from afteraction.errors import Refused
from afteraction.web.leads import life
from afteraction.web.leads.agreeing import terms_of
from afteraction.web.leads.models import Lead, LeadEvent, MarketingAnswer, Notice, Returned
from afteraction.web.leads.standing import WRITTEN, batched, put, standing_of
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

SHOWN: Final = timedelta(days=400)
NURTURE, BURY = "nurture", "bury"
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Group:
    """Returned leads alike, that wait for an answer: `late` of them since longer than was promised."""

    reason: str
    source: str
    campaign: str
    leads: int
    late: int
    oldest: datetime
    due: datetime
    people: int


def waiting(user: User) -> "QuerySet[Returned]":
    """What came back and waits for an answer."""
    found = Returned.objects.filter(organisation=user.organisation, answer=None)
    return found if may(user, Right.SEE_LEADS) else found.none()


def groups(user: User, now: datetime) -> list[Group]:
    """What waits, by reason, source and campaign; what is due first comes first."""
    counted = waiting(user).values("reason", "source", "campaign").annotate(
        leads=Count("pk"),
        late=Count("pk", filter=Q(answer_by__lt=now)),
        oldest=Min("at"),
        due=Min("answer_by"),
        people=Count("person", distinct=True),
    )  # fmt: skip
    found = [Group(**row) for row in counted]
    return sorted(found, key=lambda each: (each.due, -each.leads, each.reason, each.source, each.campaign))


@transaction.atomic
def answer(
    *,
    by: User,
    reason: str,
    source: str,
    campaign: str,
    text: str,
    now: datetime,
    changed: bool = True,
    then: str = NURTURE,
) -> MarketingAnswer:
    """Answers everything alike that waits, and tells those who gave it. Raises `Refused` where nothing waits.

    `then` says what becomes of those leads that are still with marketing: nurtured, given up, or kept as they are.
    """
    if not may(by, Right.OWN_LEADS):
        raise Refused("someone who may not answer for marketing", "marketing, or sales operations", "ask one of them")
    if len(text.strip()) < 3:
        raise Refused("an answer without words", "what was changed, or why nothing was", "say it in a sentence")
    found = waiting(by).filter(reason=reason, source=source, campaign=campaign)
    rows = list(found.select_for_update().values_list("pk", "person", "lead__pk"))
    if not rows:
        raise Refused("nothing that waits for this answer", "returned leads without an answer", "look at the list")
    made = MarketingAnswer.objects.create(
        organisation=by.organisation,
        reason=reason,
        source=source,
        campaign=campaign,
        text=text.strip(),
        changed=changed,
        person=by,
        at=now,
    )
    for part in batched([key for key, _person, _lead in rows], _AT_ONCE):
        Returned.objects.filter(pk__in=list(part)).update(answer=made)
    _then(by, [lead for _key, _person, lead in rows], then, reason, now)
    people = {person for _key, person, _lead in rows if person is not None and person != by.pk}
    Notice.objects.bulk_create(Notice(answer=made, person_id=person, told_at=now) for person in sorted(people))
    return made


def _then(by: User, keys: Sequence[int], then: str, reason: str, now: datetime) -> None:
    """Move those leads on that still lie returned with marketing."""
    if then not in (NURTURE, BURY):
        return
    terms, kind = terms_of(by.organisation), LeadEvent.Kind.NURTURED if then == NURTURE else LeadEvent.Kind.ENDED
    for part in batched(keys, _AT_ONCE):
        leads = list(Lead.objects.select_for_update().filter(pk__in=part, state=life.S.RETURNED.value))
        for lead in leads:
            at = standing_of(lead)
            until = terms.look_again(now)
            put(lead, life.nurture(at, at.place, until, now) if then == NURTURE else life.bury(at, terms, reason, now))
        Lead.objects.bulk_update(leads, WRITTEN)
        LeadEvent.objects.bulk_create(
            LeadEvent(lead=each, kind=kind, before=life.S.RETURNED.value, after=each.state, person=by, at=now)
            for each in leads
        )


def answers(user: User, now: datetime) -> "QuerySet[MarketingAnswer]":
    """What was answered lately, newest first, with how many leads each was about and how many people were told."""
    found = MarketingAnswer.objects.filter(organisation=user.organisation, at__gt=now - SHOWN)
    found = found.annotate(
        leads=Count("returns", distinct=True),
        told=Count("notices", distinct=True),
        seen=Count("notices", filter=Q(notices__seen_at__isnull=False), distinct=True),
        first=Min("returns__at"),
        last=Max("returns__at"),
    )
    return found.select_related("person").order_by("-at", "-pk")


def notices(user: User) -> "QuerySet[Notice]":
    """Answers to someone's own feedback that they have not looked at yet."""
    found = Notice.objects.filter(person=user, seen_at=None).select_related("answer__person")
    return found.order_by("-told_at", "-pk")


def see(*, by: User, now: datetime, answer: int | None = None) -> int:
    """They have looked at what was answered: at one answer, or at all."""
    found = Notice.objects.filter(person=by, seen_at=None)
    return (found if answer is None else found.filter(answer=answer)).update(seen_at=now)
