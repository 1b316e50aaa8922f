"""What sales asks content for: asked with its deals, voted on, answered with a piece; whoever asked is told."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.content import tasks
from afteraction.web.content.models import (
    ContentRequest,
    Piece,
    RequestDeal,
    RequestNotice,
    RequestVote,
)
from afteraction.web.content.writing import Words
from afteraction.web.deals.models import Deal
from afteraction.web.jobs.services import Later, MayPass, enqueue
from afteraction.web.people import mailing
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.digest import wants_reminders

MOST_DEALS: Final = 50
_WAIT: Final = timedelta(minutes=15)


@transaction.atomic
def ask(*, by: User, words: Words, why: str, deal_ids: Collection[str], now: datetime) -> ContentRequest:
    """Asks for a piece. Raises `Refused` that names everything that is wrong; asking is voting, too."""
    _check(by)
    title, keys = " ".join(words.title.replace("\x00", "").split()), sorted({key.strip() for key in deal_ids} - {""})
    known = set(Deal.objects.filter(organisation=by.organisation, deal_id__in=keys).values_list("deal_id", flat=True))
    wrong = [] if title else ["nothing that is needed"]
    wrong += [f"deal {key[:60]}, which is not on record" for key in keys if key not in known][:3]
    if len(title) > 160 or len(why) > 2000:
        wrong.append("more than 160 characters of what is needed, or 2,000 of what it should do")
    if len(keys) > MOST_DEALS:
        wrong.append(f"{len(keys)} deals, with room for {MOST_DEALS}")
    if wrong:
        raise Refused("; ".join(wrong), "what is needed, and deals of the record", "correct it")
    there = ContentRequest.objects.filter(
        organisation=by.organisation, title=title, asked_by=by, state=ContentRequest.State.OPEN
    ).first()
    if there is not None:  # the same form sent twice, or asked for already
        raise Refused("what you have asked for already", "something else", "see your request; others can vote for it")
    asked = ContentRequest.objects.create(
        organisation=by.organisation, title=title, why=why.replace("\x00", "").strip(), stage=words.stage[:200],
        segment=words.segment[:200], buyer_role=words.buyer_role[:120], asked_by=by, asked_at=now,
    )  # fmt: skip
    RequestDeal.objects.bulk_create([RequestDeal(request=asked, deal_id=key) for key in keys])
    RequestVote.objects.create(request=asked, person=by, at=now)
    return asked


@transaction.atomic
def vote(*, by: User, request: ContentRequest, wants: bool, now: datetime, deal_id: str = "") -> None:
    """Somebody needs it too, for a deal where they name one; or no longer. Raises `Refused` for one that is closed."""
    locked = _locked(by, request)
    if locked.state != ContentRequest.State.OPEN:
        raise Refused(f"a request that is {locked.get_state_display().lower()}", "one that is open")
    if not wants:
        RequestVote.objects.filter(request=locked, person=by).delete()
        return
    RequestVote.objects.get_or_create(request=locked, person=by, defaults={"at": now})
    key = deal_id.strip()
    if key:
        if not Deal.objects.filter(organisation=by.organisation, deal_id=key).exists():
            raise Refused(f"deal {key[:60]}, which is not on record", "a deal of the record")
        if locked.deals.count() < MOST_DEALS:
            RequestDeal.objects.get_or_create(request=locked, deal_id=key)


@transaction.atomic
def answer(*, by: User, request: ContentRequest, piece: Piece | None, text: str, now: datetime) -> ContentRequest:
    """Answers a request with a piece, or declines it with a reason; whoever asked or voted is told, here and by mail.

    Raises `Refused` for who may not, for a request that is closed, a piece not in use, and declining without a reason.
    """
    if not may(by, Right.OWN_LEADS):
        raise Refused("somebody who does not answer for content", "marketing, a manager or sales operations", "ask one")
    locked, words = _locked(by, request), " ".join(text.replace("\x00", "").split())
    if locked.state != ContentRequest.State.OPEN:
        raise Refused(f"a request that is {locked.get_state_display().lower()}", "one that is open")
    if piece is not None and (piece.organisation_id != by.organisation_id or piece.state != Piece.State.IN_USE):
        raise Refused("a piece that is not in use", "one in use", "register or approve it first")
    if piece is None and not words:
        raise Refused("neither a piece nor a reason", "the piece, or why there will be none", "choose or write one")
    locked.state = ContentRequest.State.ANSWERED if piece else ContentRequest.State.DECLINED
    locked.piece, locked.answer, locked.answered_by, locked.answered_at = piece, words[:500], by, now
    locked.save()
    told = {vote.person_id for vote in locked.votes.all()} | ({locked.asked_by_id} if locked.asked_by_id else set())
    RequestNotice.objects.bulk_create(
        [RequestNotice(request=locked, person_id=person, told_at=now) for person in sorted(told - {by.pk})],
        ignore_conflicts=True,
    )
    for notice in locked.notices.all():
        enqueue(tasks.mail_answer, notice_id=notice.pk)
    return locked


def seen(*, by: User, request: ContentRequest, now: datetime) -> None:
    """Somebody looked at the answer of what they had asked for."""
    RequestNotice.objects.filter(request=request, person=by, seen_at=None).update(seen_at=now)


def mail_answer(*, notice: RequestNotice, now: datetime) -> bool:
    """Mails someone that what they asked for was answered; whether a mail was sent.

    1. The mail is claimed by `mailed_at`; 2. it is sent. Where the server takes none now the claim is given back, and
    the job waits; killed between the two, one mail too few is better than two.
    """
    person = notice.person
    if not person.is_active or not wants_reminders(person) or notice.seen_at is not None:
        return False
    if not RequestNotice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=now):
        return False
    about = {
        "user": person,
        "request": notice.request,
        "link": f"{settings.ADDRESS}{reverse('content-request', args=[notice.request_id])}",
        "switch_link": f"{settings.ADDRESS}{reverse('review-reminders')}",
    }
    try:
        mailing.send_now("content/mail/answered", person.email, about, once=f"content request {notice.pk}")
    except MayPass as refused:
        RequestNotice.objects.filter(pk=notice.pk).update(mailed_at=None)
        raise Later(refused.found, _WAIT) from refused
    except Refused:
        return False  # this address takes no mail: the answer stands on the page, and on their home page
    return True


def _locked(by: User, request: ContentRequest) -> ContentRequest:
    _check(by)
    found = ContentRequest.objects.select_for_update().filter(pk=request.pk, organisation=by.organisation).first()
    if found is None:
        raise Refused("a request of another organisation", "one of your own")
    return found


def _check(by: User) -> None:
    if not may(by, Right.SEE_LEADS):
        raise Refused("somebody who may not", "the right to see leads and content", "ask an admin")
