"""Lessons that say nearly the same: found by their texts, on this machine alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from afteraction.analysis.lesson_ranking import DUPLICATE
from afteraction.analysis.text_vectors import alike_pairs, corpus, similarities
from afteraction.web.full_text import words
from afteraction.web.lessons.models import Lesson, LessonPair
from afteraction.web.lessons.search import keys_with_any
from afteraction.web.people.models import Organisation

MOST_PAIRS: Final = 1_000
"""Pairs that wait to be looked at, the most similar ones: nobody looks at more."""
_LONG_WORDS: Final = 12
_SHORTEST_WORD: Final = 5
_RARE: Final = 60
_NEAREST: Final = 0.3
"""From this similarity on, a lesson is worth a look before another one is written."""


@dataclass(frozen=True)
class Near:
    """A lesson like what someone is writing, and how similar it is, from 0 to 1."""

    lesson: Lesson
    similarity: float

    @property
    def same(self) -> bool:
        """Whether it says nearly the same."""
        return self.similarity >= DUPLICATE


def text_of(lesson: Lesson) -> str:
    """What a lesson says, for comparing."""
    return f"{lesson.title}. {lesson.text} {lesson.reason}"


def living(organisation: Organisation) -> "QuerySet[Lesson]":
    """The lessons that have not been merged into others or retired."""
    return Lesson.objects.filter(organisation=organisation, merged_into=None).exclude(state=Lesson.State.RETIRED)


def nearest(organisation: Organisation, text: str, *, most: int = 3, but: int | None = None) -> tuple[Near, ...]:
    """The lessons most like a text that is being written, without the one with the key `but`; often none.

    Looked for by the longer words of the text that not many lessons have, then compared as a whole.
    """
    asked = [word for word in words(text) if len(word) >= _SHORTEST_WORD]
    rare = tuple(sorted(asked, key=lambda word: -len(word))[:_LONG_WORDS])
    keys = keys_with_any(organisation, rare, rare=_RARE) - {but}
    found = list(living(organisation).filter(pk__in=keys))
    if not found:
        return ()
    alike = similarities([text], corpus([*map(text_of, found), text]))[0][:-1]
    ranked = sorted(zip(found, map(float, alike), strict=True), key=lambda pair: (-pair[1], pair[0].pk))
    return tuple(Near(lesson, min(value, 1.0)) for lesson, value in ranked[:most] if value >= _NEAREST)


def find_pairs(*, organisation: Organisation, now: datetime) -> int:
    """Look through all living lessons for near duplicates and keep the pairs. Returns how many wait to be looked at.

    Idempotent. What people have decided about a pair stays; a pair that has grown apart is forgotten.
    """
    rows = list(living(organisation).order_by("pk").values_list("pk", "title", "text", "reason"))
    found = alike_pairs([f"{title}. {text} {reason}" for _pk, title, text, reason in rows], DUPLICATE)[:MOST_PAIRS]
    wanted = {(rows[pair.first][0], rows[pair.second][0]): pair.similarity for pair in found}
    with transaction.atomic():
        known = {(each.first_id, each.second_id): each for each in LessonPair.objects.filter(organisation=organisation)}
        gone = [p.pk for keys, p in known.items() if keys not in wanted and p.state == LessonPair.State.FOUND]
        LessonPair.objects.filter(pk__in=gone).delete()
        LessonPair.objects.bulk_create(
            [
                LessonPair(organisation=organisation, first_id=a, second_id=b, similarity=value, found_at=now)
                for (a, b), value in wanted.items()
                if (a, b) not in known
            ],
            ignore_conflicts=True,
        )
        changed = []
        for keys, pair in known.items():
            if keys in wanted and pair.similarity != wanted[keys]:
                pair.similarity = wanted[keys]
                changed.append(pair)
        LessonPair.objects.bulk_update(changed, ["similarity"], batch_size=500)
    return pairs_to_look_at(organisation).count()


def pairs_to_look_at(organisation: Organisation) -> "QuerySet[LessonPair]":
    """The pairs nobody has decided about, the most similar first; of lessons that are both still there."""
    living_pairs = LessonPair.objects.filter(
        organisation=organisation, state=LessonPair.State.FOUND, first__merged_into=None, second__merged_into=None
    ).exclude(first__state=Lesson.State.RETIRED)
    return living_pairs.exclude(second__state=Lesson.State.RETIRED).order_by("-similarity", "id")


def twins_of(organisation: Organisation, keys: Sequence[int]) -> set[int]:
    """The lessons that say nearly the same as some, unless people said that they differ."""
    pairs = LessonPair.objects.filter(organisation=organisation).exclude(state=LessonPair.State.DIFFER)
    wanted = list(keys)
    return {*pairs.filter(first__in=wanted).values_list("second", flat=True)} | {
        *pairs.filter(second__in=wanted).values_list("first", flat=True)
    }
