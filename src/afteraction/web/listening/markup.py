"""HTML as others write it, to plain text: nothing of it is ever shown as markup."""

import html
import re
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit

import nh3

LARGEST: Final = 100_000
"""Characters of markup that are looked at: far more than is kept of its text."""
_BLOCKS: Final = frozenset(
    {"p", "br", "div", "li", "ul", "ol", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"}
)
_HIDDEN: Final = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"})
_TAG: Final = re.compile(r"</?(\w+)[^>]*>")
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_LINK: Final = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""What no reader sees, what turns the direction of a line around, and halves of characters, which nothing can store."""
_WRAPPED: Final = re.compile(r"(www\.)?google\.[a-z.]{2,6}")


def as_text(markup: str) -> str:
    """The words of HTML, a line per block; scripts, styles and comments are gone with what they hold."""
    cleaned = nh3.clean(
        _CONTROL.sub("", markup[:LARGEST].replace("\r", "\n")),
        tags=set(_BLOCKS),
        clean_content_tags=set(_HIDDEN),
        attributes={},
        strip_comments=True,
        link_rel=None,
    )
    return tidy(html.unescape(_TAG.sub("\n", cleaned)), lines=True)


def tidy(text: str, *, lines: bool = False) -> str:
    """Text without control characters and spaces in excess; on one line, unless `lines` are kept."""
    clean = _CONTROL.sub("", text.replace("\r", "\n"))
    if not lines:
        return " ".join(clean.split())
    return "\n".join(line for line in (" ".join(each.split()) for each in clean.split("\n")) if line)


def web_address(text: str, base: str = "") -> str:
    """An http(s) address in full, or nothing: "javascript:" and the like never become a link.

    What Google wraps into an address of its own, as its alerts do, is taken out of it.
    """
    try:
        url = urljoin(base, text.strip())
        parts = urlsplit(url)
        if _WRAPPED.fullmatch(parts.hostname or "") and parts.path == "/url":
            query = parse_qs(parts.query)
            url = (query.get("url") or query.get("q") or [url])[0]
            parts = urlsplit(url)
    except ValueError:  # such as an IPv6 address without its bracket
        return ""
    is_web = parts.scheme in ("http", "https") and parts.hostname
    return url if is_web and len(url) <= 2000 and not re.search(r"[\s<>\"\x00-\x1f\x7f\ud800-\udfff]", url) else ""


def feed_named_in(page: str, base: str) -> str:
    """The address of the feed that a web page names in its head, the first one; nothing where it names none."""
    for found in _LINK.findall(page[:LARGEST]):
        about = {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(found)}
        if "alternate" in about.get("rel", "").lower().split() and about.get("type", "").lower() in _FEED_TYPES:
            return web_address(about.get("href", ""), base)
    return ""
