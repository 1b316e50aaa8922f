"""The walls of wins and failures, and the risks that were recognised: read only, since sharing is a person's own."""

from datetime import date
from typing import Literal, TypeAlias, cast

from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Part
from afteraction.web.api.scopes import Scope
from afteraction.web.walls.models import DealRisk
from afteraction.web.walls.selectors import Shown, WallQuery, walls_for

part = Part("walls")
Verdict: TypeAlias = Literal["good", "long_shot", "unknown"]


class SignOut(Schema):
    """What was new about a deal, in a word and in figures."""

    kind: str
    words: str


class WallEntryOut(Schema):
    """What a deal taught. Of one that was shared without a name all but the text and the month is empty."""

    text: str
    shared_by: str | None = Field(description="Null where it was shared without a name.")
    shared_on: date = Field(description="The day; of an entry without a name the first day of its month.")
    deal_id: str
    outcome: str
    segment: str
    team: str
    good_risk: list[SignOut] = Field(description="What was new about the deal, where it was a good risk.")
    thanks: int


class WallsOut(Schema):
    """A page of both walls, with as many places each."""

    wins: list[WallEntryOut]
    failures: list[WallEntryOut]
    page: int
    pages: int


class WallsQuery(Schema):
    """Which entries."""

    segment: str = Field("", max_length=200)
    team: str = Field("", max_length=200)
    page: int = Field(1, ge=1, le=10_000)


class RiskOut(Schema):
    """A risk that was taken in a deal, by what was known when it began."""

    deal_id: str
    owner: str
    verdict: Verdict
    signs: list[SignOut]
    chance: float | None = Field(description="Of being won, when the deal began.")
    usual_chance: float | None = Field(description="The mean of the deals before it.")


class RiskList(PageEnds):
    """A page of risks."""

    items: list[RiskOut]


class RiskListQuery(PageQuery):
    """Which risks."""

    owner: str = Field("", max_length=200)
    verdict: Verdict | None = None


@part.get("/walls", scope=Scope.REVIEWS_READ, answer=WallsOut)
def show_walls(request: ApiRequest, asked: Query[WallsQuery]) -> WallsOut:
    """Show both walls, the newest entries first."""
    query = WallQuery(segment=asked.segment, team=asked.team, page=asked.page)
    found = walls_for(request.user, query, today=timezone.now().date())
    return WallsOut(
        wins=[_entry_out(each) for each in found.wins.shown],
        failures=[_entry_out(each) for each in found.failures.shown],
        page=found.page,
        pages=found.pages,
    )


@part.get("/good-risks", scope=Scope.INSIGHTS_READ, answer=RiskList)
def list_good_risks(request: ApiRequest, asked: Query[RiskListQuery]) -> RiskList:
    """List the risks that the newest analysis recognised."""
    found = DealRisk.objects.filter(organisation=request.user.organisation)
    if asked.owner:
        found = found.filter(owner=asked.owner)
    if asked.verdict:
        found = found.filter(verdict=asked.verdict)
    page = rows_of(found, asked)
    items = [
        RiskOut(
            deal_id=each.deal_id, owner=each.owner, verdict=cast("Verdict", each.verdict), signs=_signs(each),
            chance=each.chance, usual_chance=each.usual_chance,
        )
        for each in page.rows
    ]  # fmt: skip
    return RiskList(items=items, **page.ends)


def _entry_out(shown: Shown) -> WallEntryOut:
    entry = shown.entry
    return WallEntryOut(
        text=entry.text,
        shared_by=str(entry.sharer) if entry.sharer else None,
        shared_on=entry.shared_on.replace(day=1) if entry.is_anonymous else entry.shared_on,
        deal_id=entry.deal_id,
        outcome=entry.outcome,
        segment=entry.segment,
        team=entry.team,
        good_risk=_signs(shown.risk) if shown.risk else [],
        thanks=len(entry.thanks.all()),
    )


def _signs(risk: DealRisk) -> list[SignOut]:
    return [SignOut(kind=kind, words=words) for kind, words in risk.signs]
