"""What there is to know about lessons. Every query starts from the organisation of who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet

from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import Lesson, LessonDeal
from afteraction.web.lessons.search import find
from afteraction.web.lessons.shown import ShownDeal, shown_deals
from afteraction.web.people.models import User

STATES: Final = {
    "": "All",
    **{state.value: state.label for state in Lesson.State},
    "challenged": "Challenged",
    "due": "To be looked at",
}
WHOSE: Final = {"": "Everyone's", "mine": "Mine"}
PER_PAGE: Final = 25
SIDES: Final = {"used": "Where it was used", "not": "Where it was shown and not used"}


@dataclass(frozen=True)
class LessonList:
    """What is asked for: in which state, whose, of which segment and origin, with which words."""

    state: str = ""
    whose: str = ""
    segment: str = ""
    origin: str = ""
    search: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "LessonList":
        """The list that an address asks for; what cannot be read is left out."""
        state, whose, origin = (str(query.get(name, "")) for name in ("state", "whose", "origin"))
        return cls(
            state=state if state in STATES else "",
            whose=whose if whose in WHOSE else "",
            segment=str(query.get("segment", ""))[:200],
            origin=origin if origin in Lesson.Origin.values else "",
            search=str(query.get("search", "")).strip()[:200],
        )

    def query(self, **changed: str) -> str:
        """The list as the query of an address, with some of it changed."""
        return urlencode({name: value for name, value in (vars(self) | changed).items() if value})


def lessons_for(user: User, asked: LessonList, *, today: date) -> "QuerySet[Lesson]":
    """The lessons that someone asks for; those found by words in the order of the search, others newest first."""
    found = find(user.organisation, asked.search) if asked.search else None
    lessons = found if found is not None else all_lessons(user).order_by("-changed_at", "-id")
    lessons = _narrowed(user, lessons.filter(merged_into=None), asked)
    return _in_state(lessons, asked.state, today).select_related("owner")


def all_lessons(user: User) -> "QuerySet[Lesson]":
    """Every lesson that someone may open."""
    return Lesson.objects.filter(organisation=user.organisation)


def lesson_of(user: User, key: int) -> Lesson | None:
    """A lesson that someone may open."""
    related = ("owner", "author", "review", "merged_into", "organisation")
    return all_lessons(user).select_related(*related).filter(pk=key).first()


def counts_of(user: User, asked: LessonList, *, today: date) -> dict[str, int]:
    """How many lessons each state has of those that are asked for otherwise."""
    lessons = _narrowed(user, all_lessons(user).filter(merged_into=None), asked)
    if asked.search and (found := find(user.organisation, asked.search)) is not None:
        lessons = lessons.filter(pk__in=list(found.values_list("pk", flat=True)))
    columns = {state.value: Count("pk", filter=Q(state=state)) for state in Lesson.State}
    counts = lessons.aggregate(
        all=Count("pk"),
        challenged=Count("pk", filter=_challenged()),
        due=Count("pk", filter=_due(today)),
        **columns,
    )
    return {state: counts[state or "all"] for state in STATES}


def due_for(user: User, *, today: date) -> "QuerySet[Lesson]":
    """Lessons that someone owns and should look at, the longest overdue first."""
    own = all_lessons(user).filter(_due(today), owner=user, merged_into=None)
    return own.order_by("review_on", "pk")


def drafts_for(user: User) -> "QuerySet[Lesson]":
    """Drafts that wait for someone who decides: of their team where they lead one, else of everyone. Newest first."""
    waiting = all_lessons(user).filter(state=Lesson.State.DRAFT, merged_into=None)
    if user.team is not None:
        waiting = waiting.filter(Q(author__team=user.team) | Q(owner=user))
    return waiting.order_by("-changed_at", "-id")


@dataclass(frozen=True)
class DealBehind:
    """A deal behind a lesson; `deal` is None where it is not on record (any more)."""

    behind: LessonDeal
    deal: Deal | None


def deals_behind(lesson: Lesson, *, contradicts: bool, most: int = 200) -> list[DealBehind]:
    """The deals that speak for a lesson, or against it, the newest first."""
    rows = list(lesson.deals.filter(contradicts=contradicts).order_by("-added_at", "-pk")[:most])
    deals = Deal.objects.filter(organisation=lesson.organisation_id, deal_id__in=[each.deal_id for each in rows])
    known = {deal.deal_id: deal for deal in deals}
    return [DealBehind(row, known.get(row.deal_id)) for row in rows]


def shown_on(lesson: Lesson, side: str) -> list[ShownDeal]:
    """The deals on which it was shown and used, or not, the newest first."""
    used = side == "used"
    return [each for each in reversed(shown_deals(lesson)) if each.used == used]


def page_of(lessons: "QuerySet[Lesson]", number: str | None) -> Any:
    """A page of lessons."""
    return Paginator(lessons, PER_PAGE).get_page(number)


def segments_of(user: User) -> list[str]:
    """The segments that lessons are narrowed to."""
    return sorted(set(all_lessons(user).exclude(segment="").values_list("segment", flat=True).distinct()))


def _narrowed(user: User, lessons: "QuerySet[Lesson]", asked: LessonList) -> "QuerySet[Lesson]":
    if asked.whose == "mine":
        lessons = lessons.filter(Q(owner=user) | Q(author=user))
    if asked.segment:
        lessons = lessons.filter(segment__in=("", asked.segment))
    return lessons.filter(origin=asked.origin) if asked.origin else lessons


def _in_state(lessons: "QuerySet[Lesson]", state: str, today: date) -> "QuerySet[Lesson]":
    if state == "challenged":
        return lessons.filter(_challenged())
    if state == "due":
        return lessons.filter(_due(today))
    return lessons.filter(state=state) if state else lessons


def _challenged() -> Q:
    return Q(challenged_at__isnull=False) & ~Q(state=Lesson.State.RETIRED)


def _due(today: date) -> Q:
    return Q(review_on__lte=today) & ~Q(state=Lesson.State.RETIRED)
