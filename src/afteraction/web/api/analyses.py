"""Analyses: which were asked for, how far they are, asking for the newest."""

from datetime import datetime

from django.http import Http404
from ninja import Field, Query, Schema

from afteraction.errors import Refused
from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.insights import services
from afteraction.web.insights.models import Analysis

part = Part("insights")


class AnalysisOut(Schema):
    """An analysis. When it is done, its results have the same id."""

    id: int
    state: str = Field(description="waiting, running, done, refused or failed.", examples=["done"])
    message: str | None = Field(description="Why it was refused or failed.")
    data_version: int
    process_version: int | None
    asked_at: datetime
    done_at: datetime | None


class AnalysisList(PageEnds):
    """A page of analyses, newest first."""

    items: list[AnalysisOut]


@part.get("/analyses", scope=Scope.INSIGHTS_READ, answer=AnalysisList)
def list_analyses(request: ApiRequest, asked: Query[PageQuery]) -> AnalysisList:
    """List the analyses that were asked for, newest first."""
    found = Analysis.objects.filter(organisation=request.user.organisation).select_related("process_version")
    page = rows_of(found, asked)
    return AnalysisList(items=[_analysis_out(each) for each in page.rows], **page.ends)


@part.post("/analyses", scope=Scope.DATA_WRITE, answer=AnalysisOut, status=202, refused=409)
def start_analysis(request: ApiRequest) -> Made:
    """Ask for the analysis of the newest data against the newest process.

    Imports and changes of the process do this by themselves. One that is there, or on its way, is not made twice; one
    that was refused or failed is tried again.
    """
    made = services.ask_for_analysis(organisation=request.user.organisation)
    if made is None:
        raise Refused("no data", "at least one import", "import your data first")
    return Made(_analysis_out(made), 202, f"/api/v1/analyses/{made.pk}")


@part.get("/analyses/{int:key}", scope=Scope.INSIGHTS_READ, answer=AnalysisOut)
def get_analysis(request: ApiRequest, key: int) -> AnalysisOut:
    """Get an analysis and how far it is."""
    asked = Analysis.objects.filter(organisation=request.user.organisation).select_related("process_version")
    found = asked.filter(pk=key).first()
    if found is None:
        raise Http404
    return _analysis_out(found)


def _analysis_out(analysis: Analysis) -> AnalysisOut:
    version = analysis.process_version
    return AnalysisOut(
        id=analysis.pk,
        state=analysis.state,
        message=analysis.message or None,
        data_version=analysis.data_version,
        process_version=version.number if version else None,
        asked_at=analysis.asked_at,
        done_at=analysis.done_at,
    )
