"""Secrets at rest: encrypted with a key made from the application's own, which is not in the database."""

import base64
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from afteraction.errors import Refused

_PURPOSE: Final = b"afteraction connectors"


def seal(secret: str) -> str:
    """The secret, encrypted and signed (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again. Raises `Refused` when the key of the application has changed since."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Refused(
            "a secret that was sealed with another AFTERACTION_SECRET_KEY",
            "the key of this installation",
            "enter the secret again under Settings, Connectors",
        ) from error


def _fernet() -> Fernet:
    # HKDF (RFC 5869): a key for this purpose alone, so that it signs nothing and sessions open nothing here.
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
