"""How a route is declared: its scope, the rights any of which it needs, its answer. Everything common happens here.

For each request, in this order: the token (auth.py), the limits (limits.py), scope and role, the fields; then the
route's function, its refusals as problems, writes once for each Idempotency-Key.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import getdoc
from typing import Any, Final, ParamSpec, TypeVar

from django.http import HttpResponse, HttpResponseBase
from ninja import Router, Schema

from afteraction.errors import Refused
from afteraction.web.api.auth import Bearer
from afteraction.web.api.idempotency import HEADER, once
from afteraction.web.api.problems import Problem, ProblemDetails, invalid, of_refusal
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.scopes import RIGHTS, Scope
from afteraction.web.people.roles import Right

P = ParamSpec("P")
R = TypeVar("R")
JSON: Final = "application/json; charset=utf-8"
_KEY_PARAMETER: Final = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "The same key with the same request is done once; the first answer is given again for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    "example": "6f1c0a52-6f0e-4a8b-9d1c-1c0b6a3f7d10",
}


@dataclass(frozen=True)
class Route:
    """What is known of a route without asking it. `rights`: any of them opens it; none: everyone may."""

    name: str
    method: str
    path: str
    scope: Scope | None
    rights: frozenset[Right]


@dataclass(frozen=True)
class Made:
    """An answer with more than its content: its status, and where the thing that it made is."""

    content: Schema | None
    status: int
    location: str = ""


class Part:
    """The routes of one part of the API, which has one tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.router = Router(tags=[tag])
        self.routes: list[Route] = []

    def get(self, path: str, **about: Any) -> "Callable[[Callable[P, R]], Callable[P, R]]":
        """A route that reads."""
        return self._route("GET", path, **about)

    def post(self, path: str, **about: Any) -> "Callable[[Callable[P, R]], Callable[P, R]]":
        """A route that makes something, once for each Idempotency-Key, unless it says `keyed=False`."""
        return self._route("POST", path, **{"keyed": True} | about)

    def put(self, path: str, **about: Any) -> "Callable[[Callable[P, R]], Callable[P, R]]":
        """A route that sets something to what is sent: twice is once."""
        return self._route("PUT", path, **about)

    def delete(self, path: str, **about: Any) -> "Callable[[Callable[P, R]], Callable[P, R]]":
        """A route that takes something away: what is gone already is not found."""
        return self._route("DELETE", path, **about)

    def _route(
        self,
        method: str,
        path: str,
        *,
        scope: Scope | None,
        answer: Any,
        status: int = 200,
        rights: Iterable[Right] | None = None,
        refused: int = 422,
        problems: Iterable[int] = (),
        media: str = "",
        body: str = "",
        keyed: bool = False,
    ) -> "Callable[[Callable[P, R]], Callable[P, R]]":
        """Declares a route.

        `refused` is the status of a `Refused`; `problems` are further statuses that it can answer; `media` is the
        type of an answer, `body` that of a body, which are no JSON.
        """
        needed = frozenset(RIGHTS[scope] if rights is None and scope else rights or ())

        def declare(function: Callable[P, R]) -> Callable[P, R]:
            known: set[str] = set()
            told = {400, 401, 403, 422, 429, *problems, refused, *({404} if "{" in path else ())}
            told |= {413} if method in ("POST", "PUT") else set()
            told |= {409} if keyed else set()
            summary, _, text = (getdoc(function) or "").partition("\n")
            self.router.api_operation(
                [method],
                path,
                auth=Bearer(scope, needed),
                response={status: answer} | dict.fromkeys(sorted(told), ProblemDetails),
                operation_id=function.__name__,
                url_name=function.__name__,
                summary=summary.rstrip("."),
                description=_described(text.strip(), scope, needed),
                openapi_extra=_extra(status, media, body, keyed, scope),
            )(_answering(function, known, status, refused, keyed))
            # Only now is it known which names the query may have: those of the fields that ninja found.
            operation = self.router.path_operations[path].operations[-1]
            for model in operation.models:
                if getattr(model, "__ninja_param_source__", "") == "query":
                    known |= set(getattr(model, "__ninja_flatten_map__", None) or model.model_fields)
            self.routes.append(Route(function.__name__, method, path, scope, needed))
            return function

        return declare


def _answering(
    function: Callable[..., Any], known: set[str], status: int, refused_status: int, keyed: bool
) -> Callable[..., HttpResponseBase]:
    @wraps(function)
    def answering(request: ApiRequest, **values: Any) -> HttpResponseBase:
        _refuse_unknown(request, known)

        def do() -> Any:
            try:
                return _response(function(request, **values), status)
            except Refused as refused:
                raise of_refusal(refused, refused_status) from refused

        if keyed:
            return once(request, do)
        response: HttpResponseBase = do()
        return response

    return answering


def _response(result: Any, status: int) -> HttpResponseBase:
    if isinstance(result, HttpResponseBase):
        return result
    made = result if isinstance(result, Made) else Made(result, status)
    content = b"" if made.content is None else made.content.model_dump_json().encode()
    response = HttpResponse(content, status=made.status, content_type=JSON)
    if made.location:
        response["Location"] = made.location
    return response


def _refuse_unknown(request: ApiRequest, known: set[str]) -> None:
    """A filter that is misspelt must not pass for one that finds everything; NUL is no character of a text."""
    wrong = [(f"query.{name}", "is not known here") for name in request.GET if name not in known]
    wrong += [
        (f"query.{name}", "has a NUL character") for name, texts in request.GET.lists() if any("\0" in t for t in texts)
    ]
    if wrong:
        raise invalid(*wrong)
    if "\0" in request.path_info:
        raise Problem(404, "No address has a NUL character.")


def _described(text: str, scope: Scope | None, rights: Iterable[Right]) -> str:
    needs = [f"the scope `{scope}`"] if scope else []
    if rights:
        needs.append(f"a role that may {' or '.join(sorted(rights))}")
    needed = f"Needs {' and '.join(needs)}." if needs else "Any token will do."
    return f"{text}\n\n{needed}".strip()


def _extra(status: int, media: str, body: str, keyed: bool, scope: Scope | None) -> dict[str, Any]:
    extra: dict[str, Any] = {"x-scope": str(scope) if scope else None}
    binary = {"schema": {"type": "string", "format": "binary"}}
    if media:
        extra["responses"] = {status: {"content": {media: dict(binary)}}}
    if body:
        extra["requestBody"] = {"required": True, "content": {body: dict(binary)}}
    if keyed:
        extra["parameters"] = [_KEY_PARAMETER]
    return extra


def every(parts: Iterable[Part]) -> Iterator[Route]:
    """All routes of some parts."""
    for part in parts:
        yield from part.routes
