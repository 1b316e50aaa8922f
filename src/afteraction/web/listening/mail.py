"""Alert mails, as .eml files or from a mailbox: one item a mail, or one an article where the mail lists them."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any, Final, cast

from afteraction.errors import Refused
from afteraction.web.listening.markup import as_text, tidy, web_address
from afteraction.web.listening.moments import in_utc, moment
from afteraction.web.listening.reading import ITEMS, TEXT, TITLE, Read, Reading, key_of

LARGEST: Final = 10 * 2**20
LINE: Final = 2_000
"""Characters of a line of the head that are looked at."""
PARTS: Final = 200
"""Parts of a mail; one that has more was not written to be read."""
EXPECTED: Final = "a mail as a file (.eml), at most 10 MiB"
# What Google Alerts say to machines: the articles as cards of a JSON document inside the page.
_CARDS: Final = re.compile(r'<script[^>]*data-scope="inboxmarkup"[^>]*>(.*?)</script>', re.DOTALL | re.IGNORECASE)
_SUBJECT: Final = re.compile(r"^\s*((re|fwd?|wg|tr|rv)\s*:\s*)+", re.IGNORECASE)


class _Short(EmailPolicy):
    """Lines of a head no longer than news have: the parser takes time with the square of their length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Name and value of a line as it came, which may go over several."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LINE]


_POLICY: Final = _Short()


def read_mail(content: bytes) -> Reading:
    """What a mail tells. Attachments are left alone. Raises `Refused` for what is no mail."""
    if len(content) > LARGEST:
        raise Refused(f"a file of {len(content):,} bytes", EXPECTED, "send the alert without its attachments")
    if content.lower().count(b"content-type:") > PARTS:
        raise Refused(f"a mail of more than {PARTS} parts", EXPECTED, "send the alert without its attachments")
    try:
        message = cast("EmailMessage", message_from_bytes(content, policy=_POLICY))
    except RecursionError as error:
        raise Refused("a mail with parts within parts without end", EXPECTED, "send the alert by itself") from error
    if not any(_head(message, name) for name in ("From", "Subject", "Date", "Message-ID")):
        raise Refused("a file without the head of a mail", EXPECTED, "save the mail from the mail program")
    subject = tidy(_SUBJECT.sub("", _head(message, "Subject")))
    at, trouble = _date(message)
    page, plain = _body(message, "html"), _body(message, "plain")
    name = _head(message, "Message-ID") or f"{_head(message, 'Date')} {subject}"
    articles = {each.key: each for each in _articles(page, at)}
    if articles:
        return Reading(tuple(articles.values())[:ITEMS], subject[:200], trouble)
    text = (as_text(page) or tidy(plain, lines=True))[:TEXT]
    if not subject and not text:
        trouble = f"a mail of {_sender(message) or 'nobody'} without a subject and a text"
    return Reading((Read(key_of(name), subject[:TITLE], text, "", "", at, trouble[:300]),), subject[:200])


def _articles(page: str, at: datetime | None) -> Iterator[Read]:
    """The articles that Google Alerts list."""
    for found in _CARDS.findall(page):
        with suppress(ValueError, RecursionError):  # no JSON: then the mail is read as a whole
            for card in _list(json.loads(found), "cards"):
                for link in _list(card, "widgets"):
                    title, text = (tidy(as_text(str(link.get(name) or ""))) for name in ("title", "description"))
                    url = web_address(str(link.get("url") or ""))
                    if link.get("type") == "LINK" and title:
                        yield Read(key_of(url or title), title[:TITLE], text[:TEXT], url, "", at)


def _list(value: Any, name: str) -> list[dict[str, Any]]:
    rows = value.get(name) if isinstance(value, dict) else None
    return [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []


def _head(message: EmailMessage, name: str) -> str:
    """A line of the head; a broken one as far as it can be read."""
    try:
        return str(message.get(name, ""))
    except (
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
        OverflowError,
        RecursionError,
    ):  # faults of the header parser on faulty mails
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _sender(message: EmailMessage) -> str:
    return parseaddr(_head(message, "From"))[1][:100]


def _date(message: EmailMessage) -> tuple[datetime | None, str]:
    said = tidy(_head(message, "Date"))
    found = moment(said) if said else None
    return (in_utc(found), "") if found else (None, f"a date that cannot be read: {said[:100]}" if said else "")


def _body(message: EmailMessage, kind: str) -> str:
    """The first part of a kind, decoded as it says, or as far as that goes."""
    for part in message.walk():
        if part.get_content_type() == f"text/{kind}" and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            try:
                return content.decode(part.get_content_charset() or "utf-8", "replace")
            except (LookupError, ValueError):  # a character set that nobody knows, or none of text
                return content.decode("utf-8", "replace")
    return ""
