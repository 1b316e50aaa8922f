"""What may be done with reviews."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Field

from afteraction.errors import Refused
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews import tasks
from afteraction.web.reviews.expectations import lock
from afteraction.web.reviews.models import Answer, Driver, NamedDriver, Review
from afteraction.web.reviews.opening import Opened, open_reviews
from afteraction.web.reviews.visibility import leads, managers_turn, may_answer

_REP: Final = ("expected", "happened", "unknown", "keep", "change", "lesson", "private_note")
_MANAGER: Final = ("stance", "happened", "unknown", "learned", "serves", "lesson", "private_note")
_PAUSE: Final = 60
"""Seconds without a save after which someone is taken to have been away."""


@dataclass(frozen=True)
class Named:
    """A driver that a voice names, or says that it was none; in the order of weight."""

    driver: int
    denied: bool = False
    suggested: bool = False


def follow_deals(*, organisation: Organisation, now: datetime) -> Opened:
    """What reviews do after every change of the record: expectations are locked, reviews open or are taken back."""
    lock(organisation=organisation, now=now)
    opened = open_reviews(organisation=organisation, now=now)
    enqueue(tasks.count_reviews, organisation_id=organisation.pk)
    enqueue(tasks.measure_agreement, organisation_id=organisation.pk)
    return opened


@transaction.atomic
def save_answer(
    *,
    by: User,
    review: Review,
    now: datetime,
    fields: dict[str, Any] | None = None,
    named: tuple[Named, ...] | None = None,
    inputs: int = 0,
    opened: datetime | None = None,
) -> Answer:
    """Saves what someone has typed so far; fields that are not given stay as they are.

    `inputs` is the number of questions that they answered by hand, `opened` when they opened the page: reading the
    record is part of the time that it took. Raises `Refused` when the review is not theirs to answer, or not yet, a
    field is not of their voice, a choice or driver does not exist, or the review was withdrawn.
    """
    answer = _answer(by, review, voice_of(by=by, review=review, now=now), opened or now)
    if answer.done_at is None:  # what it took is what it took until it was finished
        since = max(answer.saved_at, opened or answer.saved_at)
        # Whole seconds of the clock, so that many saves within a second add up to the time that they took.
        answer.seconds += min(_PAUSE, max(0, int(now.timestamp()) - int(since.timestamp())))
        answer.inputs = max(answer.inputs, inputs)
    answer.saved_at = now
    _write(answer, fields or {})
    answer.save()
    if named is not None:
        _name(answer, named)
    _make_lesson(answer, now)
    return answer


@transaction.atomic
def finish(*, by: User, review: Review, now: datetime) -> Answer:
    """Says that an answer is whole. With the rep's the review is done. It may still be changed, which shows.

    Raises `Refused` when nothing says why the deal ended so: a driver, or that it is not known.
    """
    answer = save_answer(by=by, review=review, now=now)
    agrees = answer.voice == Answer.Voice.MANAGER and answer.stance == Answer.Stance.AGREES
    if not (answer.unknown or agrees or answer.named.filter(denied=False).exists()):
        raise Refused("no reason why it ended so", "at least one driver, or “I don't know”", "choose one")
    if answer.done_at is None:
        answer.done_at = now
        answer.save(update_fields=["done_at"])
        _make_lesson(answer, now)
    if answer.voice == Answer.Voice.REP and review.state in (Review.State.DUE, Review.State.SKIPPED):
        review.state, review.done_at, review.skip_reason = Review.State.DONE, now, ""
        review.save(update_fields=["state", "done_at", "skip_reason"])
    enqueue(tasks.count_reviews, organisation_id=review.organisation_id)
    return answer


def skip(*, by: User, review: Review, reason: str) -> None:
    """Takes a review off the list without an answer; it counts as skipped, with the reason. For managers."""
    if not leads(by, review):
        raise Refused("a review that is not of your team", "one of your team", "ask its manager")
    if review.state != Review.State.DUE:
        raise Refused(f"a review that is {review.get_state_display().lower()}", "one that is to do")
    if not reason.strip():
        raise Refused("no reason", "why this deal is not reviewed", "give a reason")
    review.state, review.skip_reason = Review.State.SKIPPED, reason.strip()[:300]
    review.save(update_fields=["state", "skip_reason"])
    enqueue(tasks.count_reviews, organisation_id=review.organisation_id)


def _answer(by: User, review: Review, voice: "Answer.Voice", since: datetime) -> Answer:
    """Someone's own answer, begun when there is none. What another person only began is theirs alone to read."""
    found = Answer.objects.select_for_update().filter(review=review, voice=voice).first()
    if found is not None and found.person_id != by.pk:
        if found.done_at is not None or may_answer(found.person, review) == voice:
            raise Refused(f"an answer that {found.person} has given or begun", "one of your own", "talk to them")
        found.delete()
        found = None
    return found or Answer.objects.create(review=review, voice=voice, person=by, begun_at=since, saved_at=since)


def voice_of(*, by: User, review: Review, now: datetime) -> "Answer.Voice":
    """As which voice someone answers a review now. Raises `Refused` where they may not, or not yet."""
    voice = may_answer(by, review)
    if voice is None:
        raise Refused("a review that is not yours to answer", "one of your own deals or of your team")
    if review.state == Review.State.WITHDRAWN:
        raise Refused("a review that was withdrawn", "one of a deal that has ended", "nothing: the deal goes on")
    if voice == Answer.Voice.MANAGER and not managers_turn(review, now.date()):
        raise Refused("a review that the rep has not finished", f"one that is finished, or was due before {now:%-d %b}")
    return voice


def _write(answer: Answer, fields: dict[str, Any]) -> None:
    allowed = _REP if answer.voice == Answer.Voice.REP else _MANAGER
    for name, value in fields.items():
        if name not in allowed:
            raise Refused(f"the field {name}", f"one of {', '.join(allowed)}")
        field = cast("Field[Any, Any]", Answer._meta.get_field(name))
        if name == "unknown":
            answer.unknown = bool(value)
            continue
        text = str(value).replace("\x00", "")
        if field.choices and text not in {"", *(choice for choice, _word in field.flatchoices)}:
            raise Refused(f"{name}: {text[:60]}", "one of its choices")
        if field.max_length and len(text) > field.max_length:
            raise Refused(f"{len(text):,} characters", f"at most {field.max_length:,}", "shorten it")
        setattr(answer, name, text)


def _make_lesson(answer: Answer, now: datetime) -> None:
    """What a finished answer teaches becomes the draft of a lesson."""
    from afteraction.web.lessons.services import follow_answer  # lessons stand on reviews

    follow_answer(answer=answer, now=now)


def _name(answer: Answer, named: tuple[Named, ...]) -> None:
    known = Driver.objects.filter(organisation=answer.review.organisation_id, pk__in=[each.driver for each in named])
    if known.count() != len({each.driver for each in named}) or len(named) != len({each.driver for each in named}):
        raise Refused("a driver that is not in the taxonomy, or one twice", "each driver of the taxonomy once")
    answer.named.all().delete()
    NamedDriver.objects.bulk_create(
        NamedDriver(answer=answer, driver_id=each.driver, rank=rank, denied=each.denied, suggested=each.suggested)
        for rank, each in enumerate(named, 1)
    )
