"""Lessons: the list, one with its evidence, writing, moving on, and those for an open deal."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import deal_for
from afteraction.web.lessons import on_deal, selectors, services
from afteraction.web.lessons.models import Lesson
from afteraction.web.lessons.selectors import LessonList
from afteraction.web.lessons.writing import Words
from afteraction.web.people.roles import Right

part = Part("lessons")
State = Literal["draft", "tested", "in_use", "kept", "retired"]
_OWNERS = frozenset({Right.OWN_LESSONS})


class LessonsQuery(PageQuery):
    """Which lessons."""

    state: State | None = None
    mine: bool = Field(False, description="Those that you own or wrote.")
    segment: str = Field("", max_length=200, description="Those that hold there, or anywhere.")
    search: str = Field("", max_length=200)


class LessonIn(Body):
    """What a lesson says and where it holds; what is empty or null narrows nothing."""

    title: str = Field(min_length=1, max_length=160, pattern=r"\S")
    text: str = Field(min_length=1, max_length=2000, pattern=r"\S", description="What to do.")
    reason: str = Field("", max_length=2000, description="Why it works.")
    step: str = Field("", max_length=120, description="The id of a step of the process.")
    stage: str = Field("", max_length=200)
    segment: str = Field("", max_length=200)
    competitor: str = Field("", max_length=200)
    source: str = Field("", max_length=200)
    amount_from: float | None = Field(None, allow_inf_nan=False)
    amount_to: float | None = Field(None, allow_inf_nan=False)
    review_on: date | None = Field(None, description="When it is to be looked at again.")


class NewLessonIn(LessonIn):
    """A new lesson."""

    deals: list[str] = Field(default_factory=list, max_length=200, description="Ids of the deals behind it.")


class MoveIn(Body):
    """Where a lesson goes, and why."""

    to: State
    why: str = Field(min_length=1, max_length=500, pattern=r"\S")


class SayIn(Body):
    """What you say of a lesson on an open deal; empty takes it back."""

    deal_id: str = Field(min_length=1, max_length=300)
    said: Literal["", "used", "not_useful", "wrong"]
    why: str = Field("", max_length=300)


class BehindOut(Schema):
    """A deal behind a lesson."""

    deal_id: str
    contradicts: bool
    note: str


class LessonOut(Schema):
    """A lesson."""

    id: int
    title: str
    text: str
    reason: str
    state: str
    grade: str = Field(description="Of its evidence.")
    challenged: bool = Field(description="Later deals speak against it.")
    step: str
    stage: str
    segment: str
    competitor: str
    source: str
    amount_from: float | None
    amount_to: float | None
    owner: str | None
    review_on: date | None
    changed_at: datetime


class LessonDetail(LessonOut):
    """A lesson with what it rests on."""

    evidence: dict[str, Any] = Field(description="The plan of its test, how often it was shown and used, every look.")
    deals: list[BehindOut]


class LessonPage(PageEnds):
    """A page of lessons, the newest first."""

    items: list[LessonOut]


class SuggestionOut(Schema):
    """A lesson that fits a deal now, why, and what you said of it."""

    lesson: LessonOut
    reasons: list[str]
    deals_behind: list[str]
    said: str


class SuggestionList(Schema):
    """At most three lessons for a deal, the best first."""

    items: list[SuggestionOut]


@part.get("/lessons", scope=Scope.LESSONS_READ, answer=LessonPage)
def list_lessons(request: ApiRequest, asked: Query[LessonsQuery]) -> LessonPage:
    """List lessons, the newest first."""
    wanted = LessonList(
        state=asked.state or "", whose="mine" if asked.mine else "", segment=asked.segment, search=asked.search.strip()
    )
    page = rows_of(selectors.lessons_for(request.user, wanted, today=timezone.now().date()), asked)
    return LessonPage(items=[LessonOut(**_fields(each)) for each in page.rows], **page.ends)


@part.post("/lessons", scope=Scope.LESSONS_WRITE, answer=LessonDetail, status=201)
def write_lesson(request: ApiRequest, asked: NewLessonIn) -> Made:
    """Write a lesson. It is a draft until somebody decides to test it."""
    made = services.create_lesson(
        by=request.user,
        words=Words.read(asked.model_dump()),
        now=timezone.now(),
        deals=asked.deals,
        review_on=asked.review_on,
    )
    return Made(_detail(made), 201, f"/api/v1/lessons/{made.pk}")


@part.get("/lessons/{int:key}", scope=Scope.LESSONS_READ, answer=LessonDetail)
def get_lesson(request: ApiRequest, key: int) -> LessonDetail:
    """Get a lesson with its evidence and the deals behind it."""
    return _detail(_lesson(request, key))


@part.put("/lessons/{int:key}", scope=Scope.LESSONS_WRITE, answer=LessonDetail, refused=409)
def change_lesson(request: ApiRequest, key: int, asked: LessonIn) -> LessonDetail:
    """Change a lesson: one that you own, a draft that you wrote, or any where you decide about lessons."""
    words = Words.read(asked.model_dump())
    lesson = _lesson(request, key)
    changed = services.change_lesson(
        by=request.user, lesson=lesson, words=words, now=timezone.now(), review_on=asked.review_on
    )
    return _detail(changed)


@part.put("/lessons/{int:key}/state", scope=Scope.LESSONS_WRITE, rights=_OWNERS, answer=LessonDetail, refused=409)
def move_lesson(request: ApiRequest, key: int, asked: MoveIn) -> LessonDetail:
    """Move a lesson on, or back, with a reason."""
    lesson = _lesson(request, key)
    return _detail(services.move(by=request.user, lesson=lesson, to=asked.to, why=asked.why, now=timezone.now()))


@part.put("/lessons/{int:key}/said", scope=Scope.LESSONS_WRITE, answer=None, status=204, refused=409)
def say_of_lesson(request: ApiRequest, key: int, asked: SayIn) -> None:
    """Say what a lesson was worth on an open deal. One that is wrong is not shown to you again there."""
    deal, lesson = _deal(request, asked.deal_id), _lesson(request, key)
    on_deal.say(user=request.user, lesson=lesson, deal=deal, said=asked.said, why=asked.why, now=timezone.now())


@part.post(
    "/lessons/for-deal/{deal_id:deal_id}", scope=Scope.LESSONS_READ, answer=SuggestionList, refused=409, keyed=False
)
def show_lessons_for_deal(request: ApiRequest, deal_id: str) -> SuggestionList:
    """Show the lessons that fit an open deal now. That you were shown them is kept: it is how lessons are judged."""
    found = on_deal.show(user=request.user, deal=_deal(request, deal_id), now=timezone.now())
    return SuggestionList(
        items=[
            SuggestionOut(
                lesson=LessonOut(**_fields(each.lesson)),
                reasons=list(each.reasons),
                deals_behind=[line.deal_id for line in each.behind],
                said=each.use.said,
            )
            for each in found.suggestions
        ]
    )


def _lesson(request: ApiRequest, key: int) -> Lesson:
    found = selectors.lesson_of(request.user, key)
    if found is None:
        raise Http404
    return found


def _deal(request: ApiRequest, deal_id: str) -> Deal:
    found = deal_for(request.user, deal_id)
    if found is None:
        raise Http404
    return found


def _fields(lesson: Lesson) -> dict[str, Any]:
    same = set(LessonOut.model_fields) - {"id", "challenged", "owner"}
    told = {name: getattr(lesson, name) for name in same}
    owner = str(lesson.owner) if lesson.owner else None
    return told | {"id": lesson.pk, "challenged": lesson.challenged_at is not None, "owner": owner}


def _detail(lesson: Lesson) -> LessonDetail:
    behind = [
        BehindOut(deal_id=each.deal_id, contradicts=each.contradicts, note=each.note)
        for each in lesson.deals.order_by("-added_at", "-pk")[:200]
    ]
    return LessonDetail(**_fields(lesson), evidence=lesson.evidence, deals=behind)
