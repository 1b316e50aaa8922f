"""Asking a feed: only for what is new, within limits, and no longer than its server likes."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from urllib3.exceptions import HTTPError, IncompleteRead, NewConnectionError, ProtocolError, SSLError
from urllib3.exceptions import TimeoutError as UrllibTimeout

from afteraction.errors import Refused
from afteraction.web.outside import Answer, Limits, ask_once, retry_after

LIMITS: Final = Limits(connect=8.0, read=12.0, whole=25.0, largest=10 * 2**20)
REDIRECTS: Final = 5
_ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_ADDRESS: Final = "a web address like https://news.example/feed.xml"
_SAID: Final = {
    401: "it wants a password",
    403: "it does not let us in",
    404: "there is nothing at this address",
    410: "the feed is gone for good",
    429: "it asks for patience",
}
log = logging.getLogger("afteraction.listening")


@dataclass(frozen=True)
class Heard:
    """What a feed said. `content` is None where nothing changed since; `moved_to` where it has gone for good."""

    content: bytes | None
    content_type: str
    etag: str
    modified: str
    address: str
    moved_to: str


class Unheard(Exception):
    """No usable answer. `wait` is how long the server wants to be left alone, `is_gone` that it wants it for ever."""

    def __init__(self, trouble: str, wait: timedelta | None = None, *, is_gone: bool = False) -> None:
        super().__init__(trouble)
        self.trouble, self.wait, self.is_gone = trouble, wait, is_gone


def feed_address(text: str) -> str:
    """The address of a feed as someone typed it, in one form. Raises `Refused` for anything but http and https."""
    typed = text.strip().removeprefix("feed:").removeprefix("//")
    url = urldefrag(typed if "://" in typed else f"https://{typed}")[0]
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        named = parts.hostname or ""
        host = f"[{named}]" if ":" in named else named.encode("idna").decode()
    except ValueError as error:
        raise Refused(text[:200], _ADDRESS, "check the address") from error
    if parts.username or parts.password:
        raise Refused(
            "an address with a name and a password in it", _ADDRESS, "ask the publisher for one that holds a key"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > 2000 or any(c.isspace() for c in url):
        raise Refused(text[:200] or "nothing", _ADDRESS, "check the address")
    return parts._replace(netloc=host + port, path=parts.path or "/").geturl()


def ask(address: str, *, etag: str = "", modified: str = "", limits: Limits = LIMITS) -> Heard:
    """What is at a feed's address, unless nothing changed since `etag` and `modified` (RFC 9110, 13).

    Each redirect is looked at like the first address. Raises `Unheard` when there is no usable answer.
    """
    url, permanently = address, True
    headers = {"Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate", "User-Agent": "Afteraction (news of accounts)"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    for _ in range(REDIRECTS + 1):
        answer = _once(url, headers, limits)
        if answer.status not in (301, 302, 303, 307, 308) or "Location" not in answer.headers:
            return _heard(answer, url, url if permanently and url != address else "")
        permanently = permanently and answer.status in (301, 308)
        try:
            url = feed_address(urljoin(url, answer.headers["Location"]))
        except (Refused, ValueError) as error:
            raise Unheard("it sends on to an address that is none of the web") from error
    raise Unheard(f"it sends on more than {REDIRECTS} times")


def _once(url: str, headers: dict[str, str], limits: Limits) -> Answer:
    host = urlsplit(url).hostname
    try:
        return ask_once("GET", url, headers, limits)
    except Refused as refused:
        raise Unheard(refused.found) from refused
    except SSLError as error:
        raise Unheard(f"no trusted certificate at {host}") from error
    except NewConnectionError as error:  # which urllib3 counts among the timeouts
        raise Unheard(f"{host} cannot be reached") from error
    except (UrllibTimeout, TimeoutError) as error:
        raise Unheard(f"{host} did not answer in time") from error
    except (ProtocolError, IncompleteRead) as error:
        raise Unheard(f"the answer of {host} broke off") from error
    except (HTTPError, OSError, ValueError) as error:
        log.info("%s: %s", host, error)
        raise Unheard(f"{host} cannot be reached") from error


def _heard(answer: Answer, url: str, moved_to: str) -> Heard:
    headers = answer.headers
    etag, modified = headers.get("ETag", "")[:300], headers.get("Last-Modified", "")[:100]
    if answer.status == 304:
        return Heard(None, "", etag, modified, url, moved_to)
    if answer.status == 200:
        return Heard(answer.content, headers.get("Content-Type", ""), etag, modified, url, moved_to)
    seconds = retry_after(headers)
    said = _SAID.get(answer.status, "its server is out of order" if answer.status >= 500 else "it gave no feed")
    wait = None if seconds is None else timedelta(seconds=seconds)
    raise Unheard(f"{said} (status {answer.status})", wait, is_gone=answer.status == 410)
