"""Mail leaves in the background: once, and later where the server does not take it now."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.mail_server import MailServer, mail_server
from tests.waiting_jobs import run_what_waits
from tests.web.jobs.processes import free_port

from afteraction.errors import Refused
from afteraction.web.jobs.services import MayPass
from afteraction.web.people import invitations, mailing, services, tasks
from afteraction.web.people.models import Invitation
from afteraction.web.people.trail import trail


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server that the settings name."""
    with mail_server() as started:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", started.port
        yield started


def invite(cast: Cast) -> Invitation:
    return services.invite(by=cast.admin, email="n@x.example", name="Nina Novak", role="rep", now=timezone.now())


def test_the_invitation_waits_for_the_worker_and_is_mailed_once(cast: Cast, server: MailServer) -> None:
    invitation = invite(cast)
    assert server.mails == []
    assert run_what_waits() == 1
    tasks.mail_invitation.call(invitation_id=invitation.pk, nonce=invitation.nonce)
    [mail] = server.mails
    assert mail["To"] == "n@x.example"
    assert invitations.link(invitation) in mail.get_content()
    invitation.refresh_from_db()
    assert invitation.sent_at is not None


def test_nothing_of_it_is_left_when_the_invitation_is_not_kept(cast: Cast, server: MailServer) -> None:
    with pytest.raises(Refused):
        services.invite(by=cast.admin, email=cast.rep.email, name="X", role="rep", now=timezone.now())
    assert run_what_waits() == 0


def test_a_server_that_is_down_is_asked_again_and_the_page_says_so(
    cast: Cast, as_admin: Client, server: MailServer, settings: Any
) -> None:
    settings.EMAIL_PORT = free_port()
    invitation = invite(cast)
    waits = []
    for _ in range(5):
        asked_at = timezone.now()
        assert run_what_waits(later=True) == 1
        invitation.refresh_from_db()
        assert invitation.mail_next_at is not None
        waits.append(round((invitation.mail_next_at - asked_at).total_seconds() / 60))
    assert waits == [1, 5, 15, 60, 60]
    assert "Connection refused" in as_admin.get(f"/settings/people/{invitation.user_id}/").content.decode()
    assert "mail did not leave, next try" in as_admin.get("/settings/people/").content.decode()
    settings.EMAIL_PORT = server.port
    run_what_waits(later=True)
    assert len(server.mails) == 1
    assert "Mailed on" in as_admin.get(f"/settings/people/{invitation.user_id}/").content.decode()


def test_an_address_that_is_refused_for_good_is_not_asked_again(
    cast: Cast, as_admin: Client, server: MailServer
) -> None:
    server.answer = b"550 no such person"
    invitation = invite(cast)
    run_what_waits()
    assert run_what_waits(later=True) == 0
    page = as_admin.get(f"/settings/people/{invitation.user_id}/").content.decode()
    assert "no such person" in page
    assert "It is not tried again" in page


def test_a_recipient_that_is_refused_for_now_is_asked_again(cast: Cast, server: MailServer) -> None:
    server.answer = b"451 come back later"
    invite(cast)
    run_what_waits()
    server.answer = b"250 fine"
    run_what_waits(later=True)
    assert len(server.mails) == 1


def test_a_new_link_ends_the_mail_of_the_one_before(cast: Cast, server: MailServer, settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    invitation = invite(cast)
    run_what_waits()
    settings.EMAIL_PORT = server.port
    again = services.invite_again(by=cast.admin, user=invitation.user, now=timezone.now())
    assert run_what_waits(later=True) == 2
    [mail] = server.mails
    assert invitations.link(again) in mail.get_content()


def test_who_was_invited_by_mail_is_in_the_trail_of_who_invited(cast: Cast, server: MailServer) -> None:
    invite(cast)
    run_what_waits()
    newest = trail(cast.organisation).entries[0]
    assert "Mailed at" in str(newest)
    assert "Ada Winter" in str(newest)


def test_two_copies_of_a_mail_are_known_by_their_id(cast: Cast, server: MailServer) -> None:
    for once in ("a", "a", "b"):
        mailing.send_now("people/mail/test", "n@x.example", {"user": cast.admin}, once=once)
    first, second, other = (str(mail["Message-ID"]) for mail in server.mails)
    assert first == second != other
    assert first.endswith("@localhost>")


def test_a_test_says_at_once_what_the_server_said(cast: Cast, server: MailServer) -> None:
    server.answer = b"550 not from you"
    with pytest.raises(Refused, match="not from you") as lasting:
        mailing.send_test(to=cast.admin)
    server.answer = b"451 later"
    with pytest.raises(MayPass, match="later"):
        mailing.send_test(to=cast.admin)
    assert not isinstance(lasting.value, MayPass)


def test_asking_for_a_new_password_needs_no_mail_server(cast: Cast, client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    for address in (cast.rep.email, "nobody@northwind.example"):
        assert client.post("/accounts/password/reset/", {"email": address}).status_code == 302
