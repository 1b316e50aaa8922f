"""Coming in with a password, and being kept out."""

import re

import pytest
from django.core import mail
from django.test import Client
from tests.cast import PASSWORD, Cast
from tests.waiting_jobs import run_what_waits

SIGN_IN = "/accounts/login/"


def _sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(SIGN_IN, {"login": email, "password": password}).status_code


def test_the_right_password_lets_in(client: Client, cast: Cast) -> None:
    assert _sign_in(client, cast.rep.email) == 302
    assert client.get("/").status_code == 200


def test_the_address_may_be_written_in_capitals(client: Client, cast: Cast) -> None:
    assert _sign_in(client, cast.rep.email.upper()) == 302


def test_a_wrong_password_does_not(client: Client, cast: Cast) -> None:
    assert _sign_in(client, cast.rep.email, "wrong") == 200
    assert client.get("/").status_code == 302


def test_everything_asks_for_a_sign_in_first(client: Client, cast: Cast) -> None:
    answer = client.get("/settings/people/?role=rep")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/settings/people/%3Frole%3Drep"


def test_after_the_sign_in_one_is_where_one_wanted_to_be(client: Client, cast: Cast) -> None:
    answer = client.post(SIGN_IN, {"login": cast.admin.email, "password": PASSWORD, "next": "/settings/roles/"})
    assert answer["Location"] == "/settings/roles/"


def test_no_one_is_led_to_another_site(client: Client, cast: Cast) -> None:
    answer = client.post(SIGN_IN, {"login": cast.admin.email, "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_guessing_is_stopped_after_some_attempts(client: Client, cast: Cast) -> None:
    for _ in range(5):
        _sign_in(client, cast.rep.email, "wrong")
    answer = client.post(SIGN_IN, {"login": cast.rep.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many failed" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_too_many_requests_get_a_page_that_says_so(client: Client, cast: Cast) -> None:
    statuses = [client.post(SIGN_IN, {"login": f"a{n}@b.example", "password": "x"}).status_code for n in range(31)]
    assert statuses[-1] == 429


def test_someone_deactivated_is_out_at_the_next_click(client: Client, cast: Cast) -> None:
    _sign_in(client, cast.rep.email)
    cast.rep.is_active = False
    cast.rep.save()
    assert client.get("/").status_code == 302
    assert _sign_in(client, cast.rep.email) != 200 or client.get("/").status_code == 302


def test_signing_out_needs_a_form(client: Client, cast: Cast) -> None:
    _sign_in(client, cast.rep.email)
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_a_forgotten_password_is_replaced_by_mail(client: Client, cast: Cast) -> None:
    client.post("/accounts/password/reset/", {"email": cast.rep.email})
    run_what_waits()
    link = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1], follow=True)
    to = form.redirect_chain[-1][0]
    new = "another horse battery staple"
    client.post(to, {"password1": new, "password2": new})
    assert _sign_in(client, cast.rep.email, new) == 302
    assert "no longer works" in Client().get(link[1], follow=True).content.decode()


@pytest.mark.parametrize("address", ["nobody@nowhere.example", "rep@northwind.example"])
def test_asking_for_a_reset_does_not_tell_who_is_here(client: Client, cast: Cast, address: str) -> None:
    answer = client.post("/accounts/password/reset/", {"email": address})
    assert answer["Location"] == "/accounts/password/reset/done/"
    run_what_waits()
    assert len(mail.outbox) == (address == cast.rep.email)


def test_nobody_opens_an_account_of_their_own(client: Client, cast: Cast) -> None:
    form = {"email": "new@northwind.example", "password1": PASSWORD, "password2": PASSWORD}
    assert "by invitation" in client.post("/accounts/signup/", form).content.decode()
    assert _sign_in(client, "new@northwind.example") == 200


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/3rdparty/", "/admin/"])
def test_what_allauth_could_do_and_we_do_not_is_not_there(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(path).status_code == 404
