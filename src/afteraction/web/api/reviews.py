"""Reviews: the list, one review with what may be read of it, one's own answer, expectations, drivers."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.deals.selectors import deal_for
from afteraction.web.people.models import User
from afteraction.web.reviews import services
from afteraction.web.reviews.expectations import expect, expectations_of
from afteraction.web.reviews.models import Driver, Expectation, Review
from afteraction.web.reviews.reading import Part as SaidPart
from afteraction.web.reviews.reading import reading_of, review_for
from afteraction.web.reviews.taxonomy import all_drivers
from afteraction.web.reviews.visibility import readers

part = Part("reviews")
State = Literal["due", "done", "skipped", "left_out", "withdrawn"]


class ReviewOut(Schema):
    """The review of one closing of one deal."""

    id: int
    deal_id: str
    closing: int = Field(description="1 for the first time that the deal ended, 2 for the second, and so on.")
    outcome: str
    closed_at: datetime
    name: str
    account_name: str
    owner: str
    owner_name: str
    team: str
    amount: float | None
    currency: str
    state: State
    overdue: bool
    opened_at: datetime
    due_on: date
    done_at: datetime | None
    skip_reason: str
    weight: float = Field(description="How many ended deals it stands for; 0 where it was not drawn.")


class ReviewList(PageEnds):
    """A page of reviews, the newest first."""

    items: list[ReviewOut]


class ReviewQuery(PageQuery):
    """Which reviews."""

    state: State | None = None
    team: str = Field("", max_length=200)
    deal_id: str = Field("", max_length=300)
    mine: bool = Field(False, description="Only those of your own deals.")


class NamedOut(Schema):
    """A driver that somebody names, or says that it was none, under the name that it was said with."""

    key: str
    name: str
    denied: bool


class AnswerOut(Schema):
    """What the rep or the manager says, as far as you may read it: fields that you may not read are not there."""

    voice: Literal["rep", "manager"]
    person: str
    done_at: datetime | None = Field(description="Null while it is a draft, which only its author sees.")
    drivers: list[NamedOut]
    fields: dict[str, Any] = Field(description="A private note is there for its author alone.")
    inputs: int
    seconds: int


class ReviewDetail(ReviewOut):
    """A review with what may be read of its answers, and who reads what you write."""

    answers: list[AnswerOut]
    may_answer_as: Literal["rep", "manager"] | None
    readers: str


class NamedIn(Body):
    """A driver to name."""

    key: str = Field(max_length=60, description="As in /api/v1/drivers.")
    denied: bool = False


class AnswerIn(Body):
    """What is said so far: fields that are not sent stay as they are; `drivers` are all of them, the main one first."""

    fields: dict[str, str | bool] = Field(
        default_factory=dict,
        description="Of a rep: expected, happened, unknown, keep, change, lesson, private_note. Of a manager: stance, "
        "happened, unknown, learned, serves, lesson, private_note.",
    )
    drivers: list[NamedIn] | None = Field(None, max_length=100)
    inputs: int = Field(0, ge=0, le=1_000, description="How many questions were answered by hand.")


class SkipIn(Body):
    """Why a deal is not reviewed; it is counted."""

    reason: str = Field(min_length=1, max_length=300, pattern=r"\S")


class ExpectationIn(Body):
    """What you expect of an open deal of yours, in the stage that it is in."""

    deal_id: str = Field(max_length=300)
    chance: int = Field(ge=0, le=100, description="Of winning, in percent.")
    close_on: date | None = None
    next_step: str = Field("", max_length=300)
    risk: str = Field("", max_length=300, description="What could kill it.")


class ExpectationOut(Schema):
    """What someone expected of a deal in one of its stages."""

    id: int
    deal_id: str
    person: str
    stage: str
    chance: int
    close_on: date | None
    next_step: str
    risk: str
    made_at: datetime
    changed_at: datetime
    locked_at: datetime | None = Field(description="When the deal had left the stage; null while it may be changed.")


class ExpectationList(Schema):
    """All expectations of a deal, oldest first."""

    items: list[ExpectationOut]


class ExpectationQuery(Schema):
    """Of which deal."""

    deal_id: str = Field(max_length=300)


class DriverOut(Schema):
    """A reason for which deals end as they do."""

    key: str
    name: str
    description: str
    outcomes: list[str]
    examples: list[str]
    crm_reasons: list[str]
    merged_into: str | None
    retired: bool


class DriverList(Schema):
    """The taxonomy, those that may no longer be named with it."""

    items: list[DriverOut]


@part.get("/reviews", scope=Scope.REVIEWS_READ, answer=ReviewList)
def list_reviews(request: ApiRequest, asked: Query[ReviewQuery]) -> ReviewList:
    """List the reviews of the organisation, newest first."""
    found = Review.objects.filter(organisation=request.user.organisation)
    for name in ("state", "team", "deal_id"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    if asked.mine:
        found = found.filter(person=request.user)
    page = rows_of(found, asked)
    today = timezone.now().date()
    return ReviewList(items=[ReviewOut(**_facts(each, today)) for each in page.rows], **page.ends)


@part.get("/reviews/{int:key}", scope=Scope.REVIEWS_READ, answer=ReviewDetail)
def get_review(request: ApiRequest, key: int) -> ReviewDetail:
    """Get one review with what you may read of its answers."""
    return _detail(request.user, _review(request.user, key))


@part.put("/reviews/{int:key}/answer", scope=Scope.REVIEWS_WRITE, answer=ReviewDetail)
def save_review_answer(request: ApiRequest, key: int, answer: AnswerIn) -> ReviewDetail:
    """Save your answer so far, as the rep of the deal or the manager of the team."""
    user, review = request.user, _review(request.user, key)
    named = None
    if answer.drivers is not None:
        known = dict(all_drivers(user.organisation, now=timezone.now()).values_list("key", "pk"))
        named = tuple(services.Named(known.get(each.key, 0), denied=each.denied) for each in answer.drivers)
    services.save_answer(
        by=user, review=review, now=timezone.now(), fields=dict(answer.fields), named=named, inputs=answer.inputs
    )
    return _detail(user, review)


@part.post("/reviews/{int:key}/finish", scope=Scope.REVIEWS_WRITE, answer=ReviewDetail, refused=409, keyed=False)
def finish_review(request: ApiRequest, key: int) -> ReviewDetail:
    """Say that your answer is whole; with the rep's the review is done."""
    review = _review(request.user, key)
    services.finish(by=request.user, review=review, now=timezone.now())
    return _detail(request.user, review)


@part.post("/reviews/{int:key}/skip", scope=Scope.REVIEWS_WRITE, answer=ReviewDetail, refused=409, keyed=False)
def skip_review(request: ApiRequest, key: int, why: SkipIn) -> ReviewDetail:
    """Skip a review of your team, with a reason that is counted."""
    review = _review(request.user, key)
    services.skip(by=request.user, review=review, reason=why.reason)
    return _detail(request.user, review)


@part.get("/expectations", scope=Scope.REVIEWS_READ, answer=ExpectationList)
def list_expectations(request: ApiRequest, asked: Query[ExpectationQuery]) -> ExpectationList:
    """List what was expected of a deal, stage by stage."""
    found = expectations_of(request.user.organisation, asked.deal_id)
    return ExpectationList(items=[_expectation(each) for each in found])


@part.post("/expectations", scope=Scope.REVIEWS_WRITE, answer=ExpectationOut, status=201, problems=(404,), refused=409)
def note_expectation(request: ApiRequest, expectation: ExpectationIn) -> Made:
    """Note what you expect of an open deal of yours; what you noted in the same stage is replaced."""
    deal = deal_for(request.user, expectation.deal_id)
    if deal is None:
        raise Http404
    noted = expectation.model_dump(exclude={"deal_id"})
    return Made(_expectation(expect(by=request.user, deal=deal, now=timezone.now(), **noted)), 201)


@part.get("/drivers", scope=Scope.REVIEWS_READ, answer=DriverList)
def list_drivers(request: ApiRequest) -> DriverList:
    """List the drivers that people and buyers may name."""
    found = all_drivers(request.user.organisation, now=timezone.now())
    return DriverList(items=[_driver(each) for each in found])


def _review(user: User, key: int) -> Review:
    found = review_for(user, key)
    if found is None:
        raise Http404
    return found


def _facts(review: Review, today: date) -> dict[str, Any]:
    overdue = review.state == Review.State.DUE and review.due_on < today
    names = [name for name in ReviewOut.model_fields if name not in ("id", "overdue")]
    return {name: getattr(review, name) for name in names} | {"id": review.pk, "overdue": overdue}


def _detail(user: User, review: Review) -> ReviewDetail:
    review = _review(user, review.pk)
    today = timezone.now().date()
    reading = reading_of(user, review, today=today)
    return ReviewDetail(
        **_facts(review, today),
        answers=[_answer(each) for each in (reading.rep, reading.manager) if each is not None],
        may_answer_as=reading.voice,  # type: ignore[arg-type]  # it is one of the two
        readers=readers(review),
    )


def _answer(said: SaidPart) -> AnswerOut:
    return AnswerOut(
        voice=said.answer.voice,  # type: ignore[arg-type]  # it is one of the two
        person=str(said.answer.person),
        done_at=said.answer.done_at,
        drivers=[NamedOut(key=each.driver.key, name=each.driver.name, denied=each.denied) for each in said.named],
        fields=said.fields,
        inputs=said.answer.inputs,
        seconds=said.answer.seconds,
    )


def _expectation(noted: Expectation) -> ExpectationOut:
    names = [name for name in ExpectationOut.model_fields if name not in ("id", "person")]
    return ExpectationOut(id=noted.pk, person=str(noted.person), **{name: getattr(noted, name) for name in names})


def _driver(driver: Driver) -> DriverOut:
    return DriverOut(
        key=driver.key,
        name=driver.name,
        description=driver.description,
        outcomes=driver.outcomes,
        examples=driver.examples,
        crm_reasons=driver.crm_reasons,
        merged_into=driver.merged_into.key if driver.merged_into else None,
        retired=driver.retired_at is not None,
    )
