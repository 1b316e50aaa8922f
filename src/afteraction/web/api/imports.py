"""Imports of files: begun, given files, looked at, mapped, started, followed, given up."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.import_schemas import FileOut, ImportList, ImportOut, file_out, import_out
from afteraction.web.api.paging import PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.data import selectors, services
from afteraction.web.data.models import Import
from afteraction.web.data.refused_rows import refused_rows
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right

part = Part("imports")
_AT_ONCE = 1 << 20
_WRITERS = [Right.IMPORT_DATA]


class LineOut(Schema):
    """A line of the mapping: what is filled from where."""

    place: str = Field(description="Where the line stands.", examples=["0.0.columns.deal_id"])
    reads: str = Field(description="The column that it reads, or what it says in another way.")
    examples: str
    confidence: float | None = Field(description="How sure the draft was of it, from 0 to 1.")
    reason: str
    unsure: bool = Field(description="Whether a person has to look at it before anything is imported.")


class FillOut(Schema):
    """One table that a sheet fills."""

    sheet: str
    table: str
    rows: int
    lines: list[LineOut]
    unfilled: list[str] = Field(description="Canonical columns that nothing fills.")
    columns: list[str] = Field(description="The columns of the sheet.")


class MappingOut(Schema):
    """What the files of an import mean."""

    text: str = Field(description="The mapping file, in TOML: change it and send it back.")
    needs_mapping: bool
    fills: list[FillOut]
    unused: dict[str, str] = Field(description="Sheets that are not used, with the reason.")


class MappingIn(Body):
    """The corrected mapping."""

    text: str = Field(max_length=1_000_000, description="The whole mapping file, in TOML.")


@part.get("/data/imports", scope=Scope.DATA_READ, answer=ImportList)
def list_imports(request: ApiRequest, asked: Query[PageQuery]) -> ImportList:
    """List the imports that were not given up, newest first."""
    page = rows_of(selectors.imports_of(request.user.organisation), asked)
    return ImportList(items=[import_out(each) for each in page.rows], **page.ends)


@part.post("/data/imports", scope=Scope.DATA_WRITE, answer=ImportOut, status=201)
def begin_import(request: ApiRequest) -> Made:
    """Begin an import.

    Then send its files, ask for a look at them, correct the mapping where the draft is unsure, and start it.
    """
    made = services.begin(by=request.user)
    return Made(import_out(made), 201, f"/api/v1/data/imports/{made.pk}")


@part.get("/data/imports/{int:key}", scope=Scope.DATA_READ, answer=ImportOut)
def get_import(request: ApiRequest, key: int) -> ImportOut:
    """Get an import: its files, how far it is, what became of every row."""
    return import_out(_import(request.user, key))


@part.delete("/data/imports/{int:key}", scope=Scope.DATA_WRITE, answer=ImportOut, refused=409)
def discard_import(request: ApiRequest, key: int) -> ImportOut:
    """Give up an import that has not begun; its files go. Twice is once."""
    import_ = _import(request.user, key)
    if import_.state != Import.State.DISCARDED:
        services.discard(import_=import_, now=timezone.now())
    return import_out(_import(request.user, key))


@part.put(
    "/data/imports/{int:key}/files/{name}",
    scope=Scope.DATA_WRITE,
    answer=FileOut,
    refused=409,
    body="application/octet-stream",
)
def put_import_file(request: ApiRequest, key: int, name: str) -> FileOut:
    """Add a file to an import: the bytes as the body.

    It goes to the disk as it comes in, however large it is. One of the same name is replaced. CSV, Excel, Parquet, JSON
    and XES, each also as .gz or .zip.
    """
    size = request.META.get("CONTENT_LENGTH") or ""
    import_ = _import(request.user, key)
    kept = services.add_file(
        import_=import_, name=name, chunks=_body(request), size=int(size) if size.isdecimal() else None
    )
    return file_out(kept)


@part.post("/data/imports/{int:key}/look", scope=Scope.DATA_WRITE, answer=ImportOut, status=202, refused=409)
def look_at_import(request: ApiRequest, key: int) -> ImportOut:
    """Ask for a look at the files: what their columns mean.

    In the background: when the state is `ready` there is a mapping.
    """
    import_ = _import(request.user, key)
    services.look(import_=import_)
    return import_out(_import(request.user, key))


@part.get("/data/imports/{int:key}/mapping", scope=Scope.DATA_READ, answer=MappingOut, refused=409)
def get_import_mapping(request: ApiRequest, key: int) -> MappingOut:
    """Get what the files of an import are taken for.

    Empty until they were looked at.
    """
    import_ = _import(request.user, key)
    if not import_.mapping:
        return MappingOut(text="", needs_mapping=import_.needs_mapping, fills=[], unused={})
    return MappingOut(
        text=import_.mapping,
        needs_mapping=import_.needs_mapping,
        fills=[_fill_out(form) for form in selectors.mapping_form(import_)],
        unused={each.name: each.reason for each in selectors.unused_sheets(import_)},
    )


@part.put("/data/imports/{int:key}/mapping", scope=Scope.DATA_WRITE, answer=MappingOut, problems=[409])
def put_import_mapping(request: ApiRequest, key: int, mapping: MappingIn) -> MappingOut:
    """Correct the mapping of an import.

    Everything that is wrong with it is told, with its line; then nothing is changed.
    """
    services.write_mapping(import_=_import(request.user, key), text=mapping.text)
    return get_import_mapping(request, key)


@part.post("/data/imports/{int:key}/start", scope=Scope.DATA_WRITE, answer=ImportOut, status=202, refused=409)
def start_import(request: ApiRequest, key: int) -> ImportOut:
    """Start an import whose files were looked at. Twice is once."""
    import_ = _import(request.user, key)
    services.start(import_=import_)
    return import_out(_import(request.user, key))


@part.get("/data/imports/{int:key}/refusals", scope=Scope.DATA_READ, rights=_WRITERS, answer=None, media="text/csv")
def export_refused_rows(request: ApiRequest, key: int) -> HttpResponseBase:
    """Export the rows that an import refused, as CSV, each with its reason."""
    found = refused_rows(_import(request.user, key))
    if found is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return StreamingHttpResponse(found.lines(), content_type="text/csv; charset=utf-8", headers=headers)


def _import(user: User, key: int) -> Import:
    found = selectors.import_of(user, key)
    if found is None:
        raise Http404
    return found


def _body(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(_AT_ONCE):
        yield chunk


def _fill_out(form: selectors.FillForm) -> FillOut:
    return FillOut(
        sheet=form.sheet,
        table=form.table,
        rows=form.rows,
        lines=[
            LineOut(
                place=str(line.mapped.place),
                reads=line.mapped.source or line.mapped.text,
                examples=line.examples,
                confidence=line.confidence,
                reason=line.reason,
                unsure=line.unsure,
            )
            for line in form.lines
        ],
        unfilled=list(form.unfilled),
        columns=list(form.columns),
    )
