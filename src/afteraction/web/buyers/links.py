"""Links to the questionnaire: 256 bits by chance, of which only a hash is kept; single-purpose, and they end."""

import hashlib
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from afteraction.web.buyers.models import Invitation, Link
from afteraction.web.isolation.scope import across_organisations

_BYTES: Final = 32
_LENGTH: Final = 43
"""Characters of 32 bytes in base64 for addresses."""


def make_link(invitation: Invitation, *, now: datetime) -> str:
    """A new token for an invitation; earlier ones go on working, since each mail has its own."""
    token = secrets.token_urlsafe(_BYTES)
    Link.objects.create(invitation=invitation, token_hash=hash_of(token), made_at=now)
    return token


def address(name: str, token: str) -> str:
    """The whole address of a page for buyers."""
    return f"{settings.ADDRESS}{reverse(name, args=[token])}"


def any_invitation(token: str) -> Invitation | None:
    """The invitation that a token was made for, whatever has become of it."""
    if len(token) != _LENGTH:
        return None
    found = Link.objects.filter(token_hash=hash_of(token)).select_related(
        "invitation__asking__review", "invitation__asking__organisation", "invitation__answer"
    )
    with across_organisations("the link of a buyer: a secret names nobody until it is found"):
        link = found.first()
    return link.invitation if link else None


def open_invitation(token: str, *, now: datetime) -> Invitation | None:
    """The invitation that may be answered with a token now; None for any other token, whatever the reason."""
    invitation = any_invitation(token)
    if invitation is None or not invitation.is_open:
        return None
    return invitation if invitation.expires_at is None or now < invitation.expires_at else None


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 bits by chance, so nothing slower than SHA-256 is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
