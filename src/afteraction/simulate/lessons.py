"""Organisations with lessons of which it is known what each is good for: for measuring how well lessons are ranked.

A lesson has a topic, a true scope and a true quality; what is on record of it is the text, and the scope as far as its
author wrote it down, now and then wrongly. A deal at one moment needs some topics, which its texts and its missing
steps give away only in part. How much each of these tells differs from organisation to organisation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.simulate.arrays import Flags, Floats, Ints
from afteraction.simulate.lesson_words import (
    COMPETITORS,
    CONTEXTS,
    DETAILS,
    FILLERS,
    NOISE,
    SEGMENTS,
    SOURCES,
    STAGES,
    THINGS,
    TOPICS,
    WHO,
)
from afteraction.simulate.names import COMPANY_CORE, COMPANY_PART

DAYS: Final = 720.0
_USEFUL: Final = 0.4
"""The quality from which a lesson is worth being shown where it fits."""


@dataclass(frozen=True)
class WrittenLesson:
    """A lesson as it is on record (`step` to `deals`), and in truth (`topic` to `quality`); `made` is its day.

    A scope is empty where it has none. `deals` are the deals behind it: segment, competitor, source, amount.
    """

    text: str
    step: str
    stage: str
    segment: str
    competitor: str
    amount_from: float
    amount_to: float
    deals: tuple[tuple[str, str, str, float], ...]
    made: float
    topic: int
    true_segment: str
    true_competitor: str
    true_size: tuple[float, float]
    quality: float


@dataclass(frozen=True)
class Moment:
    """An open deal on one day: what is known of it, and in truth the topics that it needs."""

    day: float
    stage: str
    segment: str
    competitor: str
    source: str
    amount: float
    text: str
    missing: frozenset[str]
    done: frozenset[str]
    needs: frozenset[int]


@dataclass(frozen=True)
class LessonWorld:
    """An organisation. `chance` is how likely each lesson is used at each moment, `relevant` whether to show it.

    Both are moments × lessons, whether a lesson is written by then or not.
    """

    lessons: tuple[WrittenLesson, ...]
    moments: tuple[Moment, ...]
    chance: Floats
    relevant: Flags


@dataclass(frozen=True)
class _Habits:
    """How much of the truth is written down here."""

    scoped: float
    steps: float
    said: float
    missing: float
    careless: float


def lesson_world(rng: np.random.Generator, lessons: int = 250, moments: int = 600) -> LessonWorld:
    """An organisation over two years."""
    habits = _Habits(*rng.uniform((0.35, 0.3, 0.25, 0.4, 0.0), (0.8, 0.8, 0.75, 0.9, 0.1)))
    written = tuple(sorted((_lesson(rng, habits) for _ in range(lessons)), key=lambda each: each.made))
    seen = tuple(sorted((_moment(rng, habits) for _ in range(moments)), key=lambda each: each.day))
    chance = np.array([[_chance(lesson, moment) for lesson in written] for moment in seen])
    relevant = np.array([[_is_relevant(lesson, moment) for lesson in written] for moment in seen])
    return LessonWorld(written, seen, chance, relevant)


@dataclass(frozen=True)
class Saying:
    """A sentence with the ways in which it can be said, and which of them was chosen."""

    ways: tuple[str, ...]
    chosen: int = 0

    @property
    def text(self) -> str:
        return _capital(self.ways[self.chosen])


def lesson_sayings(rng: np.random.Generator, topic: int) -> tuple[Saying, ...]:
    """A lesson about a topic, its title first: one phrase of it or more, and details that are the lesson's own."""
    phrases = TOPICS[topic].phrases
    first, *others = (_of_a_case(rng, phrases[n]) for n in rng.permutation(len(phrases)))
    ways = [each for each in others if rng.random() < 0.6] + [_detail(rng) for _n in range(int(rng.integers(1, 4)))]
    ways += [(FILLERS[n],) for n in rng.choice(len(FILLERS), size=int(rng.integers(0, 3)), replace=False)]
    ordered = [first, *(ways[n] for n in rng.permutation(len(ways)))]
    return tuple(Saying(each, int(rng.integers(len(each)))) for each in ordered)


def lesson_text(rng: np.random.Generator, topic: int) -> str:
    """The words of such a lesson."""
    return written_down(lesson_sayings(rng, topic))


def written_down(sayings: Sequence[Saying]) -> str:
    """Sentences as a text."""
    return " ".join(f"{each.text}." for each in sayings)


def reworded(rng: np.random.Generator, sayings: Sequence[Saying]) -> str:
    """The same lesson as someone else would type it: a third said in other words, slips, a sentence more or less."""
    title, *said = (
        Saying(each.ways, (each.chosen + 1) % len(each.ways)) if rng.random() < 0.33 else each for each in sayings
    )
    if len(said) > 2 and rng.random() < 0.3:
        said.pop(int(rng.integers(len(said))))
    if rng.random() < 0.4:
        said.append(Saying((str(rng.choice(FILLERS)),)))
    typed = list(written_down([title, *(said[n] for n in rng.permutation(len(said)))]))
    for _slip in range(int(rng.integers(3))):
        place = int(rng.integers(1, len(typed) - 1))
        typed[place], typed[place - 1] = typed[place - 1], typed[place]
    return "".join(typed)


def _of_a_case(rng: np.random.Generator, phrase: tuple[str, ...]) -> tuple[str, ...]:
    """A phrase of a topic with a word on the case that the lesson comes from."""
    context = str(rng.choice(CONTEXTS)).format(**_slots(rng))
    return tuple(f"{way} {context}" for way in phrase)


def _detail(rng: np.random.Generator) -> tuple[str, ...]:
    ways, slots = DETAILS[int(rng.integers(len(DETAILS)))], _slots(rng)
    return tuple(way.format(**slots) for way in ways)


def _slots(rng: np.random.Generator) -> dict[str, str]:
    thing, other = (THINGS[n] for n in rng.choice(len(THINGS), size=2, replace=False))
    return {
        "who": str(rng.choice(WHO)),
        "customer": f"{rng.choice(COMPANY_CORE)}{rng.choice(COMPANY_PART)}",
        "thing": thing,
        "other": other,
    }


def _lesson(rng: np.random.Generator, habits: _Habits) -> WrittenLesson:
    topic = int(rng.integers(len(TOPICS)))
    segment = _maybe(rng, 0.4, SEGMENTS)
    competitor = _maybe(rng, 0.6 if TOPICS[topic].name == "rivals" else 0.15, COMPETITORS)
    size = ((0.0, 20_000.0), (50_000.0, np.inf), (0.0, np.inf))[int(rng.choice(3, p=(0.15, 0.15, 0.7)))]

    def written(value: str, names: tuple[str, ...]) -> str:
        if rng.random() < habits.careless:
            return str(rng.choice(names))
        return value if rng.random() < habits.scoped else ""

    sized = rng.random() < habits.scoped
    return WrittenLesson(
        text=lesson_text(rng, topic),
        step=TOPICS[topic].name if rng.random() < habits.steps else "",
        stage=written(STAGES[TOPICS[topic].stage], STAGES),
        segment=written(segment, SEGMENTS),
        competitor=written(competitor, COMPETITORS),
        amount_from=size[0] if sized and size[0] else np.nan,
        amount_to=size[1] if sized and np.isfinite(size[1]) else np.nan,
        deals=tuple(_behind(rng, segment, competitor, size) for _ in range(int(rng.integers(1, 5)))),
        made=float(rng.uniform(0, DAYS)),
        topic=topic,
        true_segment=segment,
        true_competitor=competitor,
        true_size=size,
        quality=float(rng.beta(1.6, 1.6)),
    )


def _behind(
    rng: np.random.Generator, segment: str, competitor: str, size: tuple[float, float]
) -> tuple[str, str, str, float]:
    amount = float(np.clip(rng.lognormal(10.2, 1.0), max(size[0], 1.0), size[1]))
    return (
        segment if segment and rng.random() < 0.9 else str(rng.choice(SEGMENTS)),
        competitor if competitor and rng.random() < 0.9 else _maybe(rng, 0.5, COMPETITORS),
        str(rng.choice(SOURCES)),
        amount,
    )


def _moment(rng: np.random.Generator, habits: _Habits) -> Moment:
    stage = int(rng.integers(len(STAGES)))
    competitor = _maybe(rng, 0.5, COMPETITORS)
    here = [n for n, topic in enumerate(TOPICS) if topic.stage == stage and (competitor or topic.name != "rivals")]
    before = [n for n, topic in enumerate(TOPICS) if topic.stage == stage - 1]
    needs = {int(n) for n in rng.choice(here, size=int(rng.integers(1, 4)), replace=False)}
    if before and rng.random() < 0.4:
        needs.add(int(rng.choice(before)))
    said = [str(rng.choice(rng.choice(TOPICS[n].phrases))) for n in sorted(needs) if rng.random() < habits.said]
    noise = [str(each) for each in rng.choice(NOISE, size=3)]
    missing = {TOPICS[n].name for n in needs if rng.random() < habits.missing}
    missing |= {TOPICS[n].name for n in here if n not in needs and rng.random() < 0.15}
    done = {
        topic.name for n, topic in enumerate(TOPICS) if topic.stage <= stage and n not in needs and rng.random() < 0.5
    }
    texts = said + noise
    return Moment(
        day=float(rng.uniform(DAYS / 6, DAYS)),
        stage=STAGES[stage],
        segment=str(rng.choice(SEGMENTS)),
        competitor=competitor,
        source=str(rng.choice(SOURCES)),
        amount=float(rng.lognormal(10.2, 1.0)),
        text=". ".join(texts[n] for n in rng.permutation(len(texts))),
        missing=frozenset(missing),
        done=frozenset(done - missing),
        needs=frozenset(needs),
    )


def _holds(lesson: WrittenLesson, moment: Moment) -> bool:
    return (
        lesson.true_segment in ("", moment.segment)
        and lesson.true_competitor in ("", moment.competitor)
        and lesson.true_size[0] <= moment.amount <= lesson.true_size[1]
    )


def _chance(lesson: WrittenLesson, moment: Moment) -> float:
    if lesson.topic not in moment.needs:
        return 0.06 if STAGES[TOPICS[lesson.topic].stage] == moment.stage else 0.02
    return 0.1 + 0.8 * lesson.quality if _holds(lesson, moment) else 0.1


def _is_relevant(lesson: WrittenLesson, moment: Moment) -> bool:
    return lesson.topic in moment.needs and _holds(lesson, moment) and lesson.quality >= _USEFUL


def answers_of(rng: np.random.Generator, world: LessonWorld, moment: int, shown: Ints) -> list[bool | None]:
    """What people say of the lessons that they are shown: used, or not; None where they say nothing."""
    found: list[bool | None] = []
    for lesson in shown:
        used = rng.random() < world.chance[moment, lesson]
        found.append(None if rng.random() < 0.3 else bool(used))
    return found


def _maybe(rng: np.random.Generator, chance: float, names: tuple[str, ...]) -> str:
    return str(rng.choice(names)) if rng.random() < chance else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
