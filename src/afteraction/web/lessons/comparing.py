"""Two lessons side by side: what only one of them says, and what stands behind each."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from afteraction.web.full_text import words
from afteraction.web.lessons.models import Lesson, LessonPair, LessonUse


@dataclass(frozen=True)
class Part:
    """A piece of a text; `only` where the other lesson does not have these words."""

    text: str
    only: bool


@dataclass(frozen=True)
class Side:
    """One of the two: its text in parts, its scope in words, and how many deals and answers it has."""

    lesson: Lesson
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    reason: tuple[Part, ...]
    scope: tuple[tuple[str, str], ...]
    deals: int
    against: int
    shown: int
    used: int


@dataclass(frozen=True)
class Compared:
    """A pair; `keep` is the key of the one that is proposed to be kept: used more, then with more deals, then older."""

    pair: LessonPair
    sides: tuple[Side, Side]
    keep: int

    @property
    def percent(self) -> str:
        """How similar they are."""
        return f"{self.pair.similarity:.0%}"


def compared(pairs: Iterable[LessonPair]) -> list[Compared]:
    """The pairs of a page, side by side."""
    there = list(pairs)
    keys = {key for pair in there for key in (pair.first_id, pair.second_id)}
    deals = Lesson.objects.filter(pk__in=keys).annotate(
        supporting=Count("deals", filter=Q(deals__contradicts=False)),
        against=Count("deals", filter=Q(deals__contradicts=True)),
    )
    behind = {pk: (n, against) for pk, n, against in deals.values_list("pk", "supporting", "against")}
    answers = LessonUse.objects.filter(lesson__in=keys).values("lesson")
    counts = answers.annotate(n=Count("pk"), used=Count("pk", filter=Q(said=LessonUse.Said.USED)))
    uses = {row["lesson"]: (row["n"], row["used"]) for row in counts}
    found = []
    for pair in there:
        one, other = (
            _side(lesson, beside, behind[lesson.pk], uses.get(lesson.pk, (0, 0)))
            for lesson, beside in ((pair.first, pair.second), (pair.second, pair.first))
        )
        keep = max((one, other), key=lambda side: (side.used, side.deals - side.against, -side.lesson.pk))
        found.append(Compared(pair, (one, other), keep.lesson.pk))
    return found


def _side(lesson: Lesson, beside: Lesson, behind: tuple[int, int], uses: tuple[int, int]) -> Side:
    theirs = set(words(f"{beside.title} {beside.text} {beside.reason}"))
    return Side(
        lesson=lesson,
        title=_parts(lesson.title, theirs),
        text=_parts(lesson.text, theirs),
        reason=_parts(lesson.reason, theirs),
        scope=scope_of(lesson),
        deals=behind[0],
        against=behind[1],
        shown=uses[0],
        used=uses[1],
    )


def scope_of(lesson: Lesson) -> tuple[tuple[str, str], ...]:
    """Where a lesson holds: names with values, none where it holds anywhere."""
    named = [
        (name.capitalize(), getattr(lesson, name)) for name in ("step", "stage", "segment", "competitor", "source")
    ]
    low, high = lesson.amount_from, lesson.amount_to
    if low is not None or high is not None:
        ends = ("" if low is None else f"from {low:,.0f}", "" if high is None else f"up to {high:,.0f}")
        named.append(("Amount", " ".join(filter(None, ends))))
    return tuple((name, value) for name, value in named if value)


def _parts(text: str, theirs: set[str]) -> tuple[Part, ...]:
    """A text in pieces, those with words that the other does not have apart from the others."""
    parts: list[Part] = []
    for word in text.split():
        only = not set(words(word)) <= theirs
        if parts and parts[-1].only == only:
            parts[-1] = Part(f"{parts[-1].text} {word}", only)
        else:
            parts.append(Part(word, only))
    return tuple(parts)
