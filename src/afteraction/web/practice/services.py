"""What may be done with practice: take answers from a device, say how one wants to practise, forget all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from afteraction.analysis.retention import RETENTIONS
from afteraction.errors import Refused
from afteraction.web.people.models import User
from afteraction.web.practice.models import CardAnswer, CardEdition, CardMemory, PracticeCard, PracticePlan
from afteraction.web.practice.scheduling import AGAIN, Answered, Plan, replay

MOST_AT_ONCE: Final = 500
MOST_SECONDS: Final = 300.0
"""Of one answer: whoever laid the phone aside did not think for an hour."""
OLDEST: Final = timedelta(days=30)
"""How long answers may have waited on a device; what is older counts as given then."""
MINUTES: Final = (1, 30)
NEW_A_DAY: Final = (0, 20)
_GOOD: Final = 3
_RATINGS: Final = range(1, 5)


@dataclass(frozen=True)
class Sent:
    """An answer as a device sends it: `at` by its clock; `chosen` are the places of an order, `picked` is a choice.

    A choice is told by its words: other wrong options may have come while a device was out of reach.
    """

    key: UUID
    card: int
    edition: int
    at: datetime
    seconds: float
    rating: int | None = None
    chosen: tuple[int, ...] = ()
    picked: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of answers: keys that are kept now (or were already), and keys that cannot be, with the reason.

    A device forgets both: it would be no other when it is sent again.
    """

    kept: tuple[UUID, ...]
    refused: Mapping[UUID, str]


@transaction.atomic
def take_answers(*, by: User, answers: Iterable[Sent], sent_at: datetime, now: datetime) -> Taken:
    """Keeps the answers of a device and computes the memories anew. Sent twice, it keeps them once.

    1. The person is locked: two devices of theirs are heard one after the other.
    2. The device's clock is set right by what it says the time is now; no answer lies in the future, before its card
       was made, or further back than OLDEST.
    3. What has come already is left out, by its key.
    4. The memory of each card is computed from its whole log in the order of time, so it does not matter which device
       was heard first.

    Raises `Refused` for more than MOST_AT_ONCE.
    """
    sent = list({each.key: each for each in answers}.values())
    if len(sent) > MOST_AT_ONCE:
        raise Refused(f"{len(sent)} answers", f"at most {MOST_AT_ONCE} at once", "send them in several parts")
    User.objects.select_for_update().get(pk=by.pk)
    editions = _editions(by, sent)
    known = set(CardAnswer.objects.filter(person=by, key__in=[each.key for each in sent]).values_list("key", flat=True))
    refused, new = {}, []
    for each in sent:
        edition = editions.get((each.card, each.edition))
        rating = rated(each, edition) if edition else None
        if each.key in known:
            continue
        if edition is None or rating is None:
            refused[each.key] = "no such card here" if edition is None else "an answer that this card does not have"
            continue
        new.append(
            CardAnswer(
                person=by, key=each.key, card_id=each.card, edition=each.edition, rating=rating, received_at=now,
                at=_when(each, edition, now - sent_at, now), seconds=min(max(each.seconds, 0.0), MOST_SECONDS),
            )
        )  # fmt: skip
    CardAnswer.objects.bulk_create(new)
    for card in {(each.card_id, each.edition) for each in new}:
        remember(person=by, card=card[0], edition=card[1])
    return Taken(tuple(each.key for each in sent if each.key not in refused), refused)


def rated(sent: Sent, edition: CardEdition) -> int | None:
    """The rating of an answer: by the person, or by whether the choice or the order is right; None if it is neither."""
    kind, content = edition.card.kind, edition.content
    if kind == PracticeCard.Kind.CHOOSE:
        if not sent.picked:
            return None
        return _GOOD if sent.picked == content["answer"] else AGAIN
    if kind == PracticeCard.Kind.ORDER:
        if sorted(sent.chosen) != list(range(len(content["items"]))):
            return None
        return _GOOD if list(sent.chosen) == sorted(sent.chosen) else AGAIN
    return sent.rating if sent.rating in _RATINGS else None


def _editions(by: User, sent: list[Sent]) -> dict[tuple[int, int], CardEdition]:
    found = CardEdition.objects.filter(
        card__organisation=by.organisation_id, card__in={each.card for each in sent}
    ).select_related("card")
    return {(each.card_id, each.number): each for each in found}


def _when(sent: Sent, edition: CardEdition, skew: timedelta, now: datetime) -> datetime:
    """When an answer was given, by the server's clock."""
    earliest = max(edition.made_at, now - OLDEST)
    return min(max(sent.at + skew, earliest), now)


def remember(*, person: User, card: int, edition: int) -> None:
    """Computes what someone remembers of a card from their answers to one edition; nothing is changed by older ones."""
    answers = list(CardAnswer.objects.filter(person=person, card=card, edition=edition).order_by("at", "rating", "pk"))
    if not answers:
        return
    plan = plan_of(person)
    memory, seen = replay(
        [Answered(each.at, each.rating) for each in answers], Plan(plan.retention), answers[0].at.astimezone(UTC)
    )
    first = answers[0]
    for order, (answer, found) in enumerate(zip(answers, seen, strict=True)):
        answer.days, answer.forecast, answer.order = found.days, found.forecast, order
        answer.since_first, answer.first_rating = (answer.at - first.at) / timedelta(days=1), first.rating
    CardAnswer.objects.bulk_update(answers, ["days", "forecast", "order", "since_first", "first_rating"])
    kept = CardMemory.objects.filter(person=person, card=card).first()
    if kept is not None and kept.edition > edition:
        return
    CardMemory.objects.update_or_create(
        person=person, card_id=card,
        defaults={
            "edition": edition, "state": memory.state, "step": memory.step, "stability": memory.stability,
            "difficulty": memory.difficulty, "due": memory.due, "last": memory.last,
        },
    )  # fmt: skip


def plan_of(person: User) -> PracticePlan:
    """How someone wants to practise: as they said, else the defaults, which are not kept."""
    return PracticePlan.objects.filter(person=person).first() or PracticePlan(person=person)


@transaction.atomic
def change_plan(*, by: User, retention: float, minutes: int, new_a_day: int) -> PracticePlan:
    """Says how someone wants to practise; due dates are computed anew. Raises `Refused` outside of the bounds."""
    bounds: dict[str, tuple[float, tuple[float, float]]] = {
        "of what you want to remember": (retention, RETENTIONS),
        "minutes a day": (minutes, MINUTES),
        "new cards a day": (new_a_day, NEW_A_DAY),
    }
    wrong = [f"{value} {name}" for name, (value, (low, high)) in bounds.items() if not low <= value <= high]
    if wrong:
        expected = ", ".join(f"{name} from {low} to {high}" for name, (_value, (low, high)) in bounds.items())
        raise Refused(", ".join(wrong), expected, "choose a value between")
    User.objects.select_for_update().get(pk=by.pk)
    values: dict[str, Any] = {"retention": retention, "minutes": minutes, "new_a_day": new_a_day}
    plan, _made = PracticePlan.objects.update_or_create(person=by, defaults=values)
    for card, edition in CardMemory.objects.filter(person=by).values_list("card", "edition"):
        remember(person=by, card=card, edition=edition)
    return plan


@transaction.atomic
def forget_practice(*, by: User) -> None:
    """Deletes everything that practice knows of whoever asks."""
    CardAnswer.objects.filter(person=by).delete()
    CardMemory.objects.filter(person=by).delete()
    PracticePlan.objects.filter(person=by).delete()
