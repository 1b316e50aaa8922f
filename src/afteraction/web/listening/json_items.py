"""Items as JSON: a JSON Feed (version 1.1), or what is posted to a webhook in the same words."""

from typing import Any, Final

from afteraction.errors import Refused
from afteraction.web.listening.markup import as_text, tidy, web_address
from afteraction.web.listening.moments import moment
from afteraction.web.listening.reading import ITEMS, TEXT, TITLE, Read, Reading, key_of

EXPECTED: Final = 'a JSON Feed, a list of items, or one item: an object with "title" or "content_text"'


def read_json(content: Any) -> Reading:
    """The items of parsed JSON. What is no object among them is told, and the others are read.

    Fields are those of JSON Feed (jsonfeed.org/version/1.1); "text", "link" and "published" are understood as well.
    """
    about = content if isinstance(content, dict) else {}
    rows = about.get("items") if "items" in about else content if isinstance(content, list) else [about]
    if not isinstance(rows, list) or (not about and not isinstance(content, list)):
        raise Refused("JSON without items", EXPECTED, "send it so, or check the address")
    language = _text(about.get("language"))[:8]
    items = {each.key: each for each in (_item(row, n, language) for n, row in enumerate(rows[:ITEMS], start=1))}
    trouble = f"{len(rows)} items; the first {ITEMS} were read" if len(rows) > ITEMS else ""
    return Reading(tuple(items.values()), tidy(_text(about.get("title")))[:200] if "items" in about else "", trouble)


def _item(row: Any, number: int, language: str) -> Read:
    if not isinstance(row, dict):
        return Read(key_of("no object", repr(row)[:1000]), "", trouble=f"item {number}: no object with fields")
    title = tidy(as_text(_text(row.get("title"))))[:TITLE]
    plain = _text(row.get("content_text") or row.get("text"))
    markup = _text(row.get("content_html") or row.get("summary"))
    text = (tidy(plain, lines=True) or as_text(markup))[:TEXT]
    url = web_address(_text(row.get("url") or row.get("external_url") or row.get("link")))
    said = _text(row.get("date_published") or row.get("published") or row.get("date_modified"))
    published = moment(said) if said else None
    trouble = f"a date that cannot be read: {tidy(said)[:100]}" if said and published is None else ""
    if not title and not text:
        trouble = f"item {number}: neither a title nor a text"
    name = _text(row.get("id")) or url
    return Read(
        key_of(name) if name else key_of(title, text),
        title,
        text,
        url,
        _text(row.get("language"))[:8] or language,
        published,
        trouble,
    )


def _text(value: Any) -> str:
    """A text, or a number as one; whatever else stands there says nothing.

    JSON may write half a character ("\\ud800"), which no database keeps: it goes.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
