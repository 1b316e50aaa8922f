"""Tokens: what they open, for whom, how long; the page that makes them; the command."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.api.conftest import As, Caller, problem
from typer.testing import CliRunner

from afteraction.cli import app
from afteraction.errors import Refused
from afteraction.web.api import tokens
from afteraction.web.api.models import Token
from afteraction.web.api.scopes import Scope, scopes_for
from afteraction.web.people import services
from afteraction.web.people.models import Role
from afteraction.web.people.trail import trail

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_a_token_says_whose_it_is_and_what_it_may(cast: Cast, as_: As) -> None:
    told = as_(cast.manager)("GET", "/me").json()
    assert (told["email"], told["role"], told["team"]) == (cast.manager.email, "manager", "Enterprise North")
    assert told["token"]["scopes"] == [str(scope) for scope in scopes_for(cast.manager)]


def test_the_secret_is_kept_nowhere(cast: Cast, as_: As) -> None:
    secret = as_(cast.rep).secret
    [row] = Token.objects.filter(user=cast.rep).values()
    assert secret not in str(row)
    assert secret.startswith(row["prefix"])


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nobody", "Basic dTpw", "Token {secret}"])
def test_without_a_valid_token_nothing_opens(cast: Cast, as_: As, header: str) -> None:
    given = header.format(secret=as_(cast.rep).secret)
    answer = Client().get("/api/v1/me", headers={"Authorization": given} if header else {})
    problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_opens_nothing(cast: Cast) -> None:
    problem(signed_in(cast.admin).get("/api/v1/me"), 401)


def test_an_expired_token_opens_nothing(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    assert call("GET", "/me").status_code == 200
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    problem(call("GET", "/me"), 401)


def test_a_token_opens_nothing_once_its_user_cannot_come_in(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    services.deactivate(by=cast.admin, user=cast.rep)
    problem(call("GET", "/me"), 401)


def test_a_token_can_end_itself(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    assert call("DELETE", "/me/token").status_code == 204
    problem(call("GET", "/me"), 401)


def test_a_token_may_no_more_than_the_role_of_today(cast: Cast, as_: As) -> None:
    call = as_(cast.admin)
    assert call("GET", "/people").status_code == 200
    cast.admin.role = Role.REP
    cast.admin.save()
    told = problem(call("GET", "/people"), 403)
    assert told["expected"] == "a role that may manage people and settings"


def test_last_use_is_written_once_a_minute(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    call("GET", "/me")
    first = Token.objects.get().last_used_at
    call("GET", "/me")
    assert first is not None
    assert Token.objects.get().last_used_at == first
    Token.objects.update(minute=0)
    call("GET", "/me")
    assert Token.objects.get().last_used_at != first


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ({"scopes": ["everything"]}, "the scope everything"),
        ({"scopes": ["people:read"]}, "people:read for the role rep"),
        ({"scopes": []}, "no scope"),
        ({"name": "  "}, "no name"),
        ({"days": 0}, "0 days"),
        ({"days": 4000}, "4000 days"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(cast: Cast, about: dict[str, Any], found: str) -> None:
    with pytest.raises(Refused) as refused:
        tokens.make_token(user=cast.rep, now=timezone.now(), **{"name": "A"} | about)
    assert refused.value.found == found
    assert not Token.objects.exists()


def test_every_scope_is_of_use_to_some_role(cast: Cast) -> None:
    useful = {scope for user in cast.insiders().values() for scope in scopes_for(user)}
    assert useful == set(Scope)


def test_the_page_shows_the_secret_once(cast: Cast) -> None:
    client = signed_in(cast.rep)
    asked = {"name": "Nightly", "days": "30", "scopes": ["deals:read"]}
    made = client.post("/settings/tokens/", asked)
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    found = re.search(r'id="secret">(aft_[\w-]+)<', made.content.decode())
    assert found
    assert Caller(found[1], Client())("GET", "/deals").status_code == 200
    later = client.get("/settings/tokens/").content.decode()
    assert "Nightly" in later
    assert found[1] not in later


def test_the_page_offers_only_what_the_role_may(cast: Cast) -> None:
    client = signed_in(cast.rep)
    assert "people:read" not in client.get("/settings/tokens/").content.decode()
    asked = {"name": "More", "days": "30", "scopes": ["people:read"]}
    assert client.post("/settings/tokens/", asked).status_code == 422
    assert not Token.objects.exists()


def test_tokens_are_revoked_by_their_owner_alone(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    key = Token.objects.get().pk
    assert signed_in(cast.admin).post(f"/settings/tokens/{key}/revoke/").status_code == 404
    assert call("GET", "/me").status_code == 200
    assert signed_in(cast.rep).post(f"/settings/tokens/{key}/revoke/").status_code == 302
    problem(call("GET", "/me"), 401)


def test_the_trail_tells_of_tokens_and_of_what_is_done_with_them(cast: Cast, as_: As) -> None:
    as_(cast.admin)("PUT", "/organisation", {"name": "Northwind Two"})
    entries = trail(cast.organisation).entries
    assert ("changed", "Organisation", str(cast.admin)) in {(each.done, each.kind, each.who) for each in entries}
    assert ("created", "API token") in {(each.done, each.kind) for each in entries}
    assert "used" not in str(entries)


def test_the_command_prints_the_token_alone(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERACTION_HOME", str(settings.HOME))
    asked = ["token", cast.rep.email, "--name", "Sync", "--scope", "deals:read", "--days", "3"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert Caller(done.stdout.strip(), Client())("GET", "/deals").status_code == 200
    token = Token.objects.get()
    assert (token.name, token.scopes, (token.expires_at - token.made_at).days) == ("Sync", ["deals:read"], 3)


def test_the_command_makes_no_token_for_nobody(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERACTION_HOME", str(settings.HOME))
    done = CliRunner().invoke(app, ["token", "nobody@example.com"])
    assert isinstance(done.exception, Refused)
    assert done.stdout == ""
