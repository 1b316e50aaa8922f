"""The links of invitations: made from a secret and the invitation, so that they need not be stored."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.people.models import Invitation

VALID_FOR: Final = timedelta(days=7)
_SALT: Final = "afteraction.invitation"
_NEXT: Final = "ask an admin of your organisation to invite you again"


def fresh_nonce() -> str:
    """What a new link is made from."""
    return secrets.token_hex(16)


def link(invitation: Invitation) -> str:
    """The address that lets the invited choose a password."""
    token = signing.Signer(salt=_SALT).sign_object([invitation.pk, invitation.nonce])
    return f"{settings.ADDRESS}{reverse('follow-invitation', args=[token])}"


def invitation_of(token: str, *, now: datetime) -> Invitation:
    """The invitation that a link was made for.

    Raises `Refused` when the link is not ours, has been replaced, used or is too old, or its account is deactivated.
    """
    expected = "the newest link from your invitation, used once and in time"
    try:
        key, nonce = signing.Signer(salt=_SALT).unsign_object(token)
        invitation = Invitation.objects.select_related("user__organisation").get(pk=key)
    except (signing.BadSignature, ValueError, Invitation.DoesNotExist) as error:
        raise Refused("a link that leads to no invitation", expected, _NEXT) from error
    if not hmac.compare_digest(invitation.nonce, nonce):
        raise Refused("an older link; a newer one has been sent", expected, "use the newest mail")
    if invitation.used_at is not None:
        raise Refused("a link that has been used", expected, "sign in with your address and password")
    if now >= invitation.expires_at:
        raise Refused(f"a link that ended on {invitation.expires_at:%d %B %Y}", expected, _NEXT)
    if not invitation.user.is_active:
        raise Refused("an account that is deactivated", expected, _NEXT)
    return invitation
