"""The API, version 1: all its parts together. What is here stays; fields and routes are only added."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from ninja.openapi.docs import Swagger

from afteraction.web.api import (
    analyses,
    claims,
    connectors,
    content,
    deals,
    imports,
    insights,
    leads,
    lessons,
    listening,
    me,
    organisation,
    people,
    process,
    proposals,
    record,
    reviews,
    trial_deals,
    trial_results,
    trials,
    walls,
)
from afteraction.web.api.document import Api, ExactParser
from afteraction.web.api.problems import install
from afteraction.web.api.routes import Part, every

DESCRIPTION: Final = """What pages can do with deals, the process, insights, reviews, lessons, data and people.

Send a token as `Authorization: Bearer TOKEN`; make one on the page API tokens of your account, or with
`afteraction token EMAIL`. A token does only what its scopes and your role both allow. Times are UTC. Errors are problem
details (RFC 9457). Lists come in pages: ask again with `cursor` set to `next`. A POST that is sent again with the same
`Idempotency-Key` is done once. Rates and chances go from 0 to 1, effects from -1 to 1, intervals are of 95 %."""
PARTS: Final[tuple[Part, ...]] = (
    me.part,
    deals.part,
    process.part,
    insights.part,
    analyses.part,
    claims.part,
    reviews.part,
    lessons.part,
    listening.part,
    leads.part,
    proposals.part,
    trials.part,
    trial_results.part,
    trial_deals.part,
    walls.part,
    content.part,
    record.part,
    imports.part,
    connectors.part,
    people.part,
    organisation.part,
)


def _document_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The document holds no data: everyone may have it, and keep it for a while."""

    @require_GET
    @cache_control(public=True, max_age=300)
    @wraps(view.func)  # type: ignore[attr-defined]  # ninja hands over a partial
    def told(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, **kwargs)

    return told


api = Api(
    title="Afteraction",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-1",
    docs=Swagger(),
    docs_url=None,
    docs_decorator=_document_view,
    parser=ExactParser(),
)
install(api)
for each in PARTS:
    api.add_router("", each.router)
ROUTES: Final = tuple(every(PARTS))
