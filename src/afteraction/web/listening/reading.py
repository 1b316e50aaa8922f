"""What was read from a source: its items as plain text, and what could not be read."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

TITLE: Final = 500
TEXT: Final = 20_000
"""Characters that are kept of a title and of a text: news say what happened in their first paragraphs."""
ITEMS: Final = 1_000
"""Items of one answer; the first ones, for sources put the newest on top."""


@dataclass(frozen=True)
class Read:
    """One article, mail or row. There is no markup in `title` and `text`.

    `key` names it within its source (SHA-256 in hex), `url` is http(s) or empty, `language` as the source says it
    ("de", "en-GB") or empty. `published_at` is in UTC, None where the source does not say or says it unreadably.
    `trouble` says what could not be read; with a title or a text left, the item is of use all the same.
    """

    key: str
    title: str
    text: str = ""
    url: str = ""
    language: str = ""
    published_at: datetime | None = None
    trouble: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether there is anything to understand."""
        return bool(self.title or self.text)


@dataclass(frozen=True)
class Reading:
    """All that one answer, file or mail held. `trouble` is about the whole: it broke off, there were too many items.

    `leads_to` is the address of the feed where the answer was a web page that names one.
    """

    items: tuple[Read, ...] = ()
    title: str = ""
    trouble: str = ""
    leads_to: str = ""
    unreadable: tuple[Read, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        usable = tuple(each for each in self.items if each.is_usable)
        object.__setattr__(self, "unreadable", tuple(each for each in self.items if not each.is_usable))
        object.__setattr__(self, "items", usable)


def key_of(*parts: str) -> str:
    """SHA-256 of what a source calls an item: its id where it has one, else what tells it from others."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
