"""Lessons that say nearly the same, and some that were merged, with a word that nobody else may read."""

from dataclasses import dataclass

from django.utils import timezone
from tests.cast import Cast
from tests.web.lessons.matched import lesson

from afteraction.web.lessons.merging import merge
from afteraction.web.lessons.models import Lesson, LessonMerge, LessonPair
from afteraction.web.lessons.similar import find_pairs


@dataclass(frozen=True)
class MatchingWorld:
    """A pair that waits, one of its lessons, and a merge that stands."""

    lesson: Lesson
    pair: LessonPair
    merge: LessonMerge


def plant_matching(cast: Cast, secret: str) -> MatchingWorld:
    """Two pairs of twins, of which one was merged."""
    now, organisation = timezone.now(), cast.organisation
    one, other = (lesson(organisation, f"{secret} asks who signs the contract{end}") for end in ("", " too"))
    kept, merged = (lesson(organisation, f"{secret} wants three packages in the offer{end}") for end in ("", " also"))
    done = merge(by=cast.manager, kept=kept, merged=merged, now=now)
    find_pairs(organisation=organisation, now=now)
    return MatchingWorld(one, LessonPair.objects.get(first=one, second=other), done)
