"""Which addresses requests may go to: https, and no machine of the inner network unless the settings allow it."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from afteraction.errors import Refused

_EXPECTED: Final = "an address like https://example.my.salesforce.com"
# What Python's `is_global` lets through though it leads inside: IPv4 packed into IPv6 by translators.
_TRANSLATED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))


@dataclass(frozen=True)
class Place:
    """A host that was resolved and may be reached: connect to `ip`, so that a second answer of the name server (DNS
    rebinding) leads nowhere else.
    """

    host: str
    port: int
    ip: str


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


def place_of(address: str) -> Place:
    """Where the host of a clean address is. Raises `Refused` when nobody knows it or it lies inside."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (socket.gaierror, UnicodeError) as error:
        raise Refused(f"no address of {host}", "a host that the name server knows", "check the address") from error
    inside = [ip for ip in found if not _is_outside(ip)]
    if inside and not settings.ALLOW_PRIVATE:
        raise Refused(
            f"{host}, which is {inside[0]}: a machine of the inner network",
            "a host on the internet",
            "whoever runs the server can allow it with AFTERACTION_ALLOW_PRIVATE=yes",
        )
    return Place(host, port, found[0])


def _is_outside(text: str) -> bool:
    ip = ipaddress.ip_address(text.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return _is_outside(str(ip.ipv4_mapped))
        if any(ip in network for network in _TRANSLATED):
            return False
    return ip.is_global and not ip.is_multicast
