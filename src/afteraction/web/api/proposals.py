"""Proposals: the list, one with its course, proposing, standing behind one, and saying something to it.

Answers are given on the page, where what they answer is read.
"""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.proposals import selectors, services
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.selectors import ProposalList
from afteraction.web.proposals.writing import MOST_POINTS, TITLE, WORDS, Wish

part = Part("proposals")
State = Literal["open", "overdue", "tried", "adopted", "declined", "withdrawn", "all"]


class ProposalsQuery(PageQuery):
    """Which proposals."""

    state: State = "all"
    whose: Literal["", "mine", "supported", "answer"] = Field(
        "", description="`answer`: those that you are to answer; empty: everyone's."
    )


class ProposalIn(Body):
    """A change of the process as the text that it would have, or a script or a question in words."""

    kind: Literal["process", "script", "question"]
    title: str = Field("", max_length=TITLE, description="Needed for a script or a question.")
    what: str = Field("", max_length=WORDS, description="The words of the script or the question.")
    reason: str = Field(min_length=1, max_length=WORDS, pattern=r"\S")
    text: str = Field("", max_length=131_072, description="The whole process file, changed.")
    base: int | None = Field(None, ge=1, description="The version that was changed; null for the newest.")
    expected_points: float | None = Field(None, ge=-MOST_POINTS, le=MOST_POINTS, description="Of win rate.")


class CommentIn(Body):
    """What you say to a proposal."""

    text: str = Field(min_length=1, max_length=WORDS, pattern=r"\S")


class SupportIn(Body):
    """Whether you stand behind a proposal."""

    on: bool


class ProposalOut(Schema):
    """A proposal."""

    id: int
    kind: str
    title: str
    what: str
    reason: str
    origin: str = Field(description="`person` or `analysis`.")
    author: str | None
    owner: str | None = Field(description="Who is to answer.")
    state: str
    answer: str
    answer_by: datetime
    expected_points: float | None
    made_at: datetime
    changed_at: datetime


class ProposalEventOut(Schema):
    """Something that became of a proposal."""

    kind: str
    by: str | None
    said: str
    changes: list[str] = Field(description="What it changed about the process then, in sentences.")
    at: datetime


class ProposalCommentOut(Schema):
    """What somebody said."""

    by: str | None
    text: str
    at: datetime


class ProposalDetail(ProposalOut):
    """A proposal with its edit and its course."""

    base: int | None = Field(description="The version of the process that it edits.")
    text: str = Field(description="The process as it would be; empty where no step changes.")
    revision: int
    evidence: dict[str, Any] = Field(description="What the analysis found, where it proposed this itself.")
    experiment: int | None = Field(description="The trial that it became.")
    adopted_as: int | None = Field(description="The version of the process that it became.")
    supporters: list[str]
    comments: list[ProposalCommentOut]
    events: list[ProposalEventOut]


class ProposalPage(PageEnds):
    """A page of proposals, the newest first."""

    items: list[ProposalOut]


@part.get("/proposals", scope=Scope.PROPOSALS_READ, answer=ProposalPage)
def list_proposals(request: ApiRequest, asked: Query[ProposalsQuery]) -> ProposalPage:
    """List proposals, the newest first."""
    wanted = ProposalList(asked.state, asked.whose)
    page = rows_of(selectors.listed(request.user, wanted, now=timezone.now()), asked)
    return ProposalPage(items=[ProposalOut(**_fields(each)) for each in page.rows], **page.ends)


@part.post("/proposals", scope=Scope.PROPOSALS_WRITE, answer=ProposalDetail, status=201)
def make_proposal(request: ApiRequest, asked: ProposalIn) -> Made:
    """Propose a change. Everyone of the organisation reads it, with your name."""
    newest = request.user.organisation.process_versions.first()
    edit = {"text": asked.text if asked.kind == "process" else ""}
    wish = Wish(**asked.model_dump() | edit | {"base": asked.base or (newest.number if newest else None)})
    made = services.propose(by=request.user, wish=wish, now=timezone.now())
    return Made(_detail(made), 201, f"/api/v1/proposals/{made.pk}")


@part.get("/proposals/{int:key}", scope=Scope.PROPOSALS_READ, answer=ProposalDetail)
def get_proposal(request: ApiRequest, key: int) -> ProposalDetail:
    """Get a proposal with its edit, what was said, and what became of it."""
    return _detail(_proposal(request, key))


@part.put("/proposals/{int:key}/support", scope=Scope.PROPOSALS_WRITE, answer=ProposalDetail, refused=409)
def support_proposal(request: ApiRequest, key: int, asked: SupportIn) -> ProposalDetail:
    """Stand behind a proposal, or no longer."""
    found = _proposal(request, key)
    services.support(by=request.user, proposal=found, on=asked.on, now=timezone.now())
    return _detail(found)


@part.post("/proposals/{int:key}/comments", scope=Scope.PROPOSALS_WRITE, answer=ProposalDetail, status=201)
def comment_on_proposal(request: ApiRequest, key: int, asked: CommentIn) -> ProposalDetail:
    """Say something to a proposal, with your name."""
    found = _proposal(request, key)
    services.comment(by=request.user, proposal=found, text=asked.text, now=timezone.now())
    return _detail(found)


def _proposal(request: ApiRequest, key: int) -> Proposal:
    found = selectors.proposal_for(request.user, key)
    if found is None:
        raise Http404
    return found


def _fields(proposal: Proposal) -> dict[str, Any]:
    same = set(ProposalOut.model_fields) - {"id", "author", "owner"}
    told = {name: getattr(proposal, name) for name in same}
    return told | {"id": proposal.pk, "author": _name(proposal.author), "owner": _name(proposal.owner)}


def _name(person: object) -> str | None:
    return str(person) if person else None


def _detail(proposal: Proposal) -> ProposalDetail:
    return ProposalDetail(
        **_fields(proposal),
        base=proposal.base.number if proposal.base else None,
        text=proposal.text,
        revision=proposal.revision,
        evidence=proposal.evidence,
        experiment=proposal.experiment_id,
        adopted_as=proposal.adopted_as.number if proposal.adopted_as else None,
        supporters=[str(each.person) for each in proposal.supports.select_related("person").order_by("at", "pk")],
        comments=[
            ProposalCommentOut(by=_name(each.person), text=each.text, at=each.at)
            for each in proposal.comments.select_related("person")
        ],
        events=[
            ProposalEventOut(kind=each.kind, by=_name(each.by), said=each.said, changes=each.changes, at=each.at)
            for each in proposal.events.select_related("by")
        ],
    )
