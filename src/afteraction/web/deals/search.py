"""Deals by words: each word of the search begins a word of the deal's name, account or id.

SQLite looks in an FTS5 table that triggers keep equal to the deals, PostgreSQL in a GIN index over the same words.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Concat

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Organisation

FEW: Final = 1_000
"""Matches up to which they are fetched first; where there are more, a list meets one every few rows by itself."""
MANY: Final = 100_000
"""Matches up to which all are fetched, to be put beside the columns of the mirror."""
_MOST_WORDS: Final = 60
_ASKED: Final = 8
_NO_WORD = re.compile(r"[\W_]+")

SQLITE_SCHEMA: Final = (
    """CREATE VIRTUAL TABLE deals_search USING fts5(search_words, content='deals_deal', content_rowid='id',
       tokenize="unicode61 remove_diacritics 0", prefix='1 2 3 4', detail=none)""",
    """CREATE TRIGGER deals_search_new AFTER INSERT ON deals_deal BEGIN
       INSERT INTO deals_search(rowid, search_words) VALUES (new.id, new.search_words); END""",
    """CREATE TRIGGER deals_search_gone AFTER DELETE ON deals_deal BEGIN
       INSERT INTO deals_search(deals_search, rowid, search_words) VALUES ('delete', old.id, old.search_words); END""",
    """CREATE TRIGGER deals_search_changed AFTER UPDATE OF search_words ON deals_deal
       WHEN old.search_words IS NOT new.search_words BEGIN
       INSERT INTO deals_search(deals_search, rowid, search_words) VALUES ('delete', old.id, old.search_words);
       INSERT INTO deals_search(rowid, search_words) VALUES (new.id, new.search_words); END""",
)
_VECTOR: Final = "array_to_tsvector(string_to_array(search_words, ' '))"
POSTGRESQL_SCHEMA: Final = (f"CREATE INDEX deals_search ON deals_deal USING gin ({_VECTOR})",)


def words(text: str) -> list[str]:
    """The words of a text in their order, each once: without case, accents and punctuation."""
    bare = text.casefold()
    if not bare.isascii():
        bare = "".join(letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))
    return [*dict.fromkeys(word for word in _NO_WORD.split(bare) if word)]


def search_words(*texts: str) -> str:
    """What a deal with these texts is searched by."""
    return " ".join(words(" ".join(texts))[:_MOST_WORDS])


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
    asked = tuple(words(search)[:_ASKED])
    if not asked:
        return None
    look = _sqlite if connection.vendor == "sqlite" else _postgresql
    keys = look(organisation, asked, FEW + 1)
    return Found(asked, keys if len(keys) <= FEW else None)


def keys_of(organisation: Organisation, search: str) -> tuple[int, ...] | None:
    """The keys of all deals that a search finds, in no order; None where there are more than MANY.

    On SQLite keys of other organisations may be among them: for whoever knows the keys of their own.
    """
    asked = words(search)[:_ASKED]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # to look whose each one is would take ten times as long
            match = " AND ".join(f'"{word}"*' for word in asked)
            cursor.execute("SELECT rowid FROM deals_search WHERE deals_search MATCH %s LIMIT %s", [match, MANY + 1])
            found = tuple(row[0] for row in cursor.fetchall())
        else:
            found = _postgresql(organisation, tuple(asked), MANY + 1)
    return found if len(found) <= MANY else None


def _sqlite(organisation: Organisation, asked: tuple[str, ...], most: int) -> tuple[int, ...]:
    match = " AND ".join(f'"{word}"*' for word in asked)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id FROM deals_search s CROSS JOIN deals_deal d ON d.id = s.rowid "
            "WHERE s.deals_search MATCH %s AND d.organisation_id = %s LIMIT %s",
            [match, organisation.pk, most],
        )
        return tuple(row[0] for row in cursor.fetchall())


def _postgresql(organisation: Organisation, asked: tuple[str, ...], most: int) -> tuple[int, ...]:
    match = " & ".join(f"'{word}':*" for word in asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM deals_deal WHERE {_VECTOR} @@ %s::tsquery AND organisation_id = %s LIMIT %s",  # noqa: S608
            [match, organisation.pk, most],
        )
        return tuple(row[0] for row in cursor.fetchall())
