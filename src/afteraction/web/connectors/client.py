"""Requests to one host: over https, within limits of time and size, tried again where that helps, answered in JSON."""

import json
import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from urllib3.exceptions import HTTPError, SSLError

from afteraction.errors import Refused
from afteraction.web.connectors.address import clean_address
from afteraction.web.outside import Limits, ask_once, retry_after

CONNECT: Final = 10.0
READ: Final = 60.0
WHOLE: Final = 180.0
"""Seconds until a connection stands, until the next bytes come, and until an answer is complete."""
LARGEST: Final = 64 * 2**20
"""Bytes of one answer, unpacked."""
ATTEMPTS: Final = 3
PAUSE: Final = 1.0
SHORT_WAIT: Final = 5.0
"""Seconds that are waited for on the spot when a server asks for patience; more goes back to whoever called."""
_REDIRECTS: Final = 3
_DAY_IS_USED_UP: Final = 3600.0
"""Seconds until it is tried again when HubSpot says that the day's share of requests is used up."""
_LIMITED: Final = "a rate limit"
log = logging.getLogger("afteraction.connectors")


class Unanswered(Exception):
    """No usable answer though it was tried several times: the network, a fault of the server, half an answer."""


class AskedToWait(Exception):
    """The server wants to be asked again later: a rate limit, or maintenance."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"asked to wait {wait}")
        self.wait = wait


class Declined(Exception):
    """The server understood and said no. `code` is the vendor's own word for it, `said` its sentence."""

    def __init__(self, status: int, code: str, said: str) -> None:
        super().__init__(f"{status} {code}: {said}")
        self.status, self.code, self.said = status, code, said


class _Again(Exception):
    """An answer that another attempt may better."""


class Client:
    """Asks one host. `headers` go with every request and are nowhere written down."""

    def __init__(self, address: str) -> None:
        self.address = clean_address(address)
        self.headers: dict[str, str] = {}

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON that a path answers with. `body` is sent as JSON, `form` as a form.

        Raises `Declined` for 4xx, `AskedToWait` for 429 and 503 with a long wait, `Unanswered` after several attempts,
        `Refused` for a host that must not be asked and for answers that are too large or no JSON.
        """
        url = urljoin(self.address, path)
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        headers, content = self._sent(body, form)
        last = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE * 2 ** (attempt - 1))
            try:
                return _content(*self._follow(method, url, headers, content))
            except SSLError as error:
                found = f"no trusted certificate at {self.address}"
                raise Refused(found, "one that this machine trusts", "check the address") from error
            except (_Again, HTTPError, OSError) as error:
                last = str(error) if isinstance(error, _Again) else type(error).__name__
                log.warning("%s %s: %s", method, urlsplit(url).path, last)
        if last == _LIMITED:
            raise AskedToWait(timedelta(seconds=60))
        raise Unanswered(f"{urlsplit(self.address).hostname} did not answer {method} {urlsplit(url).path}: {last}")

    def _sent(self, body: Any, form: Mapping[str, str] | None) -> tuple[dict[str, str], bytes | None]:
        headers = {"Accept": "application/json", "User-Agent": "Afteraction", **self.headers}
        if body is not None:
            return {**headers, "Content-Type": "application/json"}, json.dumps(body).encode()
        if form is not None:
            return {**headers, "Content-Type": "application/x-www-form-urlencoded"}, urlencode(form).encode()
        return headers, None

    def _follow(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """The answer, after redirects; none leads to another host, which would be handed the secret."""
        for _ in range(_REDIRECTS + 1):
            parts = urlsplit(url)
            there = f"{parts.scheme}://{parts.netloc}"
            if clean_address(there) != self.address:
                raise Refused(
                    f"{self.address} sends on to {there}", "answers from the configured host", f"connect to {there}"
                )
            status, told, answer = self._once(method, url, headers, content)
            if status not in (301, 302, 303, 307, 308):
                return status, told, answer
            url = urljoin(url, told.get("Location", ""))
        raise Refused(f"more than {_REDIRECTS} redirects", "an answer", "check the address")

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        limits = Limits(CONNECT, READ, WHOLE, LARGEST)
        answer = ask_once(method, url, headers, limits, content)
        return answer.status, answer.headers, answer.content


def _content(status: int, headers: Mapping[str, str], answer: bytes) -> Any:
    """What an answer says. Raises `_Again` where it helps to ask again, and what `Client.ask` raises."""
    wait = _DAY_IS_USED_UP if status == 429 and b'"DAILY"' in answer else retry_after(headers)
    if status == 429 or (status == 503 and wait):
        if wait is None or wait > SHORT_WAIT:
            raise AskedToWait(timedelta(seconds=wait or 60.0))
        time.sleep(wait)
        raise _Again(_LIMITED)
    if status >= 500:
        raise _Again(f"status {status}")
    content = _parsed(answer)
    if status >= 400:
        raise Declined(status, *_said(content))
    if content is None and "json" not in headers.get("Content-Type", "json"):
        raise Refused("an answer that is no JSON", "the API of the CRM", "check the address")
    if content is None:
        raise _Again("half an answer")
    return content


def _parsed(answer: bytes) -> Any:
    """What the JSON says; None where it breaks off."""
    try:
        return json.loads(answer) if answer.strip() else {}
    except ValueError:
        return None


def _said(content: Any) -> tuple[str, str]:
    """Code and sentence of an error: Salesforce sends a list of them, its sign-in and HubSpot an object each."""
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return "", ""
    code = first.get("errorCode") or first.get("error") or first.get("category") or ""
    return str(code), str(first.get("error_description") or first.get("message") or "")[:500]
