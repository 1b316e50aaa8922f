"""How often a token may be used: counted in the database, so right however many processes count."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast
from tests.web.api.conftest import As, problem

from afteraction.web.api.limits import spend
from afteraction.web.api.tokens import make_token

NOON = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)


def test_every_answer_says_how_much_is_left(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    call("GET", "/me")
    answer = call("GET", "/people")
    assert answer.status_code == 403
    assert answer["RateLimit-Policy"] == '"token";q=600;w=60'
    assert answer["RateLimit"].startswith('"token";r=598;t=')


def test_too_many_requests_are_told_to_wait(cast: Cast, as_: As, settings: Any) -> None:
    settings.API_LIMIT = 2
    call = as_(cast.rep)
    assert [call("GET", "/me").status_code for _n in range(2)] == [200, 200]
    answer = call("GET", "/me")
    problem(answer, 429)
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert as_(cast.rep)("GET", "/me").status_code == 200  # another token has its own


def test_a_new_minute_begins_anew(cast: Cast) -> None:
    token, _secret = make_token(user=cast.rep, name="A", now=NOON)
    assert [spend(token=token, now=NOON).used for _n in range(3)] == [1, 2, 3]
    assert spend(token=token, now=NOON).resets_in == 30
    later = spend(token=token, now=NOON + timedelta(seconds=30))
    assert (later.used, later.resets_in) == (1, 60)


def test_one_request_costs_three_statements_before_its_own(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    call("GET", "/me")
    with CaptureQueriesContext(connection) as asked:
        call("GET", "/me")
    told = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(told) == 3, told
