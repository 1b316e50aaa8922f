"""The API itself: how bodies are read, and its OpenAPI document, which holds no data and needs no token."""

import json
from typing import Any, Final

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from afteraction.web.api.idempotency import REPLAYED
from afteraction.web.api.problems import MEDIA_TYPE

ROOT: Final = "/api/v1/"
_TEXT: Final = {"type": "string"}
_HEADERS: Final = {
    "RateLimit-Policy": {"description": "Requests (q) in a window of seconds (w).", "schema": _TEXT},
    "RateLimit": {"description": "Requests left (r) and seconds until they are more again (t).", "schema": _TEXT},
}
_OF_STATUS: Final = {
    "401": {"WWW-Authenticate": {"description": "How to be let in (RFC 6750).", "schema": _TEXT}},
    "429": {"Retry-After": {"description": "Seconds to wait.", "schema": _TEXT}},
}


class ExactParser(Parser):
    """JSON as RFC 8259 has it: no NaN, and no characters that a database cannot keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body; raises for what is no JSON."""
        try:
            content: dict[str, Any] = json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise HttpError(400, f"The body is no JSON: {error}") from error
        # Only an escape can write these: bare ones are no JSON, or no UTF-8.
        if (b"\\u0000" in request.body or b"\\ud" in request.body.lower()) and not _clean(content):
            raise HttpError(400, "The body has a NUL character or half a surrogate pair in a text")
        return content


class Api(NinjaAPI):
    """NinjaAPI whose document tells all of it: problems under their own type, scopes, headers."""

    _document: OpenAPISchema | None = None

    def _get_urls(self) -> list[Any]:
        # ninja's root answers only with where its page of documents is, which there is none of here.
        return [url for url in super()._get_urls() if getattr(url, "name", "") != "api-root"]

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI document, made once."""
        if self._document is None:
            document = super().get_openapi_schema(path_prefix=path_prefix or ROOT, path_params=path_params)
            for operations in document["paths"].values():
                for operation in operations.values():
                    _complete(operation)
            document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            self._document = document
        return self._document


def _complete(operation: dict[str, Any]) -> None:
    scope = operation.pop("x-scope", None)
    operation["security"] = [{"token": [scope] if scope else []}]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    responses = {str(status): told for status, told in operation["responses"].items()}
    operation["responses"] = responses
    for status, told in responses.items():
        told["headers"] = {} if status == "401" else dict(_HEADERS)
        told["headers"] |= _OF_STATUS.get(status, {})
        if status >= "400":
            told["content"] = {MEDIA_TYPE: told["content"].pop("application/json")}
        elif any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ())):
            told["headers"][REPLAYED] = {"description": "`true` where this is an answer given before.", "schema": _TEXT}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """In an address there is no null: what is not asked for is left out."""
    if "anyOf" not in schema:
        return schema
    [real] = [each for each in schema["anyOf"] if each != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return {**rest, **real}


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _clean(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_clean(name) and _clean(each) for name, each in value.items())
    return not isinstance(value, list) or all(map(_clean, value))
