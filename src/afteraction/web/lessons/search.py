"""Lessons by words: each word of the search begins a word of the title, of what to do, of the reason or of the scope.

Whoever writes a lesson sets `search_words` to what `words_of` says.
"""

from typing import Final

from django.db.models import Case, IntegerField, QuerySet, Value, When

from afteraction.web.full_text import WordIndex, asked_words, joined_words, words
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import Organisation

INDEX: Final = WordIndex("lessons_search", "lessons_lesson")
MOST: Final = 500
"""Lessons that a search finds at most: whoever gets more types another word."""
_MOST_WORDS: Final = 600


def words_of(lesson: Lesson) -> str:
    """What a lesson is searched by."""
    scope = (lesson.step, lesson.stage, lesson.segment, lesson.competitor, lesson.source)
    return joined_words(lesson.title, lesson.text, lesson.reason, *scope, most=_MOST_WORDS)


def find(organisation: Organisation, search: str) -> "QuerySet[Lesson] | None":
    """The lessons with every word of a search; None where it has no word in it.

    In order: those with the words in their title, then those that are in use, then the newest.
    """
    asked = asked_words(search)
    if not asked:
        return None
    keys = INDEX.keys(organisation.pk, asked, MOST)
    found = Lesson.objects.filter(organisation=organisation, pk__in=keys)
    titled = [
        pk
        for pk, title in found.values_list("pk", "title")
        if all(any(word.startswith(each) for word in words(title)) for each in asked)
    ]
    alive = (Lesson.State.KEPT, Lesson.State.IN_USE, Lesson.State.TESTED)
    return found.annotate(
        by_title=Case(When(pk__in=titled, then=Value(0)), default=Value(1), output_field=IntegerField()),
        by_state=Case(When(state__in=alive, then=Value(0)), default=Value(1), output_field=IntegerField()),
    ).order_by("by_title", "by_state", "-changed_at", "-id")


def keys_with_any(organisation: Organisation, asked: tuple[str, ...], *, rare: int) -> set[int]:
    """The lessons that have any of some words, as far as no more than `rare` have it: what is common tells nothing."""
    found: set[int] = set()
    for word in asked:
        keys = INDEX.keys(organisation.pk, (word,), rare + 1)
        if len(keys) <= rare:
            found.update(keys)
    return found
