"""Mail that people get from here, and whether it can leave."""

import smtplib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from afteraction.errors import Refused
from afteraction.web.people.invitations import link
from afteraction.web.people.models import Invitation, User


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


def send_invitation(*, invitation: Invitation, now: datetime) -> bool:
    """Mails the link of an invitation; whether the mail left. Failing to is no error: the invitation stands."""
    about = {"invitation": invitation, "user": invitation.user, "link": link(invitation)}
    try:
        send_now("people/mail/invitation", invitation.user.email, about)
    except Refused:
        return False
    invitation.sent_at = now
    invitation.save()
    return True


def send_test(*, to: User) -> None:
    """Mails a few words to someone. Raises `Refused` with what the server said."""
    send_now("people/mail/test", to.email, {"user": to})


def send_now(template: str, to: str, about: dict[str, object]) -> None:
    """Mails what a template says, its first line as the subject. Raises `Refused` with what the server said."""
    subject, _, body = render_to_string(f"{template}.txt", about).partition("\n")
    try:
        send_mail(subject.strip(), body.strip() + "\n", None, [to])
    except (OSError, smtplib.SMTPException) as error:
        raise Refused(
            f"mail to {to} did not leave: {error}",
            f"a mail server at {mail_server().address} that takes mail from {settings.DEFAULT_FROM_EMAIL}",
            "correct AFTERACTION_MAIL and AFTERACTION_MAIL_FROM, start the server again, send a test",
        ) from error
