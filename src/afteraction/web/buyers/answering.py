"""What a buyer may do with a link: have what they type kept, send it, change it for an hour, decline, unsubscribe."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.buyers.anonymity import hold
from afteraction.web.buyers.models import BuyerAnswer, Draft, Invitation
from afteraction.web.buyers.programme import programme_of
from afteraction.web.buyers.questions import Given, of_answer, of_draft

CHANGEABLE: Final = timedelta(hours=1)
State = Invitation.State


def given_so_far(invitation: Invitation) -> Given:
    """What has been typed with the links of an invitation."""
    draft = Draft.objects.filter(invitation=invitation).first()
    return of_draft(draft.content) if draft else Given()


def keep(*, invitation: Invitation, given: Given, now: datetime) -> None:
    """Keeps what has been typed so far."""
    Draft.objects.update_or_create(invitation=invitation, defaults={"content": given.as_draft(), "saved_at": now})


@transaction.atomic
def send(*, invitation: Invitation, given: Given, language: str, now: datetime) -> str:
    """Takes an answer, once. What the browser needs to change it for an hour; empty for an anonymous one.

    Raises `Refused` when nothing was answered, or somebody has answered with this invitation meanwhile.
    """
    if given.is_empty:
        raise Refused("no answer", "at least one", "answer a question")
    invitation = Invitation.objects.select_for_update().select_related("asking__review").get(pk=invitation.pk)
    if not invitation.is_open:
        raise Refused("a link that was used", "one that is open")
    asking = invitation.asking
    programme = programme_of(asking.organisation)
    Draft.objects.filter(invitation=invitation).delete()
    if given.anonymous and programme.anonymous:
        hold(asking=asking, given=given, language=language, now=now)
        invitation.state = State.ANONYMOUS
        invitation.save(update_fields=["state"])
        return ""
    key = secrets.token_urlsafe(32)
    BuyerAnswer.objects.create(
        organisation=asking.organisation,
        review=asking.review,
        invitation=invitation,
        name=invitation.name,
        language=language,
        may_quote=given.may_quote if programme.asks_quote else BuyerAnswer.Quote.NO,
        answered_at=now,
        browser_hash=_hash(key),
        **given.said(),
    )
    invitation.state = State.ANSWERED
    invitation.save(update_fields=["state"])
    return key


def changeable(invitation: Invitation | None, key: str, *, now: datetime) -> BuyerAnswer | None:
    """The answer that the browser with this key may still change."""
    answer = getattr(invitation, "answer", None)
    if not key or not isinstance(answer, BuyerAnswer) or now >= answer.answered_at + CHANGEABLE:
        return None
    return answer if hmac.compare_digest(answer.browser_hash, _hash(key)) else None


@transaction.atomic
def change(*, answer: BuyerAnswer, given: Given, language: str, now: datetime) -> None:
    """Puts other answers in the place of those that were sent. Raises `Refused` when nothing is answered."""
    if given.is_empty:
        raise Refused("no answer", "at least one", "answer a question")
    if given == of_answer(answer):
        return
    for name, value in given.said().items():
        setattr(answer, name, value)
    answer.may_quote, answer.language, answer.changed_at = given.may_quote, language, now
    answer.save()


@transaction.atomic
def decline(*, invitation: Invitation) -> None:
    """Someone would rather not. They are not asked about this deal again; what they typed is deleted."""
    Draft.objects.filter(invitation=invitation).delete()
    Invitation.objects.filter(pk=invitation.pk, state__in=(State.SENT, State.REMINDED)).update(state=State.DECLINED)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
