"""What may be done with reviews."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Field

from afteraction.errors import Refused
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.expectations import lock
from afteraction.web.reviews.models import Answer, Driver, NamedDriver, Review
from afteraction.web.reviews.opening import Opened, open_reviews
from afteraction.web.reviews.visibility import leads, may_answer

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
    return open_reviews(organisation=organisation, now=now)


@transaction.atomic
def save_answer(
    *,
    by: User,
    review: Review,
    now: datetime,
    fields: dict[str, Any] | None = None,
    named: tuple[Named, ...] | None = None,
    inputs: int = 0,
) -> Answer:
    """Saves what someone has typed so far; fields that are not given stay as they are.

    `inputs` is the number of fields that they touched in all. Raises `Refused` when the review is not theirs to
    answer, a field is not of their voice, a choice or driver does not exist, or the review was withdrawn.
    """
    voice = _voice(by, review)
    answer, made = Answer.objects.select_for_update().get_or_create(
        review=review, voice=voice, defaults={"person": by, "begun_at": now, "saved_at": now}
    )
    if answer.person_id != by.pk and answer.done_at is not None:
        raise Refused("an answer that another manager has given", "one of your own", "talk to them")
    answer.person = by
    if not made:
        answer.seconds += min(_PAUSE, max(0, int((now - answer.saved_at).total_seconds())))
    answer.saved_at, answer.inputs = now, max(answer.inputs, inputs)
    _write(answer, fields or {})
    answer.save()
    if named is not None:
        _name(answer, named)
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
    if answer.voice == Answer.Voice.REP and review.state in (Review.State.DUE, Review.State.SKIPPED):
        review.state, review.done_at, review.skip_reason = Review.State.DONE, now, ""
        review.save(update_fields=["state", "done_at", "skip_reason"])
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


def _voice(by: User, review: Review) -> "Answer.Voice":
    voice = may_answer(by, review)
    if voice is None:
        raise Refused("a review that is not yours to answer", "one of your own deals or of your team")
    if review.state == Review.State.WITHDRAWN:
        raise Refused("a review that was withdrawn", "one of a deal that has ended", "nothing: the deal goes on")
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


def _name(answer: Answer, named: tuple[Named, ...]) -> None:
    known = Driver.objects.filter(organisation=answer.review.organisation_id, pk__in=[each.driver for each in named])
    if known.count() != len({each.driver for each in named}) or len(named) != len({each.driver for each in named}):
        raise Refused("a driver that is not in the taxonomy, or one twice", "each driver of the taxonomy once")
    answer.named.all().delete()
    NamedDriver.objects.bulk_create(
        NamedDriver(answer=answer, driver_id=each.driver, rank=rank, denied=each.denied, suggested=each.suggested)
        for rank, each in enumerate(named, 1)
    )
