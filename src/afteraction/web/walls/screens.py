"""Screens that show the walls in a room: a link with 256 bits by chance, of which only a hash is kept."""

import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.isolation.scope import across_organisations
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.walls.models import Screen
from afteraction.web.walls.sharing import hash_of

_LENGTH: Final = 43
"""Characters of 32 bytes in base64 for addresses."""
_MOST: Final = 50


def make_screen(*, by: User, name: str, now: datetime) -> tuple[Screen, str]:
    """A screen with its address, which is shown once: whoever has it reads the walls until it is revoked."""
    if not may(by, Right.OWN_LESSONS):
        raise Refused("someone who may not", "a manager, sales operations or an admin", "ask one of them")
    words = " ".join(name.replace("\x00", "").split())[:80]
    if not words:
        raise Refused("no name", "where the screen hangs", "name the room")
    if Screen.objects.filter(organisation=by.organisation).count() >= _MOST:
        raise Refused(f"{_MOST} screens", "fewer", "revoke one that nobody looks at")
    token = secrets.token_urlsafe(32)
    screen = Screen.objects.create(
        organisation=by.organisation, name=words, token_hash=hash_of(token), made_by=by, made_at=now
    )
    return screen, f"{settings.ADDRESS}{reverse('wall-screen', args=[token])}"


def revoke_screen(*, by: User, screen: Screen) -> None:
    """Ends a screen; its next refresh shows nothing."""
    if screen.organisation_id != by.organisation_id or not may(by, Right.OWN_LESSONS):
        raise Refused("a screen that is not yours to revoke", "one of your organisation")
    screen.delete()


def open_screen(token: str, *, now: datetime) -> Screen | None:
    """The screen of a link; None for any other link, whatever the reason. Notes the day on which it was open."""
    if len(token) != _LENGTH:
        return None
    with across_organisations("the link of a screen: a secret names nobody until it is found"):
        screen = Screen.objects.filter(token_hash=hash_of(token)).select_related("organisation").first()
        if screen is not None and screen.seen_on != now.date():
            Screen.objects.filter(pk=screen.pk).update(seen_on=now.date())
    return screen
