"""Tokens: made (the secret is told once), found by their secret, revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from afteraction.errors import Refused
from afteraction.web.api.models import Token
from afteraction.web.api.scopes import MEANINGS, Scope, scopes_for
from afteraction.web.isolation.scope import across_organisations
from afteraction.web.people.models import User

DAYS: Final = 90
MOST_DAYS: Final = 3650
MOST: Final = 50
"""Tokens of one user that are valid at a time."""
_START: Final = "aft_"
_SHOWN: Final = 10


def make_token(
    *, user: User, name: str, now: datetime, scopes: Sequence[str] | None = None, days: int = DAYS
) -> tuple[Token, str]:
    """A token and its secret, which nobody can be told again. Without `scopes` it has all that the role can use.

    Raises `Refused` for a name that is empty, scopes that are unknown or of no use to the role, and too long a time.
    """
    useful = scopes_for(user)
    asked = list(dict.fromkeys(useful if scopes is None else scopes))
    if not user.is_active:
        raise Refused(f"the account of {user}, which is deactivated", "someone who may come in", "activate it first")
    if not name.strip():
        raise Refused("no name", "what the token is for", "name the program that will use it")
    if unknown := [each for each in asked if each not in MEANINGS]:
        raise Refused(f"the scope {', '.join(unknown)}", f"some of {', '.join(Scope)}", "choose among these")
    if useless := [each for each in asked if each not in useful]:
        raise Refused(
            f"{', '.join(useless)} for the role {user.get_role_display().lower()}",
            f"some of {', '.join(useful)}",
            "choose among these, or ask an admin for another role",
        )
    if not asked:
        raise Refused("no scope", "at least one scope", "choose what the token may do")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"{days} days", f"1 to {MOST_DAYS} days", "name another time")
    if valid_tokens(user, now=now).count() >= MOST:
        raise Refused(f"{MOST} valid tokens", f"at most {MOST}", "revoke one that is no longer used")
    secret = _START + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user,
        name=name.strip()[:80],
        scopes=[str(each) for each in Scope if each in asked],
        digest=_digest(secret),
        prefix=secret[:_SHOWN],
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token, secret


def make_token_for(
    *, email: str, name: str, now: datetime, scopes: Sequence[str] | None = None, days: int = DAYS
) -> str:
    """The secret of a new token of whoever has this address. Raises `Refused` as `make_token` does, or for nobody."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise Refused(f"nobody with the address {email}", "the address of someone who is here", "invite them first")
    return make_token(user=user, name=name, now=now, scopes=scopes, days=days)[1]


def find_token(secret: str, *, now: datetime) -> Token | None:
    """The token of a secret, with its user, while both are valid."""
    known = Token.objects.select_related("user__organisation", "user__team")
    with across_organisations("the token of a program: a secret names nobody until it is found"):
        token = known.filter(digest=_digest(secret)).first()
    if token is None or token.state(now) != "active" or not token.user.is_active:
        return None
    return token


def tokens_of(user: User) -> "QuerySet[Token]":
    """All tokens of someone, newest first."""
    return Token.objects.filter(user=user)


def valid_tokens(user: User, *, now: datetime) -> "QuerySet[Token]":
    """Those that open something."""
    return tokens_of(user).filter(revoked_at=None, expires_at__gt=now)


def revoke(*, user: User, key: int, now: datetime) -> Token | None:
    """Ends a token of one's own at once; None where there is none. Twice is once."""
    token = tokens_of(user).filter(pk=key).first()
    if token is not None and token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
    return token


def _digest(secret: str) -> str:
    # The secret has 256 random bits, so a plain hash cannot be guessed backwards, and it can be looked up.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
