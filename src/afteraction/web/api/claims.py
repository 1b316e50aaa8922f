"""Claims: what they may speak of, stating one, its verdict, withdrawing it."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from ninja import Field, Query, Schema

from afteraction.errors import Refused
from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.problems import Problem, invalid
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.insights import claiming
from afteraction.web.insights.forms import claim_segments, subjects
from afteraction.web.insights.models import Claim
from afteraction.web.insights.selectors import claims_of, newest_results
from afteraction.web.people.models import User

part = Part("claims")
Kind = Literal["step", "behaviour", "attribute", "lost_reason"]
Direction = Literal["helps", "hurts", "none"]


class SubjectOut(Schema):
    """What a claim may speak of."""

    kind: Kind
    name: str
    level: str = Field(description="Of an attribute: which value; else empty.")
    label: str


class SubjectList(Schema):
    """Everything that claims may speak of, and the segments that they may be about."""

    items: list[SubjectOut]
    segments: list[str]


class ClaimIn(Body):
    """A sentence about why deals are won or lost, in a form that the record can speak to."""

    sentence: str = Field(min_length=1, max_length=300, pattern=r"\S", examples=["Demos win deals"])
    kind: Kind
    name: str = Field(max_length=300, description="As in /api/v1/claim-subjects.", examples=["demo"])
    level: str = Field("", max_length=300)
    direction: Direction = Field(description="What it says that this does.")
    segment: str = Field("", max_length=200, description="Only among the deals of one segment; empty is all.")


class ClaimOut(Schema):
    """A claim with its verdict, which every new analysis gives anew."""

    id: int
    sentence: str
    kind: str
    name: str
    level: str
    direction: str
    segment: str
    stated_by: str | None
    stated_at: datetime
    verdict: str | None = Field(description="fact, fiction or cant_tell; null until it has been judged.")
    judged_at: datetime | None
    data_version: int | None = Field(description="The data version that the verdict is about.")
    message: str | None = Field(description="Why it could not be judged.")
    judgement: dict[str, Any] | None = Field(description="Reason and evidence, each with effect, interval and n.")
    may_withdraw: bool


class ClaimList(PageEnds):
    """A page of claims, newest first."""

    items: list[ClaimOut]


@part.get("/claims", scope=Scope.INSIGHTS_READ, answer=ClaimList)
def list_claims(request: ApiRequest, asked: Query[PageQuery]) -> ClaimList:
    """List the claims of the organisation with their verdicts, newest first."""
    page = rows_of(claims_of(request.user.organisation), asked)
    return ClaimList(items=[_claim_out(each, request.user) for each in page.rows], **page.ends)


@part.get("/claim-subjects", scope=Scope.INSIGHTS_READ, answer=SubjectList)
def list_claim_subjects(request: ApiRequest) -> SubjectList:
    """List what claims may speak of: empty before the first analysis."""
    shown = newest_results(request.user.organisation)
    if shown is None:
        return SubjectList(items=[], segments=[])
    found = [SubjectOut(**vars(each)) for each in subjects(shown.figures)]
    return SubjectList(items=found, segments=claim_segments(shown.figures))


@part.post("/claims", scope=Scope.CLAIMS_WRITE, answer=ClaimOut, status=201, refused=409)
def state_claim(request: ApiRequest, claim: ClaimIn) -> Made:
    """State a claim.

    It is judged in the background on the newest data: ask for it again until it has a verdict.
    """
    shown = newest_results(request.user.organisation)
    if shown is None:
        raise Refused("no results", "results that claims can be held against", "import your data first")
    known = {(each.kind, each.name, each.level) for each in subjects(shown.figures)}
    if (claim.kind, claim.name, claim.level) not in known:
        raise invalid(("body.name", "is nothing that the record speaks of; see /api/v1/claim-subjects"))
    if claim.segment and claim.segment not in claim_segments(shown.figures):
        raise invalid(("body.segment", "is no segment of the record; see /api/v1/claim-subjects"))
    made = claiming.state_claim(by=request.user, **claim.model_dump())
    return Made(_claim_out(made, request.user), 201, f"/api/v1/claims/{made.pk}")


@part.get("/claims/{int:key}", scope=Scope.INSIGHTS_READ, answer=ClaimOut)
def get_claim(request: ApiRequest, key: int) -> ClaimOut:
    """Get one claim with its verdict."""
    return _claim_out(_claim(request.user, key), request.user)


@part.delete("/claims/{int:key}", scope=Scope.CLAIMS_WRITE, answer=None, status=204)
def withdraw_claim(request: ApiRequest, key: int) -> None:
    """Withdraw a claim: whoever stated it may, and admins."""
    claim = _claim(request.user, key)
    if not claiming.may_withdraw(request.user, claim):
        raise Problem(403, "Somebody else stated this claim.", next_step="ask whoever stated it, or an admin")
    claiming.withdraw_claim(by=request.user, claim=claim)


def _claim(user: User, key: int) -> Claim:
    found = claims_of(user.organisation).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _claim_out(claim: Claim, user: User) -> ClaimOut:
    return ClaimOut(
        id=claim.pk,
        sentence=claim.sentence,
        kind=claim.kind,
        name=claim.name,
        level=claim.level,
        direction=claim.direction,
        segment=claim.segment,
        stated_by=str(claim.stated_by) if claim.stated_by else None,
        stated_at=claim.stated_at,
        verdict=claim.verdict or None,
        judged_at=claim.judged_at,
        data_version=claim.judged_by.data_version if claim.judged_by else None,
        message=claim.message or None,
        judgement=claim.judgement,
        may_withdraw=claiming.may_withdraw(user, claim),
    )
