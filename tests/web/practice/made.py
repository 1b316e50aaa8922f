"""Cards and answers of practice, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from tests.cast import Cast

from afteraction.web.insights.models import ProcessVersion
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import User
from afteraction.web.practice.making import make_cards
from afteraction.web.practice.models import PracticeCard
from afteraction.web.practice.services import Sent, Taken, take_answers

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
PROCESS: Final = """process: Sale
version: 1
stages: [Qualify, Discover, Propose]
steps:
  - {id: first_call, name: First call, stage: Qualify, activity: call, buyer: says what hurts, before: [workshop]}
  - {id: workshop, name: Workshop, stage: Discover, activity: workshop, buyer: brings a colleague, before: [offer]}
  - {id: offer, name: Offer, stage: Propose, activity: offer, buyer: names who signs, required: true}
"""


def lesson(cast: Cast, title: str, **others: Any) -> Lesson:
    """A lesson of the cast's organisation; in use unless said otherwise."""
    values = {"text": f"Do as “{title}” says.", "reason": f"Because of {title}.", "state": Lesson.State.IN_USE}
    return Lesson.objects.create(
        organisation=cast.organisation, title=title, made_at=NOW, changed_at=NOW, **(values | others)
    )


def process(cast: Cast, text: str = PROCESS) -> ProcessVersion:
    """The newest process on paper."""
    number = cast.organisation.process_versions.count() + 1
    return ProcessVersion.objects.create(organisation=cast.organisation, number=number, text=text)


def some_cards(cast: Cast, now: datetime = NOW) -> list[PracticeCard]:
    """The cards of three lessons and a process."""
    for title in ("Ask who signs", "Bring the engineer", "Write down the date"):
        lesson(cast, title)
    process(cast)
    make_cards(organisation=cast.organisation, now=now)
    return list(PracticeCard.objects.filter(organisation=cast.organisation).order_by("place"))


def self_rated(cast: Cast) -> list[PracticeCard]:
    """The cards whose rating is the person's own."""
    kinds = (PracticeCard.Kind.RECALL, PracticeCard.Kind.ASK)
    return list(PracticeCard.objects.filter(organisation=cast.organisation, kind__in=kinds).order_by("place"))


def sent(card: PracticeCard, at: datetime, rating: int = 3, **others: Any) -> Sent:
    """An answer of a device whose clock is right."""
    values: dict[str, Any] = {"key": uuid4(), "edition": card.edition, "seconds": 12.0}
    return Sent(card=card.pk, at=at, rating=rating, **(values | others))


def answered(person: User, card: PracticeCard, at: datetime, rating: int = 3) -> Taken:
    """An answer that arrived as it was given."""
    return take_answers(by=person, answers=[sent(card, at, rating)], sent_at=at, now=at)


def days(number: float) -> timedelta:
    return timedelta(days=number)
