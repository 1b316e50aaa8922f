"""Insight pieces: drafted from lessons that stand and from reviews whose rep consents, checked, approved by another.

What may leave is said in `SAID`, before anyone consents. Nothing that a buyer said is used: they were promised that
their words stay with the company. Of a review only its lesson is, never what people wrote about each other's work.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from afteraction.errors import Refused
from afteraction.web.content import services
from afteraction.web.content.anonymising import anonymous, look_at, names_in
from afteraction.web.content.models import Insight, InsightPart, Piece, ReviewConsent
from afteraction.web.content.search import words_of
from afteraction.web.content.writing import Place, Words
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Answer, Review

STANDING: Final = (Lesson.State.IN_USE, Lesson.State.KEPT)
MOST: Final = 12
TEXT: Final = 8000
SAID: Final = (
    "With your consent the lesson of this review, and nothing else of it, may be used in a piece that buyers read. "
    "Names of people, customers and competitors, amounts, dates and numbers are taken out; a colleague checks that "
    "nobody can be recognised, and another one approves it. You can take your consent back at any time: drafts with it "
    "are dropped, and a piece that was made with it is taken out of use."
)


@transaction.atomic
def consent(*, by: User, review: Review, gives: bool, now: datetime) -> None:
    """A rep consents that the lesson of their own review is used, or takes that back, with all that rests on it."""
    answer = lesson_answer(by, review)
    if answer is None:
        raise Refused("a review without a finished lesson of yours", "a review of your own with a lesson")
    if gives:
        ReviewConsent.objects.get_or_create(
            review=review, defaults={"organisation": by.organisation, "person": by, "given_at": now}
        )
        return
    ReviewConsent.objects.filter(review=review, person=by).delete()
    for insight in Insight.objects.filter(parts__review=review).exclude(state=Insight.State.DROPPED).distinct():
        _drop(insight, "Whoever wrote the review took their consent back", now)


def lesson_answer(user: User, review: Review) -> Answer | None:
    """The finished answer of a rep to their own review, where it holds a lesson."""
    if review.organisation_id != user.organisation_id or review.person_id != user.pk:
        return None
    found = Answer.objects.filter(review=review, person=user, voice=Answer.Voice.REP, done_at__isnull=False)
    return found.exclude(lesson="").first()


def own_lessons(user: User) -> "QuerySet[Answer]":
    """The lessons of someone's own finished reviews, the newest first."""
    found = Answer.objects.filter(review__organisation=user.organisation, review__person=user, person=user)
    found = found.filter(voice=Answer.Voice.REP, done_at__isnull=False).exclude(lesson="")
    return found.select_related("review", "review__content_consent").order_by("-done_at", "-pk")


def may_be_used(user: User) -> tuple["QuerySet[Lesson]", "QuerySet[ReviewConsent]"]:
    """What a draft may be made from: lessons in use or kept, and reviews whose rep consents."""
    lessons = Lesson.objects.filter(organisation=user.organisation, state__in=STANDING, merged_into=None)
    consents = ReviewConsent.objects.filter(organisation=user.organisation).select_related("review", "person")
    return lessons.order_by("title", "pk"), consents.exclude(review__state=Review.State.WITHDRAWN).order_by("-given_at")


@transaction.atomic
def draft(*, by: User, title: str, lessons: Collection[int], reviews: Collection[int], now: datetime) -> Insight:
    """A draft from lessons and reviews, by their keys, with everything taken out that a rule knows.

    Raises `Refused` for who may not, without a title, for nothing or too much, and for what may not be used.
    """
    _owns(by)
    standing, consents = may_be_used(by)
    taken = list(standing.filter(pk__in=list(lessons)))
    agreed = list(consents.filter(review__in=list(reviews)))
    words = " ".join(title.replace("\x00", "").split())[:160]
    wrong = [] if words else ["no title"]
    if len(taken) < len(set(lessons)) or len(agreed) < len(set(reviews)):
        wrong.append("something that may not be used")
    if not 1 <= len(taken) + len(agreed) <= MOST:
        wrong.append(f"{len(taken) + len(agreed)} lessons and reviews")
    if wrong:
        raise Refused(
            "; ".join(wrong), f"a title, and from 1 to {MOST} lessons in use or reviews with consent", "choose again"
        )
    removed: Counter[str] = Counter()
    paragraphs = []
    for lesson in taken:
        deals = list(lesson.deals.values_list("deal_id", flat=True)[:200])
        said = f"{lesson.title}\n{lesson.text}" + (f"\nWhy it works: {lesson.reason}" if lesson.reason else "")
        paragraphs.append(_without_names(by, said, deals, removed))
    for each in agreed:
        answer = lesson_answer(each.person, each.review)
        if answer is not None:
            paragraphs.append(_without_names(by, answer.lesson, [each.review.deal_id], removed))
    title_removed = anonymous(words, names_in(by.organisation, words))
    insight = Insight.objects.create(
        organisation=by.organisation, title=title_removed.text[:160], text="\n\n".join(paragraphs)[:TEXT],
        removed=dict(removed + Counter(title_removed.removed)), made_by=by, made_at=now, changed_at=now,
    )  # fmt: skip
    InsightPart.objects.bulk_create(
        [InsightPart(insight=insight, lesson=lesson) for lesson in taken]
        + [InsightPart(insight=insight, review=each.review) for each in agreed]
    )
    return insight


@transaction.atomic
def save(*, by: User, insight: Insight, title: str, text: str, now: datetime) -> Insight:
    """Keeps what somebody wrote; what a rule knows is taken out again, and whoever checks has to look anew."""
    locked = _open(by, insight)
    words, said = " ".join(title.replace("\x00", "").split())[:160], text.replace("\x00", "").strip()
    if not words or not said or len(said) > TEXT:
        raise Refused("no title, no text or too much of it", f"both, the text with at most {TEXT:,} characters")
    removed: Counter[str] = Counter(locked.removed)
    deals = _deals_of(locked)
    locked.title = _without_names(by, words, deals, removed)[:160]
    locked.text = _without_names(by, said, deals, removed)[:TEXT]
    locked.removed, locked.changed_at = dict(removed), now
    locked.state, locked.checked_by, locked.checked_at = Insight.State.DRAFT, None, None
    locked.save()
    return locked


@transaction.atomic
def check(*, by: User, insight: Insight, sure: bool, now: datetime) -> Insight:
    """Somebody has read it and says that nobody can be recognised by it. Raises `Refused` where they do not say so."""
    locked = _open(by, insight)
    if not sure:
        raise Refused("no word that nobody can be recognised", "that every word was looked at", "read it, then say so")
    locked.state, locked.checked_by, locked.checked_at = Insight.State.CHECKED, by, now
    locked.save()
    return locked


@transaction.atomic
def approve(*, by: User, insight: Insight, now: datetime) -> Piece:
    """Makes a piece of it. Raises `Refused` unless somebody else checked it: two people have read it before a buyer."""
    locked = _open(by, insight)
    if locked.state != Insight.State.CHECKED or locked.checked_by_id is None:
        raise Refused("a draft that nobody has checked", "one that a colleague has checked", "check it first")
    if locked.checked_by_id == by.pk:
        raise Refused("who checked it", "somebody else who answers for content", "ask a colleague to approve it")
    piece = services.register(
        by=by, words=Words(locked.title, "Insight"), place=Place(text=locked.text), now=now, owner=locked.made_by
    )
    locked.state, locked.approved_by, locked.approved_at, locked.piece = Insight.State.APPROVED, by, now, piece
    locked.save()
    return piece


@transaction.atomic
def drop(*, by: User, insight: Insight, reason: str, now: datetime) -> None:
    """Gives a draft up. Raises `Refused` without a reason."""
    locked = _open(by, insight)
    if not reason.strip():
        raise Refused("no reason", "why it is dropped", "say it in a sentence")
    _drop(locked, " ".join(reason.split())[:300], now)


def to_look_at(insight: Insight) -> tuple[str, ...]:
    """Words of a draft that look like names or figures, for whoever checks it."""
    return tuple(dict.fromkeys([*look_at(insight.title), *look_at(insight.text)]))


def _drop(insight: Insight, reason: str, now: datetime) -> None:
    insight.state, insight.dropped_because, insight.text, insight.changed_at = Insight.State.DROPPED, reason, "", now
    insight.save()
    if insight.piece is not None and insight.piece.state != Piece.State.RETIRED:
        insight.piece.state, insight.piece.retired_because = Piece.State.RETIRED, reason
        insight.piece.text, insight.piece.changed_at = "", now
        insight.piece.search_words = words_of(insight.piece)
        insight.piece.versions.update(text="")
        insight.piece.save()


def _without_names(by: User, text: str, deals: list[str], removed: Counter[str]) -> str:
    found = anonymous(text, names_in(by.organisation, text, deals))
    removed.update(found.removed)
    return found.text


def _deals_of(insight: Insight) -> list[str]:
    of_reviews = insight.parts.filter(review__isnull=False).values_list("review__deal_id", flat=True)
    of_lessons = insight.parts.filter(lesson__isnull=False).values_list("lesson__deals__deal_id", flat=True)
    return [key for key in {*of_reviews, *of_lessons[:200]} if key]


def _open(by: User, insight: Insight) -> Insight:
    _owns(by)
    found = Insight.objects.select_for_update().filter(pk=insight.pk, organisation=by.organisation).first()
    if found is None:
        raise Refused("a draft of another organisation", "one of your own")
    if found.state in (Insight.State.APPROVED, Insight.State.DROPPED):
        raise Refused(f"a draft that is {found.get_state_display().lower()}", "one that is open")
    return found


def _owns(by: User) -> None:
    if not may(by, Right.OWN_LEADS):
        raise Refused("somebody who does not answer for content", "marketing, a manager or sales operations", "ask one")
