"""Sharing what a deal taught, with or without one's name, and taking it back."""

import hashlib
import secrets
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Answer, Review
from afteraction.web.walls.models import Entry

_LONGEST: Final = 1000
_SHORTEST: Final = 15
_DELAY_DAYS: Final = 3
_ALIKE: Final = 0.8
"""How much of a text may be that of a lesson before it would be found by searching for it."""
_COMPARED: Final = 200
"""Lessons that a text without a name is compared with: one's own newest ones."""


@transaction.atomic
def share_review(*, by: User, review: Review, now: datetime) -> Entry:
    """Puts the lesson of one's own finished review on the wall, under one's name. Done twice, it is there once.

    Raises `Refused` when the review is not theirs, not finished, taken back, or has no lesson.
    """
    answer = own_answer(by, review)
    if answer is None:
        raise Refused(
            "a review without a finished answer of yours", "a review of your own, finished", "finish it first"
        )
    if review.ended_at is not None or review.state == Review.State.WITHDRAWN:
        raise Refused("a closing that was taken back", "a deal that has ended")
    text = checked_text(answer.lesson)
    entry, _made = Entry.objects.get_or_create(
        review=review,
        sharer=by,
        defaults={
            "organisation": by.organisation, "wall": wall_of(review.outcome), "text": text, "deal_id": review.deal_id,
            "deal_name": str(review), "outcome": review.outcome, "segment": review.segment, "team": review.team,
            "shared_on": now.date(),
        },
    )  # fmt: skip
    return entry


@transaction.atomic
def write(*, by: User, wall: str, text: str, now: datetime, deal_id: str = "") -> Entry:
    """Puts something on a wall under one's name, about a deal of one's own or about none.

    Raises `Refused` for a deal that is not theirs: its owner would be named without having agreed.
    """
    _may_share(by)
    deal = None
    if deal_id:
        deal = Deal.objects.filter(organisation=by.organisation, deal_id=deal_id).first()
        if deal is None or not by.owner_name or deal.owner != by.owner_name:
            raise Refused(
                f"deal {deal_id[:60]}", "a deal of your own", "leave the deal out, or ask its owner to share it"
            )
        if deal.outcome == "open":
            raise Refused("a deal that is open", "one that has ended", "share it when it has")
    return Entry.objects.create(
        organisation=by.organisation, wall=wall_of(deal.outcome) if deal else _wall(wall), text=checked_text(text),
        sharer=by, deal_id=deal.deal_id if deal else "", deal_name=str(deal) if deal else "",
        outcome=deal.outcome if deal else "", segment=deal.segment if deal else "",
        team=deal.team if deal else by.team.name if by.team else "", shared_on=now.date(),
    )  # fmt: skip


def write_anonymously(*, by: User, wall: str, text: str, now: datetime) -> str:
    """Puts something on a wall without a name; returns the code that takes it back, which is kept nowhere.

    `by` is asked for the right and for the organisation, and then forgotten. Raises `Refused` when the words are those
    of a lesson of theirs, which everyone can read under their name.
    """
    _may_share(by)
    content = checked_text(text)
    if _is_a_lesson_of(by, content):
        raise Refused(
            "the words of a review, which everyone here can read under your name",
            "the same thought in other words",
            "rewrite it, or share it under your name",
        )
    code = secrets.token_urlsafe(16)
    day = now.date() + timedelta(days=1 + secrets.randbelow(_DELAY_DAYS))
    Entry.objects.create(
        organisation=by.organisation, wall=_wall(wall), text=content, code_hash=hash_of(code), shared_on=day
    )
    return code


def take_back(*, by: User, entry: Entry) -> None:
    """Removes one's own entry with its thanks. Raises `Refused` for one of somebody else."""
    if entry.sharer_id is None or entry.sharer_id != by.pk:
        raise Refused("an entry that is not yours", "one that you shared", "ask whoever shared it")
    entry.delete()


def take_back_by_code(*, by: User, code: str) -> bool:
    """Removes the anonymous entry of this code, if there is one here; whether there was."""
    found = Entry.objects.filter(organisation=by.organisation, sharer=None, code_hash=hash_of(code.strip()))
    gone, _each = found.delete()
    return gone > 0


def own_answer(user: User, review: Review) -> Answer | None:
    """The finished answer of whoever's review it is; a deal is shared by its own rep alone."""
    if review.organisation_id != user.organisation_id or review.person_id != user.pk:
        return None
    return Answer.objects.filter(review=review, person=user, done_at__isnull=False).first()


def entry_of(user: User, review: Review) -> Entry | None:
    """What someone has shared of a review."""
    return Entry.objects.filter(review=review, sharer=user).first()


def wall_of(outcome: str) -> str:
    """On which wall a deal belongs by how it ended; no decision is a failure too, and taught as much."""
    return Entry.Wall.WINS if outcome == "won" else Entry.Wall.FAILURES


def hash_of(code: str) -> str:
    """What is kept of a code, which has 128 bits by chance or more: nothing slower than SHA-256 is needed."""
    return hashlib.sha256(code.encode()).hexdigest()


def checked_text(text: str) -> str:
    """The text as it is kept. Raises `Refused` when it is too short to teach anything, or too long for a wall."""
    content = " ".join(text.replace("\x00", "").split())
    if len(content) < _SHORTEST:
        raise Refused("no lesson" if not content else "a few letters", "a sentence that helps a colleague", "write it")
    if len(content) > _LONGEST:
        raise Refused(f"{len(content):,} characters", f"at most {_LONGEST:,}", "shorten it: it is read from afar")
    return content


def _is_a_lesson_of(user: User, content: str) -> bool:
    own = Answer.objects.filter(person=user).exclude(lesson="").order_by("-saved_at").values_list("lesson", flat=True)
    known = list(own[:_COMPARED])
    known += Entry.objects.filter(sharer=user).order_by("-shared_on").values_list("text", flat=True)[:_COMPARED]
    said = content.casefold()
    for each in known:
        other = " ".join(each.casefold().split())
        matcher = SequenceMatcher(None, said, other)
        if said in other or other in said or (matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE):
            return True
    return False


def _may_share(by: User) -> None:
    if not may(by, Right.SEE_LESSONS):
        raise Refused("someone who may not share", "the right to share what they learned", "ask an admin")


def _wall(wall: str) -> str:
    if wall not in Entry.Wall.values:
        raise Refused(f"the wall {wall[:30]!r}", f"one of {', '.join(Entry.Wall.values)}", "choose one")
    return wall
