"""Deals: the list with its filters, one deal, deals like it, the export, saved views.

What is no deal stands outside /deals/, where any id may follow.
"""

from functools import partial

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from ninja import Query

from afteraction.web.api.deal_schemas import (
    ChoiceOut,
    ChoicesOut,
    DealCount,
    DealDetail,
    DealFilter,
    DealList,
    DealQuery,
    SimilarOut,
    TimelineOut,
    ViewIn,
    ViewList,
    ViewOut,
    chances_out,
    deal_out,
    event_out,
    rate_out,
    stage_out,
)
from afteraction.web.api.paging import unreadable_cursor
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.deals import selectors, services
from afteraction.web.deals.evidence import evidence_of
from afteraction.web.deals.export import csv_lines
from afteraction.web.deals.models import Deal, SavedView
from afteraction.web.deals.paging import is_cursor
from afteraction.web.deals.similar import similar_deals
from afteraction.web.insights.editions import in_time, number_at
from afteraction.web.people.models import User

part = Part("deals")


@part.get("/deals", scope=Scope.DEALS_READ, answer=DealList)
def list_deals(request: ApiRequest, asked: Query[DealQuery]) -> DealList:
    """List deals, narrowed and sorted.

    Each page costs the same, however far down it is.
    """
    filters = asked.read(asked.sort)
    if asked.cursor and not is_cursor(asked.cursor, filters.column):
        raise unreadable_cursor()
    page = selectors.deal_page(request.user, filters, asked.cursor, asked.limit)
    return DealList(
        data_version=_version(request.user),
        items=[deal_out(deal) for deal in page.deals],
        next=page.next or None,
        previous=page.previous or None,
    )


@part.get("/deal-count", scope=Scope.DEALS_READ, answer=DealCount)
def count_deals(request: ApiRequest, asked: Query[DealFilter]) -> DealCount:
    """Count the deals of a list."""
    count = selectors.count_for(request.user, asked.read())
    return DealCount(deals=count.deals, more=count.more)


@part.get("/deal-choices", scope=Scope.DEALS_READ, answer=ChoicesOut)
def list_deal_choices(request: ApiRequest) -> ChoicesOut:
    """List the values that deals can be narrowed by."""
    state = selectors.index_state(request.user)
    found = state.choices if state else {}
    return ChoicesOut(
        choices={
            name: [ChoiceOut(value=str(value), label=str(label), deals=deals) for value, label, deals in rows]
            for name, rows in found.items()
        }
    )


@part.get("/deals.csv", scope=Scope.DEALS_READ, answer=None, media="text/csv")
def export_deals(request: ApiRequest, asked: Query[DealFilter]) -> HttpResponseBase:
    """Export all deals of a list as CSV.

    The rows come as they are read. Texts that a spreadsheet would take for a formula have an apostrophe before them.
    """
    versions = in_time(request.user.organisation)
    lines = csv_lines(selectors.deals_for(request.user, asked.read()), partial(number_at, versions))
    headers = {"Content-Disposition": 'attachment; filename="deals.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@part.get("/deals/{deal_id:deal_id}", scope=Scope.DEALS_READ, answer=DealDetail)
def get_deal(request: ApiRequest, deal_id: str) -> DealDetail:
    """Get one deal with its course, its chances and its box."""
    deal = _deal(request.user, deal_id)
    state = selectors.index_state(request.user)
    evidence = evidence_of(deal, state)
    course = selectors.timeline_of(deal, state, evidence)
    return DealDetail(
        data_version=state.version if state else None,
        evidence_version=evidence.version if evidence else None,
        process_version=evidence.process.version if evidence and evidence.process else None,
        deal=deal_out(deal),
        why_box=(evidence.words if evidence else "") or None,
        chances=chances_out(evidence.chances if evidence else ()),
        timeline=TimelineOut(
            before=[event_out(event) for event in course.before],
            stages=[stage_out(stage) for stage in course.stages],
            touches=course.touches,
        ),
    )


@part.get("/similar-deals/{deal_id:deal_id}", scope=Scope.DEALS_READ, answer=SimilarOut)
def list_similar_deals(request: ApiRequest, deal_id: str) -> SimilarOut:
    """List ended deals like one deal, and how many of them were won."""
    found = similar_deals(_deal(request.user, deal_id))
    return SimilarOut(
        alike=found.alike,
        won=rate_out(found.won),
        query=found.filters.query(),
        deals=[deal_out(deal) for deal in found.deals],
    )


@part.get("/deal-views", scope=Scope.DEALS_READ, answer=ViewList)
def list_deal_views(request: ApiRequest) -> ViewList:
    """List your saved views and those that your team shares."""
    return ViewList(items=[_view_out(view, request.user) for view in selectors.views_for(request.user)])


@part.post("/deal-views", scope=Scope.VIEWS_WRITE, answer=ViewOut, status=201)
def save_deal_view(request: ApiRequest, view: ViewIn) -> Made:
    """Save a view of the list of deals.

    One of yours that has the same name is replaced.
    """
    filters = (view.filters or DealFilter.model_validate({})).read(view.sort)
    made = services.save_view(user=request.user, name=view.name, filters=filters, shared=view.shared)
    return Made(_view_out(made, request.user), 201)


@part.delete("/deal-views/{int:view_id}", scope=Scope.VIEWS_WRITE, answer=None, status=204)
def delete_deal_view(request: ApiRequest, view_id: int) -> None:
    """Delete a view of your own."""
    if not services.delete_view(user=request.user, view_id=view_id):
        raise Http404


def _deal(user: User, deal_id: str) -> Deal:
    found = selectors.deal_for(user, deal_id)
    if found is None:
        raise Http404
    return found


def _version(user: User) -> int | None:
    state = selectors.index_state(user)
    return state.version if state else None


def _view_out(view: SavedView, user: User) -> ViewOut:
    own = view.user_id == user.pk
    return ViewOut(id=view.pk, name=view.name, query=view.query, shared=view.shared, own=own, by=str(view.user))
