"""Deals as JSON: in a list, and one with its course."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from afteraction.analysis.boxes import Box
from afteraction.analysis.intervals import Rate
from afteraction.web.api.paging import PageEnds, PageQuery
from afteraction.web.api.requests import Body
from afteraction.web.deals.evidence import Chance
from afteraction.web.deals.export import COLUMNS
from afteraction.web.deals.filters import SORTS, DealFilters
from afteraction.web.deals.models import Deal
from afteraction.web.deals.record import Event
from afteraction.web.deals.timeline import StagePart

Outcome = Literal["open", "won", "lost", "no_decision"]
BoxName = Literal["deserved_win", "lucky_win", "unlucky_loss", "deserved_loss", "undecided"]
assert set(BoxName.__args__) == {box.label for box in Box if box is not Box.OPEN}  # type: ignore[attr-defined]  # noqa: S101
SORT_PATTERN = f"^-?({'|'.join(SORTS)})$"


_Day = date  # one of the filters is called `date`


class DealFilter(Schema):
    """What a list of deals is narrowed by. All that is given has to hold."""

    q: str | None = Field(None, max_length=200, description="Words: each begins a word of the name, account or id.")
    outcome: Outcome | None = Field(None, description="How it ended, or `open`.")
    stage: str | None = Field(None, max_length=200, description="The stage, exactly.")
    owner: str | None = Field(None, max_length=200, description="The owner as the record names them, exactly.")
    team: str | None = Field(None, max_length=200, description="The team, exactly.")
    segment: str | None = Field(None, max_length=200, description="The segment, exactly.")
    source: str | None = Field(None, max_length=200, description="Where it came from, exactly.")
    competitor: str | None = Field(None, max_length=200, description="The main competitor, exactly.")
    box: BoxName | None = Field(None, description="Deserved or lucky, as the newest analysis has it.")
    account: str | None = Field(None, max_length=300, description="The id of the account, exactly.")
    low: float | None = Field(None, allow_inf_nan=False, description="The least amount.")
    high: float | None = Field(None, allow_inf_nan=False, description="The greatest amount.")
    date: Literal["activity", "created", "closed"] | None = Field(
        None, description="Which date `since` and `until` are about; the last activity without it."
    )
    since: _Day | None = Field(None, description="The first day, UTC.", examples=["2026-01-01"])
    until: _Day | None = Field(None, description="The last day, UTC.", examples=["2026-03-31"])

    def read(self, sort: str = "") -> DealFilters:
        """As the pages have it."""
        given = self.model_dump(mode="json", exclude_none=True, include=set(DealFilter.model_fields))
        return DealFilters.read({name: str(value) for name, value in given.items()} | {"sort": sort})[0]


class DealQuery(DealFilter, PageQuery):
    """A page of deals."""

    sort: str = Field(
        "-activity",
        pattern=SORT_PATTERN,
        description=f"One of {', '.join(SORTS)}; with `-` before it the highest first. Unknown values come last.",
    )


class DealOut(Schema):
    """A deal as the newest indexed data version has it; null is what the record does not say."""

    deal_id: str = Field(examples=["D-0042"])
    name: str | None
    account_id: str | None
    account_name: str | None
    owner: str | None = Field(description="The id of the owner, as the record has it.")
    owner_name: str | None
    team: str | None
    outcome: str = Field(examples=["won"])
    stage: str | None
    pipeline: str | None
    segment: str | None
    source: str | None
    competitor: str | None
    lost_reason: str | None = Field(description="What the CRM's own list says.")
    amount: float | None
    currency: str | None
    created_at: datetime | None
    closed_at: datetime | None
    expected_close_on: _Day | None
    last_event_at: datetime | None
    box: str | None = Field(description="Deserved or lucky, as the newest analysis has it.")
    chance_start: float | None = Field(description="Its chance of being won when it began.")
    chance: float | None = Field(description="Its chance of being won today, while it is open.")


def deal_out(deal: Deal) -> DealOut:
    """A deal as it is told."""
    told: dict[str, Any] = {name: None if (value := getattr(deal, name)) == "" else value for name in COLUMNS}
    return DealOut(**told)


class DealList(PageEnds):
    """A page of deals."""

    data_version: int | None = Field(description="The data version that is shown; null before the first import.")
    items: list[DealOut]


class DealCount(Schema):
    """How many deals there are; counting is given up at 10,000."""

    deals: int
    more: bool = Field(description="Whether there are more than `deals`.")


class ChoiceOut(Schema):
    """A value that a filter knows."""

    value: str
    label: str
    deals: int


class ChoicesOut(Schema):
    """The values of each filter that has a list."""

    choices: dict[str, list[ChoiceOut]]


class RateOut(Schema):
    """A rate with its 95 % interval (Wilson)."""

    value: float
    low: float
    high: float
    count: int
    n: int


def rate_out(rate: Rate | None) -> RateOut | None:
    """A rate as it is told."""
    return RateOut(value=rate.value, low=rate.low, high=rate.high, count=rate.count, n=rate.n) if rate else None


class EventOut(Schema):
    """Something that happened in a deal: a stage entered, or a touch."""

    at: datetime
    name: str
    kind: Literal["stage", "touch"]
    actor: str | None
    side: str | None = Field(description="Whose initiative it was: `us` or `buyer`.")
    channel: str | None
    minutes: float | None
    subject: str | None


class StepOut(Schema):
    """A step of the process in this deal."""

    name: str
    state: str = Field(description="What became of it.", examples=["skipped"])
    required: bool
    at: datetime | None = Field(description="When it was first done.")
    due: datetime | None = Field(description="When it should have been.")


class StageOut(Schema):
    """A stage with its steps and touches."""

    name: str
    entered_at: datetime | None = Field(description="Null where the deal never was in it.")
    left_at: datetime | None
    days: float | None
    steps: list[StepOut]
    events: list[EventOut]


class ReasonOut(Schema):
    """What is known of the deal, and by how much it moves the chance from the average deal's."""

    name: str
    value: str
    share: float


class ChanceOut(Schema):
    """The chance of being won when the deal began (stage null) or entered a stage, as the model of today has it."""

    stage: str | None
    at: datetime
    chance: float
    low: float
    high: float
    average: float
    n: int = Field(description="How many deals taught the model.")
    then: float | None = Field(description="What a model would have said that knew only what had happened by then.")
    reasons: list[ReasonOut]


class TimelineOut(Schema):
    """The course of a deal against its process."""

    before: list[EventOut] = Field(description="Touches ahead of the first stage.")
    stages: list[StageOut]
    touches: int


class DealDetail(Schema):
    """One deal with its course, its chances and its box."""

    data_version: int | None
    evidence_version: int | None = Field(description="The data version that chances, steps and box are of.")
    process_version: int | None = Field(
        description="The version of the process that was in force when the deal began: its steps are held against it."
    )
    deal: DealOut
    why_box: str | None = Field(description="In words, why it is in its box.")
    chances: list[ChanceOut]
    timeline: TimelineOut


class SimilarOut(Schema):
    """Ended deals of the same kind, the most like first."""

    alike: str = Field(description="What they have in common.", examples=["segment, source and size"])
    won: RateOut | None = Field(description="How many of them were won.")
    query: str = Field(description="The filters of the list of all deals of this kind and size.")
    deals: list[DealOut]


class ViewIn(Body):
    """A list of deals to come back to."""

    name: str = Field(min_length=1, max_length=80, examples=["Stalled in Enterprise"])
    filters: DealFilter | None = Field(None, description="What the list is narrowed by; all deals without it.")
    sort: str = Field("-activity", pattern=SORT_PATTERN)
    shared: bool = Field(False, description="Whether your team sees it too.")


class ViewOut(Schema):
    """A saved view."""

    id: int
    name: str
    query: str = Field(description="The filters as the query of an address.", examples=["outcome=open&team=North"])
    shared: bool
    own: bool
    by: str


class ViewList(Schema):
    """Your own views, and those that your team shares."""

    items: list[ViewOut]


def event_out(event: Event) -> EventOut:
    """An event as it is told."""
    return EventOut(
        at=event.at,
        name=event.name,
        kind="stage" if event.is_stage else "touch",
        actor=event.actor or None,
        side=event.side or None,
        channel=event.channel or None,
        minutes=event.minutes,
        subject=event.subject or None,
    )


def stage_out(stage: StagePart) -> StageOut:
    """A stage as it is told."""
    return StageOut(
        name=stage.name,
        entered_at=stage.entered_at,
        left_at=stage.left_at,
        days=stage.days,
        steps=[StepOut(**vars(step)) for step in stage.steps],
        events=[event_out(event) for event in stage.events],
    )


def chances_out(chances: Iterable[Chance]) -> list[ChanceOut]:
    """Chances as they are told."""
    return [
        ChanceOut(**_fields(each) | {"stage": each.stage or None, "reasons": [_fields(one) for one in each.reasons]})
        for each in chances
    ]


def _fields(found: object) -> dict[str, Any]:
    return dict(vars(found))
