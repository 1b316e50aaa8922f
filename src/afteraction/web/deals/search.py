"""Deals by words: each word of the search begins a word of the deal's name, account or id."""

from typing import Final

from afteraction.web.full_text import Found, WordIndex, joined_words
from afteraction.web.people.models import Organisation

_MOST_WORDS: Final = 60
INDEX: Final = WordIndex("deals_search", "deals_deal")
SQLITE_SCHEMA: Final = INDEX.sqlite_schema
POSTGRESQL_SCHEMA: Final = INDEX.postgresql_schema


def search_words(*texts: str) -> str:
    """What a deal with these texts is searched by."""
    return joined_words(*texts, most=_MOST_WORDS)


def find(organisation: Organisation, search: str) -> Found | None:
    """Look for what someone typed; None where that has no word in it."""
    return INDEX.find(organisation.pk, search)
