"""The address of a CRM: https and a host, in one form."""

from typing import Final
from urllib.parse import urlsplit

from afteraction.errors import Refused

_EXPECTED: Final = "an address like https://example.my.salesforce.com"


def clean_address(text: str) -> str:
    """`https://host[:port]` of what someone typed. Raises `Refused` for anything but https to a host alone."""
    parts = urlsplit(text.strip() if "://" in text else f"https://{text.strip()}")
    try:
        port = parts.port
    except ValueError as error:
        raise Refused(f"{text}", _EXPECTED) from error
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.path.strip("/") or parts.query:
        raise Refused(f"{text}", _EXPECTED, "give the address alone: https, the host, nothing after it")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}" + (f":{port}" if port and port != 443 else "")
