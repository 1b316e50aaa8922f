"""The record: its versions, its quality, compacting it, and canonical rows sent as JSON."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import JsonValue

from afteraction.lake.schema import TABLES
from afteraction.web.api.import_schemas import ImportOut, import_out
from afteraction.web.api.problems import invalid
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.data import selectors, services
from afteraction.web.data.rows import import_rows, missing_in

part = Part("data")
_MOST_TOLD = 200
Row = dict[str, str | int | Annotated[float, Field(allow_inf_nan=False)] | bool | None]


class DataVersionOut(Schema):
    """A data version of the record."""

    version: int
    at: datetime
    note: str = Field(description="What made it.")
    rows: dict[str, int] = Field(description="Rows by table.", examples=[{"deals": 1200, "touches": 16100}])
    import_id: int | None = Field(description="The import that made it, where one did.")


class DataVersionList(Schema):
    """The newest data versions, newest first."""

    items: list[DataVersionOut]


class QualityOut(Schema):
    """What is wrong with the record and what is missing from it, as the newest results say."""

    data_version: int | None = Field(description="Null until there are results.")
    findings: list[dict[str, JsonValue]]
    missing: list[dict[str, JsonValue]]


class TableOut(Schema):
    """A canonical table."""

    name: str
    meaning: str
    key: list[str]
    required: list[str]
    columns: dict[str, str] = Field(description="What each column means.")
    attributes: bool = Field(description="Whether further columns are kept under their own name.")


class TableList(Schema):
    """The canonical tables that rows can be sent for."""

    items: list[TableOut]


class RowsIn(Body):
    """Canonical rows by table. Times are ISO 8601, with their offset or in UTC; ids are text."""

    deals: list[Row] = Field(
        default_factory=list,
        examples=[[{"deal_id": "D-1", "outcome": "won", "owner": "noor", "amount": 12000, "closed_at": "2026-03-01"}]],
    )
    stage_changes: list[Row] = Field(default_factory=list)
    touches: list[Row] = Field(default_factory=list)
    accounts: list[Row] = Field(default_factory=list)
    people: list[Row] = Field(default_factory=list)
    leads: list[Row] = Field(default_factory=list)
    lead_changes: list[Row] = Field(default_factory=list)
    lead_touches: list[Row] = Field(default_factory=list)
    content: list[Row] = Field(default_factory=list)
    content_uses: list[Row] = Field(default_factory=list)
    trigger_events: list[Row] = Field(default_factory=list)


class QueuedOut(Schema):
    """Work that goes on in the background."""

    queued: bool


@part.get("/data/versions", scope=Scope.DATA_READ, answer=DataVersionList)
def list_data_versions(request: ApiRequest) -> DataVersionList:
    """List the newest data versions."""
    return DataVersionList(
        items=[
            DataVersionOut(
                version=each.snapshot.version,
                at=each.snapshot.at,
                note=each.snapshot.note,
                rows=dict(each.snapshot.rows),
                import_id=each.import_.pk if each.import_ else None,
            )
            for each in selectors.versions_of(request.user.organisation)
        ]
    )


@part.get("/data/quality", scope=Scope.DATA_READ, answer=QualityOut)
def get_data_quality(request: ApiRequest) -> QualityOut:
    """Get what is wrong with the record, what is missing from it, and what that costs."""
    found = selectors.quality_of(request.user.organisation)
    if found is None:
        return QualityOut(data_version=None, findings=[], missing=[])
    return QualityOut(data_version=found.version, findings=found.findings, missing=found.missing)


@part.get("/data/tables", scope=Scope.DATA_READ, answer=TableList)
def list_data_tables(request: ApiRequest) -> TableList:  # noqa: ARG001
    """List the canonical tables with their columns."""
    return TableList(
        items=[
            TableOut(
                name=table.name,
                meaning=table.meaning,
                key=list(table.key),
                required=list(table.required),
                columns={column.name: column.meaning for column in table.columns},
                attributes=table.attributes,
            )
            for table in TABLES.values()
        ]
    )


@part.post("/data/rows", scope=Scope.DATA_WRITE, answer=ImportOut, status=202)
def send_rows(request: ApiRequest, tables: RowsIn) -> Made:
    """Send canonical rows to the record.

    They go through the import that files go through, in the background: follow the import that is answered. The same
    rows again change nothing; a row with a known key replaces the one that is there. What cannot be kept is refused row
    by row, with its reason. At most 5 MiB at once; more goes as a file.
    """
    sent: dict[str, Any] = {name: rows for name, rows in tables if rows}
    if not sent:
        raise invalid(("body", "has no rows; send at least one row of one table"))
    wrong = list(missing_in(sent))
    if wrong:
        raise invalid(*((f"body.{name}.{n}.{column}", "is required") for name, n, column in wrong[:_MOST_TOLD]))
    made = import_rows(by=request.user, tables=sent)
    return Made(import_out(made), 202, f"/api/v1/data/imports/{made.pk}")


@part.post("/data/compact", scope=Scope.DATA_WRITE, answer=QueuedOut, status=202, refused=409)
def compact_data(request: ApiRequest) -> QueuedOut:
    """Join small files and drop old data versions, in the background."""
    services.compact(by=request.user)
    return QueuedOut(queued=True)
