"""Requests to machines outside: no machine of the inner network unless the settings allow it, within limits.

What stands between a request and the inner network:

1. The host is resolved once and every answer looked at; one that lies inside is enough to refuse.
2. The connection goes to the address that was looked at, whatever the name server says a moment later (DNS rebinding).
3. A redirect is a new request, made by whoever asked, so 1 and 2 hold for it too.
4. A watch shuts the connection when its time is over, however slowly bytes drip; bytes are counted unpacked.
"""

import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from afteraction.errors import Refused

# What Python's `is_global` lets through though it leads inside: IPv4 packed into IPv6 by translators.
_TRANSLATED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
_PORTS: Final = {"http": 80, "https": 443, "imaps": 993}
_CHUNK: Final = 1 << 16


@dataclass(frozen=True)
class Place:
    """A host that was resolved and may be reached: connect to `ip`, so that a second answer of the name server (DNS
    rebinding) leads nowhere else.
    """

    host: str
    port: int
    ip: str


@dataclass(frozen=True)
class Limits:
    """Seconds until a connection stands, until the next bytes come, until all is said; bytes of it, unpacked."""

    connect: float
    read: float
    whole: float
    largest: int


@dataclass(frozen=True)
class Answer:
    """What a server said; redirects are answers too."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class TooLarge(Refused):
    """More bytes than anybody waits for."""


def place_of(address: str) -> Place:
    """Where the host of an address is. Raises `Refused` when nobody knows it or it lies inside."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
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


def ask_once(method: str, url: str, headers: Mapping[str, str], limits: Limits, content: bytes | None = None) -> Answer:
    """One request and its answer, no redirect followed. `url` is http or https, without a fragment.

    Raises `Refused` for a host that must not be asked, `TooLarge`, and urllib3's errors or `OSError` (`TimeoutError`
    where all was taking too long) when there is no whole answer.
    """
    place, parts = place_of(url), urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with time_limit(limits.whole) as watch, _pool(parts.scheme, place, limits, watch) as pool:
        answer = pool.request(
            method,
            target,
            headers={**headers, "Host": parts.netloc},
            body=content,
            redirect=False,
            preload_content=False,
        )
        got = bytearray()
        try:
            # read1 hands over what has come; read would wait for a whole chunk while single bytes drip in.
            while chunk := answer.read1(_CHUNK, decode_content=True):
                got += chunk
                if len(got) > limits.largest:
                    raise TooLarge(f"an answer above {limits.largest:,} bytes", "less than that", "check the address")
        finally:
            answer.close()
        return Answer(answer.status, answer.headers, bytes(got))


def _pool(scheme: str, place: Place, limits: Limits, watch: "Watch") -> urllib3.HTTPConnectionPool:
    about: dict[str, Any] = {
        "timeout": urllib3.Timeout(connect=limits.connect, read=limits.read),
        "retries": False,
        "maxsize": 1,
    }
    if scheme == "https":
        about |= {
            "server_hostname": place.host,
            "assert_hostname": place.host,
            "ssl_context": ssl.create_default_context(),
        }
    kind = urllib3.HTTPSConnectionPool if scheme == "https" else urllib3.HTTPConnectionPool
    pool = kind(place.ip, place.port, **about)
    pool.ConnectionCls = _watched(pool.ConnectionCls, watch)
    return pool


def _watched(kind: Any, watch: "Watch") -> Any:
    """Connections whose socket the watch knows before the first byte, TLS's included, goes over it."""

    class Watched(kind):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            watch.over(made)
            return made

    return Watched


class Watch:
    """Shuts what it watches over once its time is up."""

    def __init__(self) -> None:
        self.is_over = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def over(self, connection: socket.socket) -> None:
        """Watches a connection, through a copy of its handle: TLS takes the original away."""
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.is_over:
            self.end()

    def end(self) -> None:
        """The time is up: whoever waits for a byte is told that there is none."""
        with self._lock:
            self.is_over = True
            for each in self._sockets:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:  # closed already by either side, which is all that is wanted
                    continue

    def forget(self) -> None:
        """Gives back the handles."""
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()


@contextmanager
def time_limit(seconds: float) -> Iterator[Watch]:
    """A watch over connections. Raises `TimeoutError` in place of what a connection that it shut led to."""
    watch = Watch()
    timer = threading.Timer(seconds, watch.end)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    except Exception as error:
        if watch.is_over and not isinstance(error, Refused):
            raise TimeoutError(f"not done after {seconds:g} seconds") from error
        raise
    finally:
        timer.cancel()
        watch.forget()
    if watch.is_over:  # a body without a length ends without an error when it is cut
        raise TimeoutError(f"not done after {seconds:g} seconds")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Retry-After`, given as such or as a date (RFC 9110, 10.2.3); at most a day."""
    said = (headers.get("Retry-After") or "").strip()
    if said.replace(".", "", 1).isdecimal():
        return min(float(said), 86_400.0)
    try:
        wait = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds() if said else None
    except (ValueError, TypeError, OverflowError):
        return None
    return None if wait is None else min(max(wait, 0.0), 86_400.0)
