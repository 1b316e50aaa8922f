"""Mail that people get from here, and whether it can leave."""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from auditlog.context import set_actor
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from afteraction.errors import Refused
from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import Later, MayPass, enqueue
from afteraction.web.people import tasks
from afteraction.web.people.invitations import link
from afteraction.web.people.models import Invitation, User

WAITS: Final = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60))
"""How long a mail waits after the first, second, … try that the server did not take; the last of them ever after."""
_FOR_GOOD: Final = 500


@dataclass(frozen=True)
class MailServer:
    """How mail leaves; `set_up` is false where it is only printed to the console."""

    set_up: bool
    address: str
    security: str
    user: str
    sender: str


def mail_server() -> MailServer:
    """What the settings say."""
    security = "TLS" if settings.EMAIL_USE_SSL else "STARTTLS" if settings.EMAIL_USE_TLS else "none"
    address = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    set_up = "console" not in settings.EMAIL_BACKEND
    return MailServer(set_up, address, security, settings.EMAIL_HOST_USER, settings.DEFAULT_FROM_EMAIL)


def send_invitation(*, invitation: Invitation) -> None:
    """Has the link of an invitation mailed in the background, and tried again while the mail server is down.

    Called in the transaction that makes the link, so that neither is without the other whoever is killed.
    """
    with within(invitation.user.organisation_id):
        enqueue(tasks.mail_invitation, invitation_id=invitation.pk, nonce=invitation.nonce)


def mail_invitation(*, invitation_id: int, nonce: str, now: datetime) -> None:
    """Mails the link that was made from `nonce`, unless it has left, was replaced, used, withdrawn or has ended.

    1. The mail is handed to the mail server.
    2. `sent_at` is written: from now on the job does nothing.

    Whoever is killed before 1 has sent nothing, and after 2 nothing more. Only a worker that is killed (or loses the
    database) exactly between 1 and 2 sends the mail again, with the same Message-ID, by which mail servers and
    programs know a second copy. A server that does not answer is asked again after `WAITS`, until the link ends;
    what the server refuses for good is kept for the page of the person.
    """
    asked = Invitation.objects.select_related("user__organisation", "made_by")
    asked = asked.filter(nonce=nonce, sent_at=None, used_at=None, expires_at__gt=now, user__is_active=True)
    invitation = asked.filter(pk=invitation_id).first()
    if invitation is None:
        return
    about = {"invitation": invitation, "user": invitation.user, "link": link(invitation)}
    mine = Invitation.objects.filter(pk=invitation_id, nonce=nonce)
    try:
        send_now("people/mail/invitation", invitation.user.email, about, once=f"invitation {invitation_id} {nonce}")
    except MayPass as refused:
        wait = WAITS[min(invitation.mail_tries, len(WAITS) - 1)]
        tries = invitation.mail_tries + 1
        mine.update(mail_problem=refused.found, mail_tries=tries, mail_next_at=now + wait)
        raise Later(refused.found, wait) from refused
    except Refused as refused:
        mine.update(mail_problem=refused.found, mail_next_at=None)
        return
    with set_actor(invitation.made_by):
        invitation.sent_at, invitation.mail_problem, invitation.mail_next_at = now, "", None
        invitation.save(update_fields=["sent_at", "mail_problem", "mail_next_at"])


def mail_new_password(*, user_id: int) -> None:
    """Mails someone the link by which they choose a new password. Raises `MayPass` where the server is down."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=key)
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    send_now("people/mail/new_password", user.email, {"user": user, "link": f"{settings.ADDRESS}{path}", "days": days})


def send_test(*, to: User) -> None:
    """Mails a few words to someone. Raises `Refused` with what the server said."""
    send_now("people/mail/test", to.email, {"user": to})


def send_now(template: str, to: str, about: dict[str, object], *, once: str = "") -> None:
    """Mails what a template says, its first line as the subject.

    Mails with the same `once` have the same Message-ID. Raises `Refused` with what the server said; `MayPass` where
    that is not about this mail alone, so that a later try may do.
    """
    subject, _, body = render_to_string(f"{template}.txt", about).partition("\n")
    headers = {"Message-ID": _message_id(once)} if once else None
    mail = EmailMessage(subject.strip(), body.strip() + "\n", None, [to], headers=headers)
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as error:
        kind = Refused if _is_for_good(error) else MayPass
        raise kind(
            f"mail to {to} did not leave: {error}",
            f"a mail server at {mail_server().address} that takes mail from {settings.DEFAULT_FROM_EMAIL}",
            "correct AFTERACTION_MAIL and AFTERACTION_MAIL_FROM, start the server again, send a test",
        ) from error


def _message_id(once: str) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{salted_hmac('afteraction.mail', once, algorithm='sha256').hexdigest()[:40]}@{domain}>"


def _is_for_good(error: Exception) -> bool:
    """Whether the server will never take this mail (RFC 5321, 4.2.1: 5yz), as opposed to none from us, or not now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _FOR_GOOD
