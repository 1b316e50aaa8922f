"""Invented people who practise, whose memory is known: as FSRS has it, and otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.retention import Answers
from afteraction.web.practice.scheduling import AGAIN, Answered, Memory, Plan, after, recall

_BEGUN: Final = datetime(2026, 1, 1, 8, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_GOOD: Final = 3
_MISSED: Final = 0.25
"""The share of days on which someone does not practise: cards then come later than planned."""
FIRST_RIGHT: Final = 0.7


@dataclass(frozen=True)
class World:
    """How the people of a world remember.

    `pace` multiplies the days for which FSRS says that something is remembered, `differ` is the standard deviation of
    its logarithm between people. `guess` is the chance to be right without knowing. `exponential` memories follow
    another law altogether: they halve after 4 days, after 2.5 times as long with each right answer, half with a wrong.
    """

    name: str
    pace: float = 1.0
    differ: float = 0.0
    guess: float = 0.0
    exponential: bool = False


WORLDS: Final = (
    World("memory as FSRS has it"),
    World("people differ", differ=0.6),
    World("forget twice as fast", pace=0.5),
    World("one in four guessed right", guess=0.25),
    World("exponential forgetting", exponential=True),
    World("exponential, people differ", differ=0.6, exponential=True),
)


@dataclass(frozen=True)
class Learned:
    """What people answered, the day of each answer, and the true chance that it was right."""

    answers: Answers
    day: Floats
    truth: Floats


def learned(world: World, rng: np.random.Generator, people: int, cards: int, days: int) -> Learned:
    """People who begin a card every other day or so and practise what is due, for some days."""
    rows = [
        (person, person * cards + card, *row)
        for person in range(people)
        for pace in [world.pace * float(np.exp(rng.normal(0.0, world.differ)))]
        for card in range(cards)
        for row in _card(world, rng, pace, int(rng.integers(0, days // 2)), days)
    ]
    person_, card_, order, since, at, forecast, right, truth, first, day = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    answers = Answers(right.astype(bool), person_, card_, since, forecast, at, first, order)
    return Learned(answers, day.astype(float), truth.astype(float))


def _card(
    world: World, rng: np.random.Generator, pace: float, begun: int, days: int
) -> Iterator[tuple[int, float, float, float, bool, float, int, float]]:
    """One card of one person: order, days since the last answer and the first, forecast, right, true chance, first
    rating, day."""
    plan, day, half_life = Plan(), begun, 4.0 * pace
    at = _BEGUN + day * _DAY
    first = _GOOD if rng.random() < FIRST_RIGHT else AGAIN
    memory, order, last = after(Memory(at), Answered(at, first), plan), 0, day
    while True:
        day = max((memory.due - _BEGUN) // _DAY, last + 1)
        while rng.random() < _MISSED:
            day += 1
        if day >= days:
            return
        at, order, gap = _BEGUN + day * _DAY, order + 1, day - last
        forecast = recall(memory, at) or 0.0
        # The same curve, for a stability that is `pace` times as long.
        known = (
            0.5 ** (gap / half_life) if world.exponential else recall(memory, _BEGUN + last * _DAY + gap * _DAY / pace)
        )
        truth = world.guess + (1 - world.guess) * (known or 0.0)
        right = bool(rng.random() < truth)
        yield order, float(gap), float(day - begun), forecast, right, truth, first, float(day)
        half_life = half_life * 2.5 if right else max(half_life * 0.5, 1.0)
        memory, last = after(memory, Answered(at, _GOOD if right else AGAIN), plan), day
