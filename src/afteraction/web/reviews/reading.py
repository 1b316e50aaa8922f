"""What one review shows to someone: both parts, as far as they may read them, and what they may do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from afteraction.web.people.models import User
from afteraction.web.reviews.models import Answer, NamedDriver, Review
from afteraction.web.reviews.visibility import is_overdue, leads, managers_turn, may_answer, may_see, shown

SAME: Final = timedelta(seconds=1)
"""A save within this time of finishing is the finishing itself."""


@dataclass(frozen=True)
class Part:
    """What the rep or the manager said, as far as the reader may read it; `fields` lacks the rest.

    `changed_at` is when it was changed after it had been finished.
    """

    answer: Answer
    fields: dict[str, Any]
    named: tuple[NamedDriver, ...]
    own: bool

    @property
    def changed_at(self) -> datetime | None:
        """When it was changed after it had been finished."""
        done = self.answer.done_at
        return self.answer.saved_at if done is not None and self.answer.saved_at - done > SAME else None

    @property
    def hidden(self) -> bool:
        """Whether there are texts that this reader may not read."""
        return "happened" not in self.fields

    @property
    def expected(self) -> str:
        """What was expected, in words."""
        return self.answer.get_expected_display() if self.fields.get("expected") else ""


@dataclass(frozen=True)
class Reading:
    """A review as someone sees it. `voice` is the one that they may answer with now, None where they may not.

    `other` is who has the same voice and speaks already.
    """

    review: Review
    rep: Part | None
    manager: Part | None
    voice: str | None
    leads: bool
    overdue: bool
    other: User | None = None

    @property
    def own(self) -> Part | None:
        """What the reader has said already, or begun to."""
        return next((part for part in (self.rep, self.manager) if part and part.own), None)

    @property
    def waits_for_rep(self) -> bool:
        """Whether the reader's turn comes after the rep's."""
        return self.leads and self.voice is None and not self.other and self.review.state == Review.State.DUE


def review_for(user: User, key: int) -> Review | None:
    """A review that someone may open."""
    found = Review.objects.select_related("organisation", "person").filter(organisation=user.organisation, pk=key)
    review = found.first()
    return review if review is not None and may_see(user, review) else None


def reading_of(user: User, review: Review, *, today: date) -> Reading:
    """A review as someone sees it."""
    answers = {
        answer.voice: answer for answer in review.answers.select_related("person").prefetch_related("named__driver")
    }
    rep, manager = (_part(user, answers.get(voice)) for voice in (Answer.Voice.REP, Answer.Voice.MANAGER))
    voice = may_answer(user, review)
    if review.state == Review.State.WITHDRAWN or (voice == Answer.Voice.MANAGER and not managers_turn(review, today)):
        voice = None
    begun = answers.get(Answer.Voice(voice)) if voice else None
    other = begun.person if begun is not None and begun.person_id != user.pk and _holds(begun) else None
    return Reading(
        review, rep, manager, None if other else voice, leads(user, review), is_overdue(review, today), other
    )


def _holds(answer: Answer) -> bool:
    """Whether whoever gave or began an answer still has that voice."""
    return answer.done_at is not None or may_answer(answer.person, answer.review) == answer.voice


def _part(user: User, answer: Answer | None) -> Part | None:
    if answer is None:
        return None
    fields = shown(user, answer)
    return Part(answer, fields, tuple(answer.named.all()), answer.person_id == user.pk) if fields else None
