"""Results: which there are, each part of their figures, the files, and the deals behind an effect."""

from datetime import datetime
from typing import Any, Final, Literal

from django.http import FileResponse, Http404, HttpResponseBase
from ninja import Field, Query, Schema

from afteraction.analysis.intervals import rate_if_any
from afteraction.web.api.deal_schemas import RateOut, rate_out
from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.problems import Problem
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Part
from afteraction.web.api.scopes import Scope
from afteraction.web.insights.behind import MOST_LISTED, deals_behind, effect_keys
from afteraction.web.insights.models import Analysis
from afteraction.web.insights.results import Saved, saved
from afteraction.web.insights.selectors import newest_results
from afteraction.web.insights.skill_rows import figures_for
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right

part = Part("insights")
PartName = Literal[
    "data", "health", "conformance", "steps", "behaviours", "attributes", "claims", "win_probability", "reps", "teams",
    "people", "boxes", "qualification", "competing_risks", "winning_later", "themes", "win_rates", "variants",
    "stage_times", "divergences", "quality", "refused",
]  # fmt: skip
FileName = Literal["deals.parquet", "report.html", "report.pdf"]
_NONE_YET: Final = "there is none before the first import and its analysis; see /api/v1/analyses"


class ResultOut(Schema):
    """The results of one data version, held against one version of the process."""

    id: int
    data_version: int
    process_version: int | None = Field(description="Null where deals are held against the process that they follow.")
    made_at: datetime | None
    headline: str
    parts: list[str] = Field(description="The parts of its figures.", examples=[["health", "steps", "reps"]])


class ResultList(PageEnds):
    """A page of results, newest first."""

    items: list[ResultOut]


class FiguresOut(Schema):
    """All figures of results, as `afteraction analyze --json` writes them.

    Every estimate has its interval (`low`, `high`) and its `n`. People whom you may not see are left out.
    """

    id: int
    data_version: int
    process_version: int | None
    figures: dict[str, Any]


class FigurePartOut(Schema):
    """One part of the figures."""

    id: int
    data_version: int
    process_version: int | None
    part: str
    value: Any = Field(description="As `afteraction analyze --json` has it under this name.")


class ResultQuery(Schema):
    """Which results."""

    result: int | None = Field(None, ge=1, le=2**63 - 1, description="The id of results; the newest without it.")


class BehindQuery(ResultQuery):
    """The deals of one side of an effect."""

    of: str = Field(max_length=400, description="An effect: `step: ID` or `behaviour: NAME`.", examples=["step: demo"])
    side: Literal["did", "did_not"] = Field("did", description="With it, or without it.")
    segment: str = Field("", max_length=200, description="Of one segment alone.")


class DealBehind(Schema):
    """A deal that was compared."""

    deal_id: str
    outcome: str


class BehindOut(Schema):
    """The deals behind one side of an effect, of whom the first 200 are listed."""

    data_version: int
    deals: int
    ended: int
    won: RateOut | None = Field(description="How many of those that have ended were won.")
    items: list[DealBehind] = Field(max_length=MOST_LISTED)


@part.get("/results", scope=Scope.INSIGHTS_READ, answer=ResultList)
def list_results(request: ApiRequest, asked: Query[PageQuery]) -> ResultList:
    """List the results that there are, newest first."""
    page = rows_of(_done(request.user), asked)
    return ResultList(items=[_result_out(saved(each)) for each in page.rows], **page.ends)


@part.get("/figures", scope=Scope.INSIGHTS_READ, answer=FiguresOut, problems=[404])
def get_figures(request: ApiRequest, asked: Query[ResultQuery]) -> FiguresOut:
    """Get all figures of results."""
    shown = _shown(request.user, asked.result)
    return FiguresOut(**_about(shown), figures=figures_for(request.user, shown.figures))


@part.get("/figures/{part_name}", scope=Scope.INSIGHTS_READ, answer=FigurePartOut)
def get_figures_of(request: ApiRequest, part_name: PartName, asked: Query[ResultQuery]) -> FigurePartOut:
    """Get one part of the figures, such as what each step does."""
    shown = _shown(request.user, asked.result)
    figures = figures_for(request.user, shown.figures)
    if part_name not in figures:
        raise Http404
    return FigurePartOut(**_about(shown), part=part_name, value=figures[part_name])


@part.get("/effect-deals", scope=Scope.INSIGHTS_READ, answer=BehindOut, problems=[404])
def list_deals_behind_effect(request: ApiRequest, asked: Query[BehindQuery]) -> BehindOut:
    """List the deals behind an effect, on one of its sides."""
    shown = _shown(request.user, asked.result)
    if asked.of not in (known := effect_keys(shown)):
        raise Problem(404, "There is no such effect.", asked.of, f"one of {', '.join(sorted(known)[:20])}")
    found = deals_behind(shown, asked.of, did=asked.side == "did", segment=asked.segment)
    return BehindOut(
        data_version=shown.analysis.data_version,
        deals=found.deals,
        ended=found.ended,
        won=rate_out(rate_if_any(found.won, found.ended)),
        items=[DealBehind(deal_id=deal_id, outcome=outcome) for deal_id, outcome in found.shown],
    )


@part.get(
    "/result-files/{name}",
    scope=Scope.INSIGHTS_READ,
    rights=[Right.SEE_ALL_SKILL],
    answer=None,
    media="application/octet-stream",
)
def download_result_file(request: ApiRequest, name: FileName, asked: Query[ResultQuery]) -> HttpResponseBase:
    """Download the report, or the deals behind the figures as Parquet.

    Everyone is in these files, so they are for those who may see everyone.
    """
    shown = _shown(request.user, asked.result)
    filename = f"afteraction-data-version-{shown.analysis.data_version}-{name}"
    return FileResponse(
        (shown.folder / name).open("rb"),
        as_attachment=True,
        filename=filename,
        content_type="application/octet-stream",
    )


def _done(user: User) -> Any:
    done = Analysis.objects.filter(organisation=user.organisation, state=Analysis.State.DONE)
    return done.select_related("organisation", "process_version")


def _shown(user: User, key: int | None) -> Saved:
    if key is None:
        shown = newest_results(user.organisation)
    else:
        found = _done(user).filter(pk=key).first()
        shown = saved(found) if found else None
    if shown is None:
        raise Problem(404, "There are no such results.", next_step=_NONE_YET)
    return shown


def _about(shown: Saved) -> dict[str, Any]:
    version = shown.analysis.process_version
    return {
        "id": shown.analysis.pk,
        "data_version": shown.analysis.data_version,
        "process_version": version.number if version else None,
    }


def _result_out(shown: Saved) -> ResultOut:
    return ResultOut(
        **_about(shown),
        made_at=shown.analysis.done_at,
        headline=shown.index["headline"],
        parts=sorted(shown.figures),
    )
