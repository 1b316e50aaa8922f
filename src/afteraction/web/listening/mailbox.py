"""Alert mails from a mailbox, over IMAP (RFC 3501) and TLS. It is only read: no mail is marked, moved or deleted."""

import imaplib
import re
import socket
import ssl
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from afteraction.errors import Refused
from afteraction.web.connectors.sealing import unseal
from afteraction.web.listening.asking import Unheard
from afteraction.web.listening.mail import LARGEST, read_mail
from afteraction.web.listening.reading import Read, Reading, key_of
from afteraction.web.outside import Place, Watch, place_of, time_limit

CONNECT: Final = 10.0
WHOLE: Final = 40.0
MAILS: Final = 100
"""Mails of one look, the oldest of those that are new first; of a mailbox that is new here, the newest ones."""


@dataclass(frozen=True)
class Mailbox:
    """Where a mailbox is: `imaps://person@host:993/folder` in one piece."""

    host: str
    user: str
    folder: str = "INBOX"
    port: int = 993

    def __str__(self) -> str:
        return f"imaps://{quote(self.user, safe='')}@{self.host}:{self.port}/{quote(self.folder, safe='')}"

    @classmethod
    def read(cls, address: str) -> "Mailbox":
        """Of its address."""
        parts = urlsplit(address)
        folder = unquote(parts.path.removeprefix("/")) or "INBOX"
        return cls(parts.hostname or "", unquote(parts.username or ""), folder, parts.port or 993)


def read_mailbox(address: str, sealed: str, position: str) -> tuple[Reading, str]:
    """The mails that came after `position` ("UIDVALIDITY:UID", empty at first), and how far it was read now.

    Raises `Unheard` when the mailbox cannot be read, `Refused` for a host that must not be asked.
    """
    box = Mailbox.read(address)
    password = unseal(sealed)
    place = place_of(f"imaps://{box.host}:{box.port}")
    try:
        with time_limit(WHOLE) as watch:
            connection = _Connection(place, watch)
            try:
                return _read(connection, box, password, position)
            finally:
                connection.shutdown()
    except ssl.SSLError as error:
        raise Unheard(f"no trusted certificate at {box.host}") from error
    except TimeoutError as error:
        raise Unheard(f"{box.host} did not answer in time") from error
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise Unheard(f"{box.host} did not speak as a mail server does") from error


class _Connection(imaplib.IMAP4_SSL):
    """Connects to the address that was looked at, and takes in nothing of any size."""

    def __init__(self, place: Place, watch: Watch) -> None:
        self._place, self._watch = place, watch
        super().__init__(place.host, place.port, ssl_context=ssl.create_default_context(), timeout=CONNECT)

    def _create_socket(self, timeout: float | None = None) -> ssl.SSLSocket:
        plain = socket.create_connection((self._place.ip, self._place.port), timeout)
        self._watch.over(plain)
        context: ssl.SSLContext = self.ssl_context
        return context.wrap_socket(plain, server_hostname=self._place.host)

    def read(self, size: int) -> bytes:
        """So many bytes, which the server announced."""
        if size > LARGEST + 4096:
            raise self.abort(f"{size} bytes announced")
        return super().read(size)


def _read(connection: _Connection, box: Mailbox, password: str, position: str) -> tuple[Reading, str]:
    try:
        connection.login(_quoted(box.user), password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise Unheard(f"{box.host} does not accept the name and the password") from error
    if connection.select(_quoted(box.folder), readonly=True)[0] != "OK":
        raise Unheard(f"there is no folder {box.folder}")
    validity = _number(connection.response("UIDVALIDITY")[1])
    known, _, last = position.partition(":")
    after = int(last) if known == str(validity) and last.isdecimal() else 0
    found = connection.uid("SEARCH", f"UID {after + 1}:*")[1]
    # Asked for what follows the last one, servers give the last one again (RFC 3501, 6.4.8).
    uids = sorted(int(uid) for uid in (found[0] or b"").split() if int(uid) > after)
    uids = uids[:MAILS] if after else uids[-MAILS:]
    items = {each.key: each for uid in uids for each in _mail(connection, uid, f"{box}:{validity}")}
    return Reading(tuple(items.values())), f"{validity}:{uids[-1] if uids else after}"


def _mail(connection: _Connection, uid: int, where: str) -> tuple[Read, ...]:
    size = _number(connection.uid("FETCH", str(uid), "(RFC822.SIZE)")[1], rb"RFC822\.SIZE (\d+)")
    if size > LARGEST:
        return (Read(key_of(where, str(uid)), "", trouble=f"a mail of {size:,} bytes is too large"),)
    parts: list[Any] = connection.uid("FETCH", str(uid), "(BODY.PEEK[])")[1]
    content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    try:
        reading = read_mail(content)
    except Refused as refused:
        return (Read(key_of(where, str(uid)), "", trouble=f"mail {uid}: {refused.found}"),)
    return (*reading.items, *reading.unreadable)


def _number(told: Any, pattern: bytes = rb"(\d+)") -> int:
    text = b" ".join(part if isinstance(part, bytes) else part[0] for part in told if part)
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
