"""Every route: what opens it, what it is called, that it is documented."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.api.conftest import As, problem

from afteraction.web.api.routes import Route
from afteraction.web.api.scopes import MEANINGS, RIGHTS, Scope, scopes_for
from afteraction.web.api.v1 import ROUTES
from afteraction.web.people.roles import may

DOCS = Path(__file__).parents[3] / "docs" / "api.md"
SCOPED = [route for route in ROUTES if route.scope]


def address(route: Route) -> str:
    """Of something that may be there."""
    return re.sub(r"\{(?:int:)?(\w+)\}", "1", route.path.replace("{deal_id:deal_id}", "1"))


@pytest.mark.parametrize("route", SCOPED, ids=lambda route: route.name)
def test_a_token_without_the_scope_opens_nothing(cast: Cast, as_: As, route: Route) -> None:
    others = [scope for scope in scopes_for(cast.admin) if scope != route.scope]
    told = problem(as_(cast.admin, *others)(route.method, address(route)), 403)
    assert told["expected"] == route.scope


@pytest.mark.parametrize("route", SCOPED, ids=lambda route: route.name)
def test_a_scope_gives_no_right_that_the_role_lacks(cast: Cast, as_: As, route: Route) -> None:
    for user in cast.insiders().values():
        if route.scope not in scopes_for(user) or any(may(user, right) for right in route.rights):
            continue
        problem(as_(user, str(route.scope))(route.method, address(route)), 403)


def test_some_right_is_needed_for_every_scope_and_each_is_explained() -> None:
    assert set(RIGHTS) == set(MEANINGS) == set(Scope)
    assert all(RIGHTS.values())
    assert all(route.rights for route in SCOPED)


def test_names_of_operations_are_their_own() -> None:
    names = [route.name for route in ROUTES]
    assert len(set(names)) == len(names)


def test_the_document_needs_no_token_and_tells_every_route() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    document = json.loads(answer.content)
    told = {each["operationId"]: each for path in document["paths"].values() for each in path.values()}
    assert set(told) == {route.name for route in ROUTES}
    for route in ROUTES:
        assert told[route.name]["summary"]
        assert told[route.name]["security"] == [{"token": [str(route.scope)] if route.scope else []}]
        assert "401" in told[route.name]["responses"]


def test_every_route_and_scope_is_documented_and_no_other() -> None:
    text = DOCS.read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)` \| `(\S+)` \|", text, re.MULTILINE))
    assert told == {(route.method, re.sub(r"\{\w+:(\w+)\}", r"{\1}", route.path)) for route in ROUTES}
    assert [scope for scope in Scope if f"| `{scope}` |" not in text] == []


def test_no_page_of_documents_is_served(as_admin: Client) -> None:
    assert as_admin.get("/api/v1/docs").status_code == 404
