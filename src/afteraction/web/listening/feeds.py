"""RSS, Atom and JSON Feed, as they come: broken, in any encoding, with markup in every field."""

import codecs
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import feedparser
from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from afteraction.errors import Refused
from afteraction.web.listening.json_items import read_json
from afteraction.web.listening.markup import as_text, feed_named_in, tidy, web_address
from afteraction.web.listening.moments import in_utc, moment
from afteraction.web.listening.reading import ITEMS, TEXT, TITLE, Read, Reading, key_of

EXPECTED: Final = "a feed: RSS, Atom or JSON Feed"
_HARMLESS: Final = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,4})?")
_PAGE: Final = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_WHERE: Final = re.compile(r"^<unknown>:(\d+):\d+: ")
_CHUNK: Final = 1 << 16
_DATES: Final = ("published", "updated", "created")


def read_feed(content: bytes, *, address: str = "", content_type: str = "") -> Reading:
    """What a feed holds. `content_type` is as the server said it, with the encoding where it names one.

    Raises `Refused` for what is no feed and for XML that declares entities, which is how a small file becomes a
    gigabyte. A web page is no feed, but one that names its feed is a `Reading` that `leads_to` it.
    """
    start = content[:512].lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if start[:1] in (b"{", b"["):
        return read_json(_json(content))
    content = content.lstrip(b" \t\r\n")  # lines before the declaration are the commonest fault of all
    _refuse_entities(content)
    headers = {"content-location": address} | ({"content-type": content_type} if content_type else {})
    found = feedparser.parse(content, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.entries and not found.get("version"):
        return _page(content, address)
    feed, language = found.feed, _language(found.feed.get("language", ""))
    entries = found.entries[:ITEMS]
    items = _told_apart(_item(entry, language, address) for entry in entries)
    troubles = []
    if found.bozo and not isinstance(found.bozo_exception, _HARMLESS):
        fault = _WHERE.sub(r"line \1: ", str(found.bozo_exception))
        troubles.append(f"not well-formed ({fault}); what follows the fault may be missing")
    if len(found.entries) > ITEMS:
        troubles.append(f"{len(found.entries)} items; the first {ITEMS} were read")
    return Reading(tuple(items), _line(feed.get("title_detail"))[:200], "; ".join(troubles)[:500])


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused(f"JSON that breaks off or is nested without end: {error}"[:300], EXPECTED) from error


class _Begun(Exception):
    """The first element has come, before which all entities are declared."""


class _Head(ContentHandler):
    def startElement(self, *_about: object) -> None:  # noqa: N802 (SAX's name)
        raise _Begun


def _refuse_entities(content: bytes) -> None:
    parser = make_parser()
    parser.forbid_dtd, parser.forbid_entities, parser.forbid_external = False, True, False
    parser.setFeature("http://xml.org/sax/features/external-general-entities", False)
    parser.setFeature("http://xml.org/sax/features/external-parameter-entities", False)
    parser.setContentHandler(_Head())
    try:
        # What is not well-formed is read by feedparser's second parser, which takes all declarations out beforehand.
        with suppress(SAXException, _Begun):
            for start in range(0, len(content), _CHUNK):
                parser.feed(content[start : start + _CHUNK])
    except DefusedXmlException as error:
        raise Refused("XML that declares entities of its own", "a feed without them", "ask whoever makes it") from error
    except (ValueError, LookupError):  # an encoding that expat does not know, and feedparser may
        return


def _page(content: bytes, address: str) -> Reading:
    text = content[:200_000].decode("utf-8", "replace")
    if not _PAGE.search(text[:5000]):
        raise Refused("something that is no feed", EXPECTED, "check the address")
    if leads_to := feed_named_in(text, address):
        return Reading(leads_to=leads_to)
    raise Refused("a web page that names no feed", EXPECTED, "look for the address of its feed on the page")


def _item(entry: Any, language: str, address: str) -> Read:
    title = _line(entry.get("title_detail"))[:TITLE]
    texts = [*entry.get("content", ()), *([entry.summary_detail] if "summary_detail" in entry else ())]
    text = next((words for words in (_words(each) for each in texts) if words), "")[:TEXT]
    url = web_address(entry.get("feedburner_origlink") or entry.get("link", ""), address)
    published, trouble = _date(entry)
    if not title and not text:
        trouble = f"an item without title and text{': ' + str(entry.get('id', url)) if entry.get('id', url) else ''}"
    said = _language((entry.get("title_detail") or {}).get("language") or "")
    name = entry.get("id") or url
    return Read(
        key_of(name) if name else key_of(title, text), title, text, url, said or language, published, trouble[:300]
    )


def _line(detail: Any) -> str:
    return tidy(_words(detail)) if detail else ""


def _words(detail: Any) -> str:
    value = detail.get("value") or ""
    is_markup = detail.get("type") != "text/plain" or re.search(r"<[\w!?/]|&\w+;|&#", value)
    return as_text(value) if is_markup else tidy(value, lines=True)


def _date(entry: Any) -> tuple[datetime | None, str]:
    """When an item was published, or changed where it does not say, and what of that could not be read."""
    said = next(((name, entry[name]) for name in _DATES if entry.get(name)), None)
    if said is None:
        return None, ""
    parsed = entry.get(f"{said[0]}_parsed")
    found = None
    if parsed:
        with suppress(ValueError):  # 31 February
            year, month, day, hour, minute, second = parsed[:6]
            found = in_utc(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    found = found or moment(said[1])
    return (found, "") if found else (None, f"a date that cannot be read: {tidy(said[1])[:100]}")


def _language(said: str) -> str:
    return said.replace("_", "-")[:8] if _LANGUAGE.fullmatch(said.strip()) else ""


def _told_apart(items: Iterable[Read]) -> list[Read]:
    """Each once. Where a feed gives one name to different items, as some do, the titles tell them apart."""
    seen: dict[str, Read] = {}
    for each in items:
        other = seen.get(each.key)
        if other is None:
            seen[each.key] = each
        elif (other.title, other.url) != (each.title, each.url):
            key = key_of(each.key, each.title, each.url)
            seen.setdefault(key, Read(key, *list(vars(each).values())[1:]))
    return list(seen.values())
