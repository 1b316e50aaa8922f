"""Errors have one shape, whatever goes wrong, and are never a page."""

from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.api.conftest import As, problem

from afteraction.web.api import deals

WRONG: list[tuple[str, str, Any, int]] = [
    ("GET", "/nothing/here", None, 404),
    ("GET", "/", None, 404),
    ("GET", "/deals/no-such-deal", None, 404),
    ("GET", "/people/99999999999999999999999", None, 404),
    ("POST", "/deals", {}, 405),
    ("PATCH", "/organisation", {}, 405),
    ("PUT", "/organisation", b"{", 400),
    ("PUT", "/organisation", b'{"name": NaN}', 400),
    ("PUT", "/organisation", b'{"name": "a\\u0000"}', 400),
    ("PUT", "/organisation", b'{"name": "a\\ud800"}', 400),
    ("PUT", "/organisation", b"[" * 100_000, 400),
    ("PUT", "/organisation", b"\xff", 400),
    ("PUT", "/organisation", b"", 422),
    ("PUT", "/organisation", {"name": ""}, 422),
    ("PUT", "/organisation", {"name": "A", "nmae": "B"}, 422),
    ("PUT", "/organisation", ["A"], 422),
    ("PUT", "/organisation", {"name": "x" * 6 * 2**20}, 413),
    ("GET", "/deals?owenr=ada", None, 422),
    ("GET", "/deals?limit=0", None, 422),
    ("GET", "/deals?low=inf", None, 422),
    ("GET", "/deals?sort=colour", None, 422),
    ("GET", "/deals?cursor=abc", None, 422),
    ("GET", "/deals?q=%00", None, 422),
    ("GET", "/people?cursor=abc", None, 422),
    ("GET", "/figures/steps", None, 404),
    ("POST", "/analyses", None, 409),
]


@pytest.mark.parametrize(("method", "path", "content", "status"), WRONG, ids=lambda each: str(each)[:30])
def test_what_is_wrong_is_told_as_a_problem(
    cast: Cast, as_: As, method: str, path: str, content: Any, status: int
) -> None:
    problem(as_(cast.admin)(method, path, content), status)


def test_all_fields_that_are_wrong_are_told_at_once(cast: Cast, as_: As) -> None:
    told = problem(as_(cast.admin)("POST", "/people", {"name": "", "role": "king", "age": 3}), 422)
    wrong = {"body.name", "body.role", "body.email", "body.age"}
    assert {each["field"] for each in told["errors"]} == wrong
    told = problem(as_(cast.admin)("GET", "/deals?limit=0&low=much"), 422)
    assert {each["field"] for each in told["errors"]} == {"query.limit", "query.low"}


def test_a_refusal_says_found_expected_and_next(cast: Cast, as_: As) -> None:
    about = {"name": "Again", "role": "rep", "email": cast.rep.email}
    told = problem(as_(cast.admin)("POST", "/people", about), 409)
    assert told["found"] == f"an account with the address {cast.rep.email}"
    assert told["expected"] == "an address that nobody has here yet"
    assert told["next"]


def test_a_method_that_is_not_known_is_told_which_are(cast: Cast, as_: As) -> None:
    allowed = as_(cast.admin)("DELETE", "/organisation")["Allow"]
    assert {each.strip() for each in allowed.split(",")} == {"GET", "PUT"}


def test_a_failure_of_the_server_is_a_problem_and_tells_nothing(
    cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the inside of the server")

    monkeypatch.setattr(deals.selectors, "deal_page", fails)
    told = problem(as_(cast.admin)("GET", "/deals"), 500)
    assert "inside" not in str(told)


def test_a_host_that_is_not_ours_gets_a_problem_too(cast: Cast) -> None:
    problem(Client(raise_request_exception=False).get("/api/v1/me", headers={"Host": "evil.example"}), 400)


def test_answers_are_kept_by_nobody_on_the_way(cast: Cast, as_: As) -> None:
    assert as_(cast.rep)("GET", "/deals")["Cache-Control"] == "no-store"


def test_pages_are_left_as_they_are(as_admin: Client) -> None:
    assert as_admin.get("/nowhere")["Content-Type"].startswith("text/html")
