"""How often a token may be used: a count in its row, moved on by one statement, so all server processes share it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.http import HttpResponseBase

from afteraction.web.api.models import Token

WINDOW: Final = 60
"""Seconds, from each full minute on."""


@dataclass(frozen=True)
class Rate:
    """Requests in this minute, this one among them, and the seconds until the next minute."""

    limit: int
    used: int
    resets_in: int

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit


def spend(*, token: Token, now: datetime) -> Rate:
    """Counts one request. The row stays locked between adding and reading, so no two requests get the same count."""
    second = int(now.timestamp())
    minute = second // WINDOW
    mine = Token.objects.filter(pk=token.pk)
    with transaction.atomic():
        mine.update(
            used=Case(When(minute=minute, then=F("used") + 1), default=Value(1)),
            last_used_at=Case(When(minute=minute, then=F("last_used_at")), default=Value(now)),
            minute=minute,
        )
        used = mine.values_list("used", flat=True).get()
    return Rate(settings.API_LIMIT, used, WINDOW - second % WINDOW)


def tell(response: HttpResponseBase, rate: Rate) -> None:
    """The headers of draft-ietf-httpapi-ratelimit-headers-10, and Retry-After (RFC 9110) where there were too many."""
    response["RateLimit-Policy"] = f'"token";q={rate.limit};w={WINDOW}'
    response["RateLimit"] = f'"token";r={max(rate.limit - rate.used, 0)};t={rate.resets_in}'
    if rate.exceeded:
        response["Retry-After"] = str(rate.resets_in)
