"""Whoever signs shows again that it is them: by their password, or where they have none by their second factor."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from afteraction.errors import Refused
from afteraction.web.people.models import User


def confirm(request: HttpRequest, user: User, password: str) -> None:
    """Raises `Refused` for a wrong password, and after too many of them: attempts count as those of signing in do.

    Who signs in elsewhere has no password here: they are led to their second factor, and come back.
    """
    if not user.has_usable_password():
        reauthentication_required(_nothing)(request)
        return
    try:
        found: Any = get_adapter(request).authenticate(request, email=user.email, password=password)
    except ValidationError as error:
        raise Refused("too many wrong passwords", "some patience", error.messages[0]) from error
    if found is None or found.pk != user.pk:
        raise Refused("a wrong password", "the one that you sign in with", "type it again")


def _nothing(_request: HttpRequest) -> None:
    """What is behind the second factor: only that it was shown."""
