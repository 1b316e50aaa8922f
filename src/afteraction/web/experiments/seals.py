"""Seals: keyed hashes that only this installation can make, and how moments are written under them."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE: Final = b"afteraction.experiments.ledger 1"


def sealed(text: str, secret: str | None = None) -> str:
    """The HMAC-SHA-256 of a text, in hexadecimal, by the secret key of the settings or an earlier one."""
    return hmac.new(_key(secret or settings.SECRET_KEY), text.encode(), hashlib.sha256).hexdigest()


def secrets() -> Iterator[str]:
    """The secret keys under which a seal may have been made, the present one first."""
    yield settings.SECRET_KEY
    yield from map(str, settings.SECRET_KEY_FALLBACKS)


def written(value: Any) -> str:
    """A moment in UTC to the microsecond, however the database gives it back; other things as they say themselves."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    # HKDF (RFC 5869): a key for this purpose alone, which the database does not hold.
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
