"""The process on paper: its text, its versions and what they changed, checking and saving one."""

from datetime import datetime

from django.http import Http404
from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from afteraction.process.check import check_text
from afteraction.process.document import MAX_BYTES
from afteraction.process.problem import Problem
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.insights import services
from afteraction.web.insights.editions import in_time
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import changes_to_newest, editions, newest_results

part = Part("process")
_MOST_VERSIONS = 200


class ProcessVersionOut(Schema):
    """One edition of the process, as its text. It never changes."""

    number: int
    note: str = Field(description="Why it was made.")
    made_by: str | None
    made_at: datetime
    in_force_from: datetime | None = Field(
        description="Deals that began from then on are held against it; null for the first: since ever."
    )
    text: str = Field(description="The process file, in YAML.", examples=["process: Enterprise sale\nversion: 3\n"])


class EditionOut(Schema):
    """A version with what it changed about the one before, in sentences; the first one changed nothing."""

    number: int
    note: str
    made_by: str | None
    made_at: datetime
    in_force_from: datetime | None = Field(
        description="Deals that began from then on are held against it; null for the first: since ever."
    )
    changes: list[str] = Field(examples=[["The step demo is required now."]])


class EditionList(Schema):
    """The versions, newest first."""

    items: list[EditionOut]


class HistoryQuery(Schema):
    """How many versions."""

    limit: int = Field(20, ge=1, le=_MOST_VERSIONS, description="How many at most.")


class TextIn(Body):
    """The text of a process file."""

    text: str = Field(max_length=MAX_BYTES, examples=["process: Enterprise sale\nstages: [Qualify]\nsteps: []\n"])


class VersionIn(TextIn):
    """A new edition of the process."""

    note: str = Field("", max_length=500, description="Why it is changed; it stands in the history.")
    in_force_from: AwareDatetime | None = Field(
        None,
        description="Deals that began from then on are held against it; from now on by default. Not for the first.",
    )


class PlaceOut(Schema):
    """What is wrong or doubtful in a text, and where; lines and columns count from 1."""

    line: int
    column: int
    found: str
    expected: str


class CheckOut(Schema):
    """Whether a text is right."""

    right: bool
    problems: list[PlaceOut] = Field(description="What has to be corrected.")
    warnings: list[PlaceOut] = Field(description="What is allowed but probably not meant.")
    changes: list[str] = Field(description="What it changes about the newest version, in sentences.")


class FollowedOut(Schema):
    """The process that people follow, found in the record."""

    data_version: int
    text: str


@part.get("/process", scope=Scope.PROCESS_READ, answer=ProcessVersionOut, problems=[404])
def get_process(request: ApiRequest) -> ProcessVersionOut:
    """Get the process on paper: the newest version."""
    newest = request.user.organisation.process_versions.select_related("made_by").first()
    if newest is None:
        raise Http404
    return _version_out(newest)


@part.get("/process/followed", scope=Scope.PROCESS_READ, answer=FollowedOut, problems=[404])
def get_followed_process(request: ApiRequest) -> FollowedOut:
    """Get the process that people follow, as the newest analysis found it.

    A draft to start from: 404 until there is an analysis that found one.
    """
    shown = newest_results(request.user.organisation)
    text = shown.followed() if shown else ""
    if shown is None or not text:
        raise Http404
    return FollowedOut(data_version=shown.analysis.data_version, text=text)


@part.get("/process/versions", scope=Scope.PROCESS_READ, answer=EditionList)
def list_process_versions(request: ApiRequest, asked: Query[HistoryQuery]) -> EditionList:
    """List the versions of the process with what each changed, newest first."""
    return EditionList(
        items=[
            EditionOut(
                number=each.version.number,
                note=each.version.note,
                made_by=_who(each.version),
                made_at=each.version.made_at,
                in_force_from=each.since,
                changes=list(each.changes),
            )
            for each in editions(request.user.organisation, asked.limit)
        ]
    )


@part.get("/process/versions/{int:number}", scope=Scope.PROCESS_READ, answer=ProcessVersionOut)
def get_process_version(request: ApiRequest, number: int) -> ProcessVersionOut:
    """Get one version of the process."""
    found = request.user.organisation.process_versions.select_related("made_by").filter(number=number).first()
    if found is None:
        raise Http404
    return _version_out(found)


@part.post("/process/versions", scope=Scope.PROCESS_WRITE, answer=ProcessVersionOut, status=201)
def save_process_version(request: ApiRequest, version: VersionIn) -> Made:
    """Save a new version of the process.

    It is the process from then on, and an analysis against it is made. The number in the text is set to the next one.
    """
    made = services.save_process(
        by=request.user, text=version.text, note=version.note, in_force_from=version.in_force_from
    )
    return Made(_version_out(made), 201, f"/api/v1/process/versions/{made.number}")


@part.post("/process/check", scope=Scope.PROCESS_READ, answer=CheckOut, keyed=False)
def check_process(request: ApiRequest, asked: TextIn) -> CheckOut:
    """Check the text of a process.

    Nothing is saved.
    """
    checked = check_text(asked.text)
    return CheckOut(
        right=checked.process is not None,
        problems=[_place(each) for each in checked.problems],
        warnings=[_place(each) for each in checked.warnings],
        changes=list(changes_to_newest(request.user.organisation, checked)),
    )


def _version_out(version: ProcessVersion) -> ProcessVersionOut:
    return ProcessVersionOut(
        number=version.number,
        note=version.note,
        made_by=_who(version),
        made_at=version.made_at,
        in_force_from=in_time(version.organisation, version)[-1][1],
        text=version.text,
    )


def _who(version: ProcessVersion) -> str | None:
    return str(version.made_by) if version.made_by else None


def _place(problem: Problem) -> PlaceOut:
    return PlaceOut(line=problem.line, column=problem.column, found=problem.found, expected=problem.expected)
