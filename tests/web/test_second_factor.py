"""A second factor is set up by its owner, and from then on a password alone opens nothing."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from tests.cast import PASSWORD, Cast

SIGN_IN = "/accounts/login/"


def code_of(secret: str) -> str:
    """The six digits that an app would show now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture(autouse=True)
def _one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a test lies within the half minute of one code."""
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))


@pytest.fixture
def secret(client: Client, cast: Cast) -> str:
    """Of the rep, who has just set up an app."""
    client.post(SIGN_IN, {"login": cast.rep.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    form = client.get("/accounts/2fa/totp/activate/").context["form"]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(form.secret)})
    assert answer.status_code == 302
    cache.clear()  # the code that was just used may be used again, which in life takes half a minute
    secret: str = form.secret
    return secret


def test_the_password_alone_no_longer_lets_in(secret: str, cast: Cast) -> None:
    client = Client()
    answer = client.post(SIGN_IN, {"login": cast.rep.email, "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/").status_code == 302


def test_the_code_does(secret: str, cast: Cast) -> None:
    client = Client()
    client.post(SIGN_IN, {"login": cast.rep.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/").status_code == 200


def test_a_wrong_code_does_not(secret: str, cast: Cast) -> None:
    client = Client()
    client.post(SIGN_IN, {"login": cast.rep.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert client.get("/").status_code == 302


def test_a_recovery_code_lets_in_once(secret: str, cast: Cast) -> None:
    codes = Authenticator.objects.get(user=cast.rep, type="recovery_codes").wrap().get_unused_codes()
    for expected in (200, 302):
        client = Client()
        client.post(SIGN_IN, {"login": cast.rep.email, "password": PASSWORD})
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert client.get("/").status_code == expected


def test_setting_it_up_asks_again_who_one_is(client: Client, cast: Cast) -> None:
    client.post(SIGN_IN, {"login": cast.rep.email, "password": PASSWORD})
    assert "reauthenticate" in client.get("/accounts/2fa/totp/activate/")["Location"]


def test_switching_it_off_asks_again_who_one_is(secret: str, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert "reauthenticate" in answer["Location"]
    assert Authenticator.objects.filter(user=cast.rep, type="totp").exists()


@pytest.mark.parametrize("page", ["", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/"])
def test_its_pages_open(secret: str, client: Client, page: str) -> None:
    assert client.get(f"/accounts/2fa/{page}").status_code == 200
