"""Connectors: the CRMs that are asked by themselves, how each stands, and every run. A secret goes in, never out."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.connectors import selectors, services
from afteraction.web.connectors.models import Connector, Run
from afteraction.web.people.models import Organisation
from afteraction.web.people.roles import Right

part = Part("connectors")
Kind = Literal["salesforce", "hubspot"]
_ONLY = frozenset({Right.IMPORT_DATA})


class ConnectorIn(Body):
    """How a CRM is reached."""

    address: str = Field(min_length=1, max_length=200, examples=["https://example.my.salesforce.com"])
    client_id: str = Field("", max_length=300, description="Salesforce's consumer key; HubSpot has none.")
    secret: str = Field("", max_length=300, description="Empty keeps the one that is there, for the same address.")
    every: Literal["hour", "six_hours", "night"] = "night"


class SwitchIn(Body):
    """Whether a connector runs by its schedule."""

    on: bool


class TestOut(Schema):
    """What the newest test found."""

    at: datetime
    message: str = Field(description="Why the CRM could not be asked; empty where it could.")
    objects: list[dict[str, Any]] = Field(description="What was asked for a little of, and whether it may be read.")


class ConnectorOut(Schema):
    """A CRM that is connected."""

    kind: str
    address: str
    client_id: str
    secret_given_at: datetime
    every: str
    on: bool
    next_at: datetime | None = Field(description="When it runs next; null while it is off.")
    state: str = Field(description="How it stands, in words.", examples=["Connected"])
    problem: str = Field(description="What to do, where there is something to do.")
    tested: TestOut | None


class ConnectorList(Schema):
    """The CRMs that are connected."""

    items: list[ConnectorOut]


class RunOut(Schema):
    """One time that a connector fetched what is new."""

    id: int
    state: str = Field(description="fetching, fetched, nothing (new) or failed.")
    began_at: datetime
    ended_at: datetime | None
    since: datetime | None = Field(description="It read what changed from then on; null for everything.")
    rows: dict[str, int] = Field(description="Rows fetched by object.")
    unread: dict[str, str] = Field(description="Why an object could not be read.")
    message: str
    import_id: int | None


class RunList(PageEnds):
    """A page of runs, the newest first."""

    items: list[RunOut]


@part.get("/connectors", scope=Scope.DATA_READ, rights=_ONLY, answer=ConnectorList)
def list_connectors(request: ApiRequest) -> ConnectorList:
    """List the CRMs that are connected."""
    found = Connector.objects.filter(organisation=request.user.organisation).order_by("kind")
    return ConnectorList(items=[_out(each) for each in found])


@part.get("/connectors/{kind}", scope=Scope.DATA_READ, rights=_ONLY, answer=ConnectorOut)
def get_connector(request: ApiRequest, kind: Kind) -> ConnectorOut:
    """Get one connector."""
    return _out(_connector(request.user.organisation, kind))


@part.put("/connectors/{kind}", scope=Scope.DATA_WRITE, answer=ConnectorOut, refused=422)
def connect(request: ApiRequest, kind: Kind, asked: ConnectorIn) -> ConnectorOut:
    """Connect a CRM, or change how it is reached. Ask for a test afterwards."""
    which = Connector.Kind(kind)
    return _out(services.connect(by=request.user, kind=which, now=timezone.now(), **asked.model_dump()))


@part.put("/connectors/{kind}/on", scope=Scope.DATA_WRITE, answer=ConnectorOut)
def switch_connector(request: ApiRequest, kind: Kind, asked: SwitchIn) -> ConnectorOut:
    """Let a connector run by its schedule, or not."""
    found = _connector(request.user.organisation, kind)
    services.switch(connector=found, on=asked.on, now=timezone.now())
    return _out(found)


@part.post("/connectors/{kind}/test", scope=Scope.DATA_WRITE, answer=ConnectorOut)
def test_connector(request: ApiRequest, kind: Kind) -> ConnectorOut:
    """Sign in and ask for a little of everything; `tested` of the connector tells what came of it."""
    found = _connector(request.user.organisation, kind)
    services.test(connector=found, now=timezone.now())
    return _out(found)


@part.post("/connectors/{kind}/runs", scope=Scope.DATA_WRITE, answer=RunOut, status=201, refused=409)
def begin_connector_run(request: ApiRequest, kind: Kind) -> Made:
    """Begin fetching what is new."""
    run = services.begin_run(connector=_connector(request.user.organisation, kind), now=timezone.now())
    return Made(_run_out(run), 201, f"/api/v1/connectors/{kind}/runs")


@part.get("/connectors/{kind}/runs", scope=Scope.DATA_READ, rights=_ONLY, answer=RunList)
def list_connector_runs(request: ApiRequest, kind: Kind, asked: Query[PageQuery]) -> RunList:
    """List the runs of a connector, the newest first."""
    connector = _connector(request.user.organisation, kind)
    page = rows_of(selectors.runs_of(request.user.organisation, connector.kind), asked)
    return RunList(items=[_run_out(each) for each in page.rows], **page.ends)


@part.delete("/connectors/{kind}", scope=Scope.DATA_WRITE, answer=None, status=204)
def remove_connector(request: ApiRequest, kind: Kind) -> None:
    """Forget a CRM and its secret. What it brought stays."""
    services.remove(connector=_connector(request.user.organisation, kind))


def _connector(organisation: Organisation, kind: str) -> Connector:
    found = selectors.connector_of(organisation, kind)
    if found is None:
        raise Http404
    return found


def _out(connector: Connector) -> ConnectorOut:
    stands = selectors.standing(connector)
    return ConnectorOut(
        kind=connector.kind,
        address=connector.address,
        client_id=connector.client_id,
        secret_given_at=connector.secret_given_at,
        every=connector.every,
        on=connector.is_on,
        next_at=connector.next_at,
        state=stands.word,
        problem=stands.problem,
        tested=TestOut(**connector.tested) if connector.tested else None,
    )


def _run_out(run: Run) -> RunOut:
    return RunOut(
        id=run.pk,
        state=run.state,
        began_at=run.began_at,
        ended_at=run.ended_at,
        since=run.since,
        rows=run.rows,
        unread=run.unread,
        message=run.message,
        import_id=run.import_made_id,
    )
