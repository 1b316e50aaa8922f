"""Invitations: a mailed link that sets a password once, in time."""

from datetime import timedelta

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD, Cast
from tests.waiting_jobs import run_what_waits

from afteraction.errors import Refused
from afteraction.web.people import invitations, services
from afteraction.web.people.models import Invitation, Role, User
from afteraction.web.people.selectors import state_of

NOW = timezone.now()


@pytest.fixture
def invited(cast: Cast) -> Invitation:
    return services.invite(
        by=cast.admin, email="New@Northwind.example ", name="Nina Novak", role="rep", now=NOW, team="Enterprise South"
    )


def _path(invitation: Invitation) -> str:
    return invitations.link(invitation).removeprefix("http://localhost:8000")


def _token(invitation: Invitation) -> str:
    return _path(invitation).removeprefix("/accounts/join/").rstrip("/")


def _follow(client: Client, invitation: Invitation) -> HttpResponse:
    return client.get(_path(invitation), follow=True)


def _join(client: Client, invitation: Invitation, password: str = PASSWORD, again: str = PASSWORD) -> HttpResponse:
    _follow(client, invitation)
    return client.post("/accounts/join/", {"password": password, "again": again})


def test_the_mail_has_the_link_and_says_who_invites(invited: Invitation) -> None:
    run_what_waits()
    [sent] = mail.outbox
    assert sent.to == ["new@northwind.example"]
    assert invitations.link(invited) in str(sent.body)
    assert "Ada Winter" in str(sent.body)
    assert "Northwind Systems" in sent.subject


def test_whoever_is_invited_has_a_role_and_a_team_and_cannot_sign_in(invited: Invitation, client: Client) -> None:
    assert (invited.user.role, str(invited.user.team)) == (Role.REP, "Enterprise South")
    assert state_of(invited.user, now=NOW) == "invited"
    client.post("/accounts/login/", {"login": invited.user.email, "password": ""})
    assert client.get("/").status_code == 302


def test_the_link_sets_a_password_and_lets_in(invited: Invitation, client: Client) -> None:
    assert "Welcome, Nina Novak" in _follow(client, invited).content.decode()
    answer = _join(client, invited)
    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
    invited.refresh_from_db()
    assert invited.used_at is not None
    assert state_of(User.objects.get(email="new@northwind.example"), now=NOW) == "active"


def test_the_link_works_once(invited: Invitation) -> None:
    _join(Client(), invited)
    for answer in (_follow(Client(), invited), _join(Client(), invited, "x" * 20, "x" * 20)):
        assert answer.status_code == 410
        assert "has been used" in answer.content.decode()
    assert User.objects.get(email="new@northwind.example").check_password(PASSWORD)


def test_the_link_is_in_no_address_that_is_kept(invited: Invitation, client: Client) -> None:
    answer = _follow(client, invited)
    assert answer.redirect_chain == [("/accounts/join/", 302)]  # type: ignore[attr-defined]
    assert client.get("/accounts/join/")["Referrer-Policy"] == "same-origin"


def test_the_link_ends_after_a_week(invited: Invitation) -> None:
    late = NOW + timedelta(days=7, seconds=1)
    with pytest.raises(Refused, match="a link that ended"):
        services.accept(token=_token(invited), password=PASSWORD, now=late)
    services.accept(token=_token(invited), password=PASSWORD, now=late - timedelta(seconds=2))


def test_a_new_link_ends_the_old_one(invited: Invitation, cast: Cast) -> None:
    old = _token(invited)
    again = services.invite_again(by=cast.admin, user=invited.user, now=NOW)
    with pytest.raises(Refused, match="a newer one has been sent"):
        services.accept(token=old, password=PASSWORD, now=NOW)
    services.accept(token=_token(again), password=PASSWORD, now=NOW)


def test_a_link_cannot_be_made_up(invited: Invitation, client: Client) -> None:
    for token in ("x", _token(invited)[:-2], f"{_token(invited)}A", "WzEsImEiXQ:abc"):
        assert client.get(f"/accounts/join/{token}/", follow=True).status_code == 410


def test_a_withdrawn_invitation_leaves_nothing_behind(invited: Invitation, cast: Cast, client: Client) -> None:
    path = _path(invited)
    services.withdraw(by=cast.admin, user=invited.user)
    assert client.get(path, follow=True).status_code == 410
    assert not User.objects.filter(email="new@northwind.example").exists()


def test_nobody_who_has_signed_in_is_withdrawn_or_invited_again(cast: Cast) -> None:
    for action in (
        lambda: services.withdraw(by=cast.admin, user=cast.rep),
        lambda: services.invite_again(by=cast.admin, user=cast.rep, now=NOW),
    ):
        with pytest.raises(Refused, match="has signed in before"):
            action()


def test_a_deactivated_account_is_not_opened_by_its_link(invited: Invitation, cast: Cast) -> None:
    services.deactivate(by=cast.admin, user=invited.user)
    with pytest.raises(Refused, match="deactivated"):
        services.accept(token=_token(invited), password=PASSWORD, now=NOW)


def test_a_forgotten_password_does_not_renew_an_invitation(invited: Invitation, client: Client) -> None:
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": invited.user.email})
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "at least 12"),
        (PASSWORD, "another thing entirely", "differ"),
        ("nina novak 1", "nina novak 1", "too similar"),
        ("123456789012", "123456789012", "entirely numeric"),
        ("a few words in a row", "a few words in a row", ""),
    ],
)
def test_a_password_must_be_good_and_given_twice(
    invited: Invitation, client: Client, password: str, again: str, said: str
) -> None:
    answer = _join(client, invited, password, again)
    assert answer.status_code == (422 if said else 302)
    assert said in answer.content.decode()


def test_someone_who_is_here_cannot_be_invited(cast: Cast) -> None:
    for address in ("REP@northwind.example", "outsider@contoso.example"):
        with pytest.raises(Refused, match="an address that nobody has here yet"):
            services.invite(by=cast.admin, email=address, name="X", role="rep", now=NOW)


def test_a_role_must_exist(cast: Cast) -> None:
    with pytest.raises(Refused, match="the role 'god'"):
        services.invite(by=cast.admin, email="a@b.example", name="X", role="god", now=NOW)
    assert not User.objects.filter(email="a@b.example").exists()
