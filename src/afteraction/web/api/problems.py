"""Errors in one shape: problem details (RFC 9457) with what was found, what was expected, and what to do next.

Nothing under /api/ answers with a page: `ProblemsAlone` turns whatever else comes out of Django into a problem too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as FormError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.request import UnreadablePostError
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from afteraction.errors import Refused
from afteraction.web.api.limits import tell
from afteraction.web.api.requests import rate_of

MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final = {
    400: ("malformed", "The request cannot be read"),
    401: ("no-token", "No valid token"),
    403: ("forbidden", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "This address does not know the method"),
    409: ("conflict", "Not possible as things stand"),
    413: ("too-large", "The body is too large"),
    422: ("invalid", "The request is not right"),
    429: ("too-many-requests", "Too many requests"),
    500: ("failed", "The server failed"),
    503: ("busy", "Too busy"),
}
_API: Final = "/api/"
_SAID: Final = {
    400: "The request cannot be understood as it is.",
    404: "There is nothing at this address, or nothing that you may see; the addresses are in /api/v1/openapi.json.",
    405: "The header Allow names the methods that this address knows.",
    500: "Something went wrong here. It has been logged; trying again later may help.",
}


@dataclass
class Problem(Exception):
    """An answer that is no success; `errors` has one entry for each field that is wrong."""

    status: int
    detail: str
    found: str = ""
    expected: str = ""
    next_step: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


class FieldError(Schema):
    """One thing that is wrong with a request."""

    field: str = Field(description="Where: `query.limit`, `body.name`, `body.touches.3.at`.")
    message: str = Field(description="What is wrong there.")


class ProblemDetails(Schema):
    """An error, as RFC 9457 has it, with what to do next."""

    type: str = Field(description="A name of the kind of problem that never changes.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong this time.")
    found: str | None = Field(None, description="What was found.")
    expected: str | None = Field(None, description="What was expected.")
    next: str | None = Field(None, description="What you can do about it.")
    errors: list[FieldError] | None = Field(None, description="Everything that is wrong with the fields.")


def answer(problem: Problem) -> HttpResponse:
    """A problem as a response. Members that say nothing are left out."""
    kind, title = TITLES.get(problem.status, ("refused", "Refused"))
    content: dict[str, Any] = {
        "type": f"urn:afteraction:problem:{kind}",
        "title": title,
        "status": problem.status,
        "detail": problem.detail,
        "found": problem.found,
        "expected": problem.expected,
        "next": problem.next_step,
        "errors": problem.errors,
    }
    told = {name: value for name, value in content.items() if value not in ("", [])}
    response = JsonResponse(told, status=problem.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def of_refusal(refused: Refused, status: int) -> Problem:
    """A refusal as a problem."""
    detail = f"Found {refused.found}, expected {refused.expected}."
    return Problem(status, detail, refused.found, refused.expected, refused.next_step)


def invalid(*errors: tuple[str, str]) -> Problem:
    """A request whose fields are wrong: where, and what."""
    detail = "; ".join(f"{where}: {message}" for where, message in errors[:5])
    return Problem(422, detail, errors=[{"field": where, "message": message} for where, message in errors])


def of_validation(error: ValidationError) -> Problem:
    """All fields that ninja found wrong, at once."""
    return invalid(*((_field(each["loc"]), str(each["msg"])) for each in error.errors))


def _field(place: Sequence[str | int]) -> str:
    """Where an error is. After `body` ninja names the argument that the whole body is, which is no part of it."""
    where = [str(each) for each in place]
    return ".".join([where[0], *where[2:]] if where[0] == "body" else where)


def of_form(error: FormError) -> Problem:
    """The same of Django's own."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return invalid(*((f"body.{name}".rstrip("."), text) for name, texts in told.items() for text in texts))


def _too_large(_error: RequestDataTooBig) -> Problem:
    next_step = "send less at once; large data goes as a file, to /api/v1/data/imports/{id}/files/{name}"
    return Problem(413, "The body has more bytes than are read at once.", next_step=next_step)


def install(api: NinjaAPI) -> None:
    """Has every exception answered as a problem; what is unforeseen stays Django's, which logs it."""
    handled: dict[type[Exception], Callable[[Any], Problem]] = {
        Problem: lambda problem: problem,
        ValidationError: of_validation,
        FormError: of_form,
        HttpError: lambda error: Problem(error.status_code, f"{error}."),
        Http404: lambda _error: Problem(404, _SAID[404]),
        PermissionDenied: lambda _error: Problem(403, "Your role does not allow this."),
        RequestDataTooBig: _too_large,
        SuspiciousOperation: lambda _error: Problem(400, _SAID[400]),
        UnreadablePostError: lambda _error: Problem(400, "The body ended before it was whole."),
    }
    for kind, made in handled.items():
        api.add_exception_handler(kind, _handler(made))


def _handler(made: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda _request, error: answer(made(error))


class ProblemsAlone:
    """Outermost: under /api/, whatever is no success and no problem yet becomes one; limits are told, nothing kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(_API):
            return response
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith(MEDIA_TYPE):
            kept = {"Allow": response["Allow"]} if "Allow" in response else {}
            said = _SAID.get(response.status_code, "The request was refused.")
            response = answer(Problem(response.status_code, said, headers=kept))
        if rate := rate_of(request):
            tell(response, rate)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
