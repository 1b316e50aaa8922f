"""Deals by words: each word of the search begins a word of the deal's name, account or id."""

from dataclasses import dataclass
from typing import Final

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Concat

from afteraction.web.deals.models import Deal
from afteraction.web.full_text import WordIndex, asked_words, joined_words
from afteraction.web.people.models import Organisation

FEW: Final = 1_000
"""Matches up to which they are fetched first; where there are more, a list meets one every few rows by itself."""
_MOST_WORDS: Final = 60
INDEX: Final = WordIndex("deals_search", "deals_deal")
SQLITE_SCHEMA: Final = INDEX.sqlite_schema
POSTGRESQL_SCHEMA: Final = INDEX.postgresql_schema


def search_words(*texts: str) -> str:
    """What a deal with these texts is searched by."""
    return joined_words(*texts, most=_MOST_WORDS)


@dataclass(frozen=True)
class Found:
    """The keys of the deals that a search found; None where there are too many to fetch."""

    asked: tuple[str, ...]
    keys: tuple[int, ...] | None

    def narrow(self, deals: "QuerySet[Deal]") -> "QuerySet[Deal]":
        """These deals, as far as the search found them."""
        if self.keys is not None:
            return deals.filter(id__in=self.keys)
        spaced = deals.alias(spaced=Concat(Value(" "), F("search_words"), output_field=TextField()))
        for word in self.asked:
            spaced = spaced.filter(spaced__contains=f" {word}")
        return spaced


def find(organisation: Organisation, search: str) -> Found | None:
    """Look for what someone typed; None where that has no word in it."""
    asked = asked_words(search)
    if not asked:
        return None
    keys = INDEX.keys(organisation.pk, asked, FEW + 1)
    return Found(asked, keys if len(keys) <= FEW else None)
