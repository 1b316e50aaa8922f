"""The deals of a trial, as they were assigned, with what shows that one went the other way."""

from datetime import datetime

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Part
from afteraction.web.api.scopes import Scope
from afteraction.web.experiments import selectors
from afteraction.web.experiments.crossing import crossed, deals_of, lines_of
from afteraction.web.experiments.drawing import drawing_of

part = Part("trials")


class TrialDealOut(Schema):
    """A deal in an arm."""

    deal_id: str
    arm: str = Field(description="The arm that was drawn for it; it stays there, whatever was done.")
    since: datetime = Field(description="From when its horizon counts.")
    owner: str = Field(description="Who has it now.")
    on_record: bool
    told: str = Field(description="`yes`, as asked; `other`, the other way; empty: nothing.")
    why: str
    step_done_at: datetime | None = Field(description="When the step that tells the arms apart was first done.")
    crossed: list[str] = Field(description="What shows that it went the other way, in words; empty: nothing.")


class TrialDealPage(PageEnds):
    """A page of the deals of a trial that one may see one by one, those that came in last first."""

    items: list[TrialDealOut]


@part.get("/trials/{int:key}/deals", scope=Scope.TRIALS_READ, answer=TrialDealPage)
def list_trial_deals(request: ApiRequest, key: int, asked: Query[PageQuery]) -> TrialDealPage:
    """List the deals of a trial: one's own, those of one's team, or all, by what one may see."""
    trial = selectors.experiment_for(request.user, key)
    protocol = None if trial is None else selectors.protocol_in_force(trial)
    if protocol is None:
        raise Http404
    found = deals_of(crossed(protocol, drawing_of(protocol), timezone.now()).rows, request.user, protocol)
    page = rows_of(found, asked)
    shown = found.filter(pk__in=[row.pk for row in page.rows]).order_by("-pk")
    return TrialDealPage(
        items=[
            TrialDealOut(
                deal_id=line.deal_id, arm=line.arm, since=line.at, owner=line.owner, on_record=line.there,
                told=line.followed, why=line.why, step_done_at=line.done_at, crossed=list(line.how),
            )
            for line in lines_of(shown)
        ],
        **page.ends,
    )  # fmt: skip
