"""Pages of data: sending files, looking at what they mean, importing them, and what there is."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import size_text
from afteraction.ingest.sources.reading import EXTENSIONS
from afteraction.lake.schema import TABLES
from afteraction.web.data import selectors, services
from afteraction.web.data.forms import AS_IT_IS, LEAVE_OUT, corrections, date_styles
from afteraction.web.data.models import Import
from afteraction.web.data.refused_rows import refused_rows
from afteraction.web.insights.selectors import standing
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may

_AT_ONCE: Final = 1 << 20
_RECENT: Final = 8
State = Import.State


@needs(Right.SEE_DATA, Right.IMPORT_DATA)
@require_http_methods(["GET", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """What there is, what is missing, and the way in. Without scripts, files are sent here in one form."""
    if request.method == "POST":
        return _sent_by_form(request)
    organisation = signed_in(request).organisation
    return render(
        request,
        "data/data.html",
        {
            "imports": selectors.imports_of(organisation).exclude(state=State.ADDING)[:_RECENT],
            "versions": selectors.versions_of(organisation),
            "quality": selectors.quality_of(organisation),
            "standing": standing(organisation),
            **_sending(request),
        },
    )


@needs(Right.IMPORT_DATA)
def _sent_by_form(request: HttpRequest) -> HttpResponse:
    import_ = services.begin(by=signed_in(request))
    try:
        for file in request.FILES.getlist("files"):
            services.add_file(import_=import_, name=file.name or "", chunks=file.chunks(), size=file.size)
        services.look(import_=import_)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("data")
    return redirect("import", import_.pk)


@needs(Right.IMPORT_DATA)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new import; answers with where its files go."""
    key = services.begin(by=signed_in(request)).pk
    names = {"files": "import-files", "look": "import-look", "page": "import"}
    return JsonResponse({what: reverse(name, args=[key]) for what, name in names.items()}, status=201)


@needs(Right.IMPORT_DATA)
@require_POST
def add_file(request: HttpRequest, key: int) -> HttpResponse:
    """One file as the body of the request, its name as `?name=`; it goes to disk as it comes in."""
    size = request.META.get("CONTENT_LENGTH") or ""
    try:
        kept = services.add_file(
            import_=_import(request, key),
            name=request.GET.get("name", ""),
            chunks=_body(request),
            size=int(size) if size.isdecimal() else None,
        )
    except Refused as refused:
        return JsonResponse({"message": str(refused)}, status=422)
    return JsonResponse({"name": kept.name, "size": kept.size}, status=201)


def _body(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(_AT_ONCE):
        yield chunk


@needs(Right.IMPORT_DATA)
@require_POST
def look(request: HttpRequest, key: int) -> HttpResponse:
    """All files are there: look at them."""
    import_ = _import(request, key)
    try:
        services.look(import_=import_)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("import", import_.pk)


@needs(Right.SEE_DATA, Right.IMPORT_DATA)
@require_GET
@never_cache
def import_page(request: HttpRequest, key: int) -> HttpResponse:
    """An import: what its files mean, how far it has come, or what became of them."""
    return render(request, "data/import.html", _about(request, _import(request, key)))


@needs(Right.SEE_DATA, Right.IMPORT_DATA)
@require_GET
@never_cache
def import_state(request: HttpRequest, key: int) -> HttpResponse:
    """The part of the page that changes while a job works."""
    return render(request, "data/state.html", _about(request, _import(request, key)))


@needs(Right.IMPORT_DATA)
@require_POST
def mapping(request: HttpRequest, key: int) -> HttpResponse:
    """Corrections, as a form or as the text; then the import begins, if that was asked for."""
    import_ = _import(request, key)
    try:
        if "use" in request.POST:
            number, _, table = request.POST["use"].partition(" ")
            services.use_sheet(import_=import_, number=int(number) if number.isdecimal() else -1, table=table)
            messages.success(request, f"Now say below which columns the {table} come from.")
            return redirect("import", import_.pk)
        if "text" in request.POST:
            services.write_mapping(import_=import_, text=request.POST["text"])
        else:
            found = corrections(request.POST, selectors.mapping_form(import_))
            services.correct(import_=import_, sources=found.sources, dates=found.dates, added=found.added)
        if request.POST.get("then") == "start":
            services.start(import_=import_)
        else:
            messages.success(request, "The mapping has been changed.")
    except Refused as refused:
        about = _about(request, import_) | {"wrong": str(refused), "text": request.POST.get("text", import_.mapping)}
        return render(request, "data/import.html", about, status=422)
    return redirect("import", import_.pk)


@needs(Right.IMPORT_DATA)
@require_POST
def discard(request: HttpRequest, key: int) -> HttpResponse:
    """Gives an import up."""
    try:
        services.discard(import_=_import(request, key), now=timezone.now())
        messages.success(request, "The import has been discarded. Nothing was changed.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("data")


@needs(Right.IMPORT_DATA)
@require_GET
def refusals(request: HttpRequest, key: int) -> HttpResponseBase:
    """The refused rows as CSV: streamed, and harmless in a spreadsheet."""
    found = refused_rows(_import(request, key))
    if found is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return StreamingHttpResponse(found.lines(), content_type="text/csv; charset=utf-8", headers=headers)


@needs(Right.IMPORT_DATA)
@require_POST
def compact(request: HttpRequest) -> HttpResponse:
    """Joins small files and drops old versions, in the background."""
    try:
        services.compact(by=signed_in(request))
        messages.success(request, "The record is being compacted. Nothing changes for anyone while it is.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("data")


def _import(request: HttpRequest, key: int) -> Import:
    found = selectors.import_of(signed_in(request), key)
    if found is None:
        raise Http404
    return found


def _sending(request: HttpRequest) -> dict[str, Any]:
    from django.conf import settings

    return {
        "may_import": may(signed_in(request), Right.IMPORT_DATA),
        "extensions": ",".join(sorted(EXTENSIONS)),
        "limit": size_text(settings.UPLOAD_LIMIT),
    }


def _about(request: HttpRequest, import_: Import) -> dict[str, Any]:
    about: dict[str, Any] = {
        "import": import_,
        "files": list(import_.files.all()),
        "under_way": import_.state in selectors.UNDER_WAY,
        "may_import": may(signed_in(request), Right.IMPORT_DATA),
    }
    if import_.state in selectors.CORRECTABLE and import_.preview:
        about |= {
            "forms": selectors.mapping_form(import_),
            "unused": selectors.unused_sheets(import_),
            "text": import_.mapping,
            "tables": tuple(TABLES),
            "date_styles": date_styles(),
            "leave_out": LEAVE_OUT,
            "as_it_is": AS_IT_IS,
        }
        about["unsure"] = sum(line.unsure for form in about["forms"] for line in form.lines)
    if import_.state == State.DONE:
        tables = import_.report["tables"].values()
        about["sums"] = {k: sum(each[k] for each in tables) for k in ("new", "changed", "same", "cells")}
        about["standing"] = standing(import_.organisation)
    return about
