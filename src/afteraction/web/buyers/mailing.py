"""The mails to buyers: the organisation's text with its placeholders filled, plain and as simple HTML."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from afteraction.web.buyers.links import address, make_link
from afteraction.web.buyers.models import Asking, Invitation, Programme
from afteraction.web.buyers.programme import company_of, mail_of, programme_of, sender_of
from afteraction.web.buyers.unsubscribing import unsubscribed

_GONE: Final = range(500, 600)
State = Invitation.State


@dataclass(frozen=True)
class Mail:
    """A mail that is ready: subject, text and HTML."""

    subject: str
    text: str
    html: str


def mail_for(programme: Programme, invitation: Invitation, token: str, *, reminder: bool = False) -> Mail:
    """The mail of an invitation with the link of a token."""
    texts = mail_of(programme, invitation.language)
    link, leave = address("buyer-questions", token), address("buyer-unsubscribe", token)
    values = {
        "{name}": invitation.name or invitation.email.partition("@")[0],
        "{buyer}": invitation.asking.review.account_name,
        "{company}": company_of(programme),
        "{sender}": sender_of(programme),
        "{days}": str(programme.valid_days),
    }
    kind = "reminder_" if reminder else ""
    subject = _filled(texts[f"{kind}subject"], values).replace("\r", " ").replace("\n", " ")
    body = _filled(texts[f"{kind}body"], values).strip()
    text = f"{body.replace('{link}', link)}\n\n{texts['unsubscribe']}\n{leave}\n"
    parts = [part.strip() for part in body.split("{link}")]
    about = {
        "language": invitation.language,
        "before": parts[0],
        "after": parts[1:],
        "link": link,
        "leave": leave,
        "button": texts["button"],
        "unsubscribe": texts["unsubscribe"].rstrip(": "),
    }
    return Mail(subject[:200], text, render_to_string("buyers/mail.html", about))


@transaction.atomic
def send_invitation(*, invitation_id: int, now: datetime) -> None:
    """Mails the invitation, or its one reminder; nothing where neither is due any more.

    A worker that dies between the mail and the end of the transaction sends it twice, which is better than never.
    Raises OSError or SMTPException when the server does not take it now.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("asking__review", "asking__organisation")
        .get(pk=invitation_id)
    )
    asking = invitation.asking
    programme = programme_of(asking.organisation)
    reminder = invitation.state == State.SENT
    if asking.state != Asking.State.ASKED or invitation.state not in (State.PREVIEW, State.SENT):
        return
    if reminder and not _reminder_due(programme, invitation, now):
        return
    if unsubscribed(asking.organisation, [invitation.email]):
        invitation.state = State.UNSUBSCRIBED
        invitation.save(update_fields=["state"])
        return
    token = make_link(invitation, now=now)
    try:
        _leave(programme, invitation, mail_for(programme, invitation, token, reminder=reminder), token)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        if code not in _GONE:
            raise
        invitation.state = State.BOUNCED
        invitation.problem = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"[:300]
        invitation.save(update_fields=["state", "problem"])
        return
    if reminder:
        invitation.state, invitation.reminded_at = State.REMINDED, now
    else:
        invitation.state, invitation.sent_at = State.SENT, now
        invitation.expires_at = now + timedelta(days=programme.valid_days)
    invitation.save(update_fields=["state", "sent_at", "reminded_at", "expires_at"])


def _reminder_due(programme: Programme, invitation: Invitation, now: datetime) -> bool:
    if not programme.remind_days or invitation.sent_at is None:
        return False
    return invitation.sent_at + timedelta(days=programme.remind_days) <= now


def _leave(programme: Programme, invitation: Invitation, mail: Mail, token: str) -> None:
    leave = address("buyer-unsubscribe", token)
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        _from(programme),
        [invitation.email],
        reply_to=[programme.reply_to] if programme.reply_to else None,
        headers={
            # RFC 2369 and RFC 8058: the button of the mail program, which sends a POST without asking further.
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    message.send()


def _from(programme: Programme) -> str:
    """The configured address under the name of who asks."""
    name = f"{sender_of(programme)}, {company_of(programme)}" if programme.sender else company_of(programme)
    clean = " ".join(name.split())
    return formataddr((clean, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders; values are never searched for placeholders themselves."""
    parts: list[str] = []
    rest = text
    while True:
        found = [(rest.find(name), name) for name in values if name in rest]
        if not found:
            return "".join([*parts, rest])
        at, name = min(found)
        parts += [rest[:at], values[name].replace("{link}", "")]
        rest = rest[at + len(name) :]
