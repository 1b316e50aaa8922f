"""OPML: the lists of feeds that readers of news export and import (opml.org, version 2.0)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from afteraction.errors import Refused
from afteraction.web.listening.markup import tidy

LARGEST: Final = 5 * 2**20
MOST: Final = 10_000
EXPECTED: Final = "an OPML file with feeds, at most 5 MiB"


@dataclass(frozen=True)
class Outline:
    """A feed that is listed: `name` as the list has it, `address` as it stands there."""

    name: str
    address: str


def read_opml(content: bytes) -> tuple[Outline, ...]:
    """The feeds of a list, each address once, whatever folders they lie in. Raises `Refused` for what is no list."""
    if len(content) > LARGEST:
        raise Refused(f"a file of {len(content):,} bytes", EXPECTED, "split it")
    try:
        root = fromstring(content.strip())
    except DefusedXmlException as error:
        raise Refused("XML that declares entities of its own", EXPECTED, "export the list again") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refused(f"no well-formed XML: {error}", EXPECTED, "export the list again") from error
    found: dict[str, Outline] = {}
    for outline in root.iter("outline"):
        about = {name.lower(): value for name, value in outline.attrib.items()}
        address = about.get("xmlurl", "").strip()
        if address and address not in found:
            name = tidy(about.get("title") or about.get("text") or "")
            found[address] = Outline(name, address)
    if not found:
        raise Refused("a list without a feed", EXPECTED, "export the feeds, not the articles")
    if len(found) > MOST:
        raise Refused(f"{len(found):,} feeds", f"at most {MOST:,}", "split the list")
    return tuple(found.values())


def as_opml(feeds: Iterable[Outline], title: str) -> bytes:
    """A list that other programs read."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    for feed in feeds:
        SubElement(body, "outline", type="rss", text=feed.name, title=feed.name, xmlUrl=feed.address)
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made
