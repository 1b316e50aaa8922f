"""What may be done with lessons: write, change, move on, give to an owner. The evidence moves them in `life`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.lessons.grading import grade_of
from afteraction.web.lessons.models import Lesson, LessonChange, LessonDeal
from afteraction.web.lessons.search import words_of
from afteraction.web.lessons.writing import Scope, Words, title_of
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Answer, Review

REVIEWED_AFTER: Final = timedelta(days=180)
"""A lesson is looked at again half a year after it was taken up: by then deals have ended on which it was shown."""
_FROM_REVIEW: Final = "Written in the review of “{review}”"
_CHANGED: Final = "The review says it otherwise now"
_NOBODY: Final = frozenset({"", "-", "–", "none", "no competitor", "n/a", "na", "unknown"})
"""What records have for deals without a competitor, or without a known one."""
State = Lesson.State


@transaction.atomic
def create_lesson(
    *,
    by: User,
    words: Words,
    now: datetime,
    deals: Sequence[str] = (),
    owner: User | None = None,
    review_on: date | None = None,
    origin: Lesson.Origin = Lesson.Origin.WRITTEN,
    review: Review | None = None,
    finding: str = "",
) -> Lesson:
    """A new draft with the deals (ids) behind it. The owner is its author unless said otherwise.

    Raises `Refused` for words that cannot be kept, a deal or an owner that the organisation does not have, or someone
    who may not write.
    """
    _check(by, Right.SEE_LESSONS)
    words = words.checked()
    _check_owner(by, owner)
    lesson = Lesson(
        organisation=by.organisation,
        origin=origin,
        review=review,
        finding=finding,
        author=by,
        owner=owner or by,
        review_on=review_on,
        made_at=now,
        changed_at=now,
    )
    words.write(lesson)
    _save(lesson, now)
    _add_deals(lesson, deals, now)
    _note(lesson, "", _how_made(lesson), by, now)
    return regrade(lesson)


@transaction.atomic
def follow_answer(*, answer: Answer, now: datetime) -> Lesson | None:
    """Keeps the draft that a review's answer makes equal to its lesson. Does nothing twice.

    A finished answer with a lesson has one draft. While nobody has taken it up or changed it, it follows the answer:
    changed with it, gone when the lesson is taken out. Afterwards the lesson lives by itself.
    """
    review, text = answer.review, answer.lesson.strip()
    if answer.done_at is None:
        return None
    found = Lesson.objects.select_for_update().filter(review=review, author=answer.person, origin=Lesson.Origin.REVIEW)
    draft = found.order_by("pk").first()
    if draft is None:
        return _draft(answer, text, now) if text else None
    if not _follows(draft) or draft.text == text:
        return draft
    if not text:
        draft.delete()
        return None
    draft.title, draft.text = title_of(text), text
    _save(draft, now)
    _note(draft, draft.state, _CHANGED, answer.person, now)
    return draft


@transaction.atomic
def change_lesson(
    *, by: User, lesson: Lesson, words: Words, now: datetime, owner: User | None = None, review_on: date | None = None
) -> Lesson:
    """Changes its words, owner and the day on which it is looked at.

    For whoever decides about lessons and its owner; the author of a draft too. Raises `Refused` otherwise.
    """
    lesson = _locked(by, lesson)
    if not may_change(by, lesson):
        raise Refused("a lesson that is not yours to change", "one that you own, or a draft of yours", "ask its owner")
    words = words.checked()
    if owner is not None and owner.pk != lesson.owner_id:
        _check_owner(by, owner)
        lesson.owner = owner
    before = [getattr(lesson, name) for name in ("title", "text", "reason")]
    words.write(lesson)
    lesson.review_on = review_on
    _save(lesson, now)
    if before != [words.title, words.text, words.reason]:
        _note(lesson, lesson.state, "Its words were changed", by, now)
    return lesson


@transaction.atomic
def move(*, by: User, lesson: Lesson, to: str, why: str, now: datetime, smallest: float | None = None) -> Lesson:
    """A person moves a lesson on, or back, with a reason; what is kept or retired may be tested again.

    `smallest` is the effect (in probability) that the test must be able to see; it counts from the moment the test
    begins. Raises `Refused` without the right, a reason, or a state to move to.
    """
    from afteraction.web.lessons.life import begin_test

    _check(by, Right.OWN_LESSONS)
    lesson = _locked(by, lesson)
    if to not in State.values or to == lesson.state:
        raise Refused(f"a move to “{to}”", f"another state than {lesson.get_state_display().lower()}", "choose one")
    if lesson.merged_into_id is not None:
        raise Refused("a lesson that is part of another", "one of its own", "undo the merge first")
    if not why.strip():
        raise Refused("no reason", "why it moves on", "give a reason in a sentence")
    before, lesson.state = lesson.state, to
    if to == State.TESTED or (to in (State.IN_USE, State.KEPT) and "plan" not in lesson.evidence):
        begin_test(lesson, now, smallest)
    if to in (State.TESTED, State.IN_USE):
        lesson.challenged_at = None
        lesson.review_on = lesson.review_on or (now + REVIEWED_AFTER).date()
    _save(lesson, now)
    note_change(lesson, before, why.strip()[:500], by, now)
    return regrade(lesson)


@transaction.atomic
def add_deal(*, by: User, lesson: Lesson, deal_id: str, contradicts: bool, note: str, now: datetime) -> LessonDeal:
    """Puts a deal behind a lesson, for or against it; one that is there says it otherwise then.

    Raises `Refused` for a deal that is not on record.
    """
    _check(by, Right.SEE_LESSONS)
    lesson = _locked(by, lesson)
    _check_deals(lesson, [deal_id])
    content = {"contradicts": contradicts, "note": note.strip()[:300]}
    kept, _new = LessonDeal.objects.update_or_create(
        lesson=lesson, deal_id=deal_id, defaults=content, create_defaults=content | {"added_at": now}
    )
    regrade(lesson)
    return kept


def may_change(user: User, lesson: Lesson) -> bool:
    """Whether someone may change what a lesson says."""
    if user.organisation_id != lesson.organisation_id or not may(user, Right.SEE_LESSONS):
        return False
    own = lesson.owner_id == user.pk or (lesson.author_id == user.pk and lesson.state == State.DRAFT)
    return may(user, Right.OWN_LESSONS) or own


def regrade(lesson: Lesson) -> Lesson:
    """Brings the grade of its evidence up to date."""
    grade = grade_of(lesson)
    if grade != lesson.grade:
        lesson.grade = grade
        lesson.save(update_fields=["grade"])
    return lesson


def note_change(
    lesson: Lesson, before: str, why: str, person: User | None, now: datetime, evidence: dict[str, Any] | None = None
) -> LessonChange:
    """Keeps a step of its life; `person` is None where the evidence alone moved it."""
    return LessonChange.objects.create(
        lesson=lesson, before=before, after=lesson.state, why=why, evidence=evidence or {}, person=person, at=now
    )


def _draft(answer: Answer, text: str, now: datetime) -> Lesson:
    """The draft of a finished answer. It holds where it was seen: whoever takes it up may widen that."""
    review = answer.review
    deal = Deal.objects.filter(organisation=review.organisation_id, deal_id=review.deal_id).first()
    against = deal.competitor if deal and deal.competitor.casefold() not in _NOBODY else ""
    scope = Scope(segment=review.segment, competitor=against)
    lesson = Lesson(
        organisation=review.organisation,
        origin=Lesson.Origin.REVIEW,
        review=review,
        author=answer.person,
        owner=answer.person,
        made_at=now,
        changed_at=now,
    )
    Words(title_of(text), text, scope=scope).write(lesson)
    _save(lesson, now)
    LessonDeal.objects.create(lesson=lesson, deal_id=review.deal_id, added_at=now)
    _note(lesson, "", _how_made(lesson), answer.person, now)
    return regrade(lesson)


def _follows(draft: Lesson) -> bool:
    """Whether a draft still is what its review says: nobody took it up, changed it or merged it."""
    if draft.state != State.DRAFT or draft.merged_into_id is not None:
        return False
    return not draft.changes.exclude(why=_CHANGED).exclude(before="").exists()


def _how_made(lesson: Lesson) -> str:
    if lesson.origin == Lesson.Origin.FINDING:
        return f"Made from what the analysis found: {lesson.finding}"[:500]
    if lesson.review is not None:
        return _FROM_REVIEW.format(review=lesson.review)[:500]
    return "Written"


def _save(lesson: Lesson, now: datetime) -> None:
    lesson.changed_at = now
    lesson.search_words = words_of(lesson)
    lesson.save()


def _note(lesson: Lesson, before: str, why: str, person: User | None, now: datetime) -> None:
    note_change(lesson, before, why, person, now)


def _add_deals(lesson: Lesson, deals: Sequence[str], now: datetime) -> None:
    _check_deals(lesson, deals)
    LessonDeal.objects.bulk_create(
        LessonDeal(lesson=lesson, deal_id=each, added_at=now) for each in dict.fromkeys(deals)
    )


def _check_deals(lesson: Lesson, deals: Sequence[str]) -> None:
    there = Deal.objects.filter(organisation=lesson.organisation_id, deal_id__in=deals)
    missing = sorted(set(deals) - set(there.values_list("deal_id", flat=True)))
    if missing:
        raise Refused(f"no deal {', '.join(missing)[:300]}", "ids of deals on record", "copy them from the deals")


def _check_owner(by: User, owner: User | None) -> None:
    if owner is not None and (owner.organisation_id != by.organisation_id or not owner.is_active):
        raise Refused(f"{owner} as the owner", "someone of the organisation who may come in", "choose someone else")


def _check(by: User, right: Right) -> None:
    if not may(by, right):
        raise Refused(f"someone who may not {right.value}", "someone who may", "ask a manager or sales operations")


def _locked(by: User, lesson: Lesson) -> Lesson:
    found = Lesson.objects.select_for_update().filter(organisation=by.organisation_id, pk=lesson.pk).first()
    if found is None:
        raise Refused("no such lesson", "one of your organisation", "look at the list of lessons")
    return found
