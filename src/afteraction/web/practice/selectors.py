"""What there is to know about practice. What is a person's own is asked for with that person alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from afteraction.analysis.calibration import Accuracy, Measured
from afteraction.analysis.retention import (
    RECENT_DAYS,
    Answers,
    Retention,
    correction,
    forecast_accuracy,
    remembered_later,
    retention_of_one,
)
from afteraction.errors import NotEnoughData
from afteraction.web.people.models import Organisation, User
from afteraction.web.practice.models import CardAnswer, CardMemory, PathStep, RetentionFigures
from afteraction.web.practice.visibility import led_by

AHEAD: Final = 30
"""Days that the forecast looks ahead."""
DAYS_TO_PRACTISE: Final = 2
"""On how many days each card of a step of the path is practised before the step is done."""


@dataclass(frozen=True)
class OwnRetention:
    """For the person alone: what they remembered, whether forecasts hold for them, and what is left in 30 days."""

    measured: Retention | NotEnoughData
    accuracy: Accuracy | NotEnoughData
    learned: int
    left: Measured | None
    days: int = AHEAD


def own_retention(person: User, *, now: datetime) -> OwnRetention:
    """The retention of whoever asks."""
    answers = answers_of(CardAnswer.objects.filter(person=person))
    recent = answers_of(CardAnswer.objects.filter(person=person, at__gte=now - timedelta(days=RECENT_DAYS)))
    by = correction(recent.forecast, recent.right)
    learned = [
        (stability, (now - last) / timedelta(days=1))
        for stability, last in CardMemory.objects.filter(person=person, card__retired_at=None).values_list(
            "stability", "last"
        )
        if stability is not None and last is not None
    ]
    left = (
        remembered_later([each[0] for each in learned], [each[1] for each in learned], AHEAD, by) if learned else None
    )
    return OwnRetention(
        measured=retention_of_one(answers),
        accuracy=forecast_accuracy(answers.forecast, answers.right, answers.card),
        learned=len(learned),
        left=left,
    )


def answers_of(answers: Any) -> Answers:
    """The answers that measure memory: those given a day or more after the one before."""
    rows = list(
        answers.filter(days__gte=1).order_by("at", "pk").values_list(
            "rating", "person", "card", "days", "forecast", "since_first", "first_rating", "order"
        )
    )  # fmt: skip
    columns: Sequence[Any] = list(zip(*rows, strict=True)) if rows else [()] * 8
    people = np.unique(np.array(columns[1], dtype=np.int64), return_inverse=True)[1]
    return Answers(
        right=np.array(columns[0], dtype=np.int64) > 1,
        person=people,
        card=np.array(columns[2], dtype=np.int64),
        days=np.array(columns[3], dtype=float),
        forecast=np.array(columns[4], dtype=float),
        since_first=np.array(columns[5], dtype=float),
        first_rating=np.array(columns[6], dtype=np.int64),
        order=np.array(columns[7], dtype=np.int64),
    )


def retention_figures(organisation: Organisation) -> RetentionFigures | None:
    """What the organisation remembers, as it was counted last."""
    return RetentionFigures.objects.filter(organisation=organisation).first()


@dataclass(frozen=True)
class PathRow:
    """A step of the path, and whether someone has practised it."""

    step: PathStep
    done: bool


@dataclass(frozen=True)
class Progress:
    """How far someone is on the path. It depends on days of practice alone, so it tells nothing of what is known."""

    person: User
    rows: tuple[PathRow, ...]

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)

    @property
    def of(self) -> int:
        return len(self.rows)

    @property
    def to_come(self) -> tuple[PathRow, ...]:
        return tuple(row for row in self.rows if not row.done)


def progress_of(person: User) -> Progress:
    """The path of someone."""
    return _progress(person.organisation, [person])[0]


def progress_of_team(user: User) -> list[Progress]:
    """The path of each rep whom a manager leads; nothing for anyone else."""
    return _progress(user.organisation, list(led_by(user)))


def _progress(organisation: Organisation, people: list[User]) -> list[Progress]:
    steps = list(PathStep.objects.filter(organisation=organisation).prefetch_related("cards"))
    needed = {each.pk: {card.pk for card in each.cards.all() if card.retired_at is None} for each in steps}
    cards = set().union(*needed.values()) if needed else set()
    days: dict[tuple[int, int], set[Any]] = {}
    answered = CardAnswer.objects.filter(person__in=people, card__in=cards).values_list("person", "card", "at__date")
    for person, card, day in answered.distinct():
        days.setdefault((person, card), set()).add(day)
    return [
        Progress(
            person,
            tuple(
                PathRow(
                    step,
                    bool(needed[step.pk])
                    and all(len(days.get((person.pk, card), ())) >= DAYS_TO_PRACTISE for card in needed[step.pk]),
                )
                for step in steps
            ),
        )
        for person in people
    ]
