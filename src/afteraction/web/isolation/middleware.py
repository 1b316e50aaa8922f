"""The scope of a request: nobody's rows until it is known who asks, then those of their organisation, then nobody's."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from django.db import OperationalError
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

from afteraction.web.busy import answer_to
from afteraction.web.isolation.scope import across_organisations, again, bind, current, nothing_visible

OTHER_DOORS: Final = ("/api/", "/b/", "/c/", "/w/", "/listening/hook/", "/metrics", "/healthz", "/static/")
"""Paths that a session opens nothing at: they have tokens or links, and bind the organisation of those themselves."""
SIGNING_IN: Final = "/accounts/"
BECOMING: Final = ("/accounts/join/", "/accounts/password/reset/")
"""Where a mailed link says who somebody is, whoever was signed in before."""


class OrganisationOfRequest:
    """Begins and ends the scope of every request. Stands behind the sign-in, whose user it looks up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with nothing_visible():
            answer = self._answer(request)
            if isinstance(answer, StreamingHttpResponse) and not isinstance(answer, FileResponse):
                # It is written after the request has left here.
                parts: Any = answer.streaming_content
                answer.streaming_content = _in_scope(parts, current())
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OTHER_DOORS):
            return self.get_response(request)
        try:
            with across_organisations("who is signed in: a session names a person, not an organisation"):
                known = request.user.is_authenticated
        except OperationalError as error:  # no view has begun, so nobody else is asked what to say
            if (busy := answer_to(request, error)) is None:
                raise
            return busy
        if known and not request.path.startswith(BECOMING):
            bind(request.user.organisation_id)  # type: ignore[union-attr]
        elif request.path.startswith(SIGNING_IN):
            with across_organisations("signing in: people are found by the address that they type, or by a link"):
                return self.get_response(request)
        return self.get_response(request)


def _in_scope(parts: Iterable[bytes], scope: str) -> Iterator[bytes]:
    """The parts of an answer, each made in the scope of its request."""
    each = iter(parts)
    while True:
        with again(scope):
            try:
                part = next(each)
            except StopIteration:
                return
        yield part
