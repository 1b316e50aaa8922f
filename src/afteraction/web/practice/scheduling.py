"""When a card comes back: FSRS, as the package `fsrs` computes it, over the state and the log that are kept here.

FSRS-6 with the parameters it ships with, fitted to some hundred million reviews of others (Ye 2022, "A stochastic
shortest path algorithm for optimizing spaced repetition scheduling"; the open-spaced-repetition project). Nothing is
left to chance: intervals are not blurred, and whoever computes twice gets the same.

People practise once a day, so there are no steps of minutes: a card that was forgotten comes back in the same session
by the page, and on the next day by its schedule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fsrs import Card, Rating, Scheduler, State

from afteraction.analysis.retention import DESIRED, RETENTIONS

AGAIN: Final = int(Rating.Again)
MOST_DAYS: Final = 365
"""A card comes back within a year: lessons and processes do not live longer unseen."""


@dataclass(frozen=True)
class Plan:
    """How cards are scheduled for someone: the share they want to remember, and steps of minutes, if any."""

    retention: float = DESIRED
    learning: tuple[timedelta, ...] = ()
    relearning: tuple[timedelta, ...] = ()
    most_days: int = MOST_DAYS

    def __post_init__(self) -> None:
        low, high = RETENTIONS
        if not low <= self.retention <= high:
            raise ValueError(f"retention is {self.retention}, expected from {low} to {high}")


@dataclass(frozen=True)
class Memory:
    """What is known of someone's memory of a card: FSRS's state, with days of `stability` and a `difficulty` of 1-10.

    Before the first answer there are neither; it is due at once.
    """

    due: datetime
    state: int = int(State.Learning)
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class Answered:
    """One answer: when, and the rating from 1 (again) to 4 (easy)."""

    at: datetime
    rating: int


@dataclass(frozen=True)
class Seen:
    """An answer with what was known before it: days since the one before, and the recall that was forecast.

    Both are None for the first one. `stability` is that before the answer, in days.
    """

    answer: Answered
    days: int | None
    forecast: float | None
    stability: float | None


def scheduler(plan: Plan) -> Scheduler:
    """The package's scheduler for a plan; its blur, which draws from the global random state, is off."""
    return Scheduler(
        desired_retention=plan.retention,
        learning_steps=plan.learning,
        relearning_steps=plan.relearning,
        maximum_interval=plan.most_days,
        enable_fuzzing=False,
    )


def after(memory: Memory, answer: Answered, plan: Plan) -> Memory:
    """The memory after an answer. Answers come in the order of time: `replay` sees to it."""
    card, _log = scheduler(plan).review_card(_card(memory), Rating(answer.rating), answer.at.astimezone(UTC))
    return Memory(card.due, int(card.state), card.step, card.stability, card.difficulty, card.last_review)


def replay(answers: Iterable[Answered], plan: Plan, begun: datetime) -> tuple[Memory, list[Seen]]:
    """The memory after all answers to a card, in any order and from however many devices, and what preceded each.

    Sorting them by time first makes the result the same whichever device was heard first.
    """
    memory, seen = Memory(begun), []
    for answer in sorted(answers, key=lambda each: (each.at, each.rating)):
        last = memory.last
        days = None if last is None else max((answer.at - last).days, 0)
        seen.append(Seen(answer, days, recall(memory, answer.at), memory.stability))
        memory = after(memory, answer, plan)
    return memory, seen


def recall(memory: Memory, at: datetime) -> float | None:
    """The chance that it is remembered at a time, by FSRS's curve of forgetting; None before the first answer."""
    if memory.stability is None or memory.last is None:
        return None
    return float(_ANY.get_card_retrievability(_card(memory), at.astimezone(UTC)))


def _card(memory: Memory) -> Card:
    """As the package has it. Its own `from_dict` takes 0.0 for nothing, so it is not used."""
    card = Card(
        card_id=0,
        state=State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due.astimezone(UTC),
        last_review=None if memory.last is None else memory.last.astimezone(UTC),
    )
    card.step = memory.step
    return card


_ANY: Final = scheduler(Plan())
"""Forgetting does not depend on the plan."""
