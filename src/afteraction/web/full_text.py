"""Rows of a table by words: each word of a search begins a word of the row's column `search_words`.

SQLite looks in an FTS5 table that triggers keep equal to the rows, PostgreSQL in a GIN index over the same words.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import F, Model, QuerySet, TextField, Value
from django.db.models.functions import Concat

M = TypeVar("M", bound=Model)
FEW: Final = 1_000
"""Matches up to which they are fetched first; where there are more, a list meets one every few rows by itself."""
_ASKED: Final = 8
_NO_WORD = re.compile(r"[\W_]+")
_VECTOR: Final = "array_to_tsvector(string_to_array(search_words, ' '))"


def words(text: str) -> list[str]:
    """The words of a text in their order, each once: without case, accents and punctuation."""
    bare = text.casefold()
    if not bare.isascii():
        bare = "".join(letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))
    return [*dict.fromkeys(word for word in _NO_WORD.split(bare) if word)]


def asked_words(search: str) -> tuple[str, ...]:
    """The words of what someone typed, as far as they are looked for."""
    return tuple(words(search)[:_ASKED])


def joined_words(*texts: str, most: int) -> str:
    """What a row with these texts is searched by: at most so many words."""
    return " ".join(words(" ".join(texts))[:most])


@dataclass(frozen=True)
class Found:
    """The keys of the rows that a search found; None where there are too many to fetch."""

    asked: tuple[str, ...]
    keys: tuple[int, ...] | None

    def narrow(self, rows: "QuerySet[M]") -> "QuerySet[M]":
        """These rows, as far as the search found them."""
        if self.keys is not None:
            return rows.filter(id__in=self.keys)
        spaced: Any = rows.alias(spaced=Concat(Value(" "), F("search_words"), output_field=TextField()))
        for word in self.asked:
            spaced = spaced.filter(spaced__contains=f" {word}")
        found: QuerySet[M] = spaced
        return found


@dataclass(frozen=True)
class WordIndex:
    """The index of a table that has the columns `id`, `organisation_id` and `search_words`.

    Its names are written into SQL: they are those of the code alone. No word of `asked` may hold anything but letters
    and digits, as `words` makes them.
    """

    name: str
    table: str
    longest: int = 4
    """Letters up to which SQLite keeps the beginnings of words: with longer ones it gathers every word that begins so,
    which is slow where a million rows have one."""

    @property
    def sqlite_schema(self) -> tuple[str, ...]:
        """The table that is looked in, then the triggers that keep it right: for a new, a gone, a changed row."""
        name, table = self.name, self.table
        beginnings = " ".join(map(str, range(1, self.longest + 1)))
        gone = f"INSERT INTO {name}({name}, rowid, search_words) VALUES ('delete', old.id, old.search_words)"  # noqa: S608
        new = f"INSERT INTO {name}(rowid, search_words) VALUES (new.id, new.search_words)"  # noqa: S608
        return (
            f"""CREATE VIRTUAL TABLE {name} USING fts5(search_words, content='{table}', content_rowid='id',
       tokenize="unicode61 remove_diacritics 0", prefix='{beginnings}', detail=none)""",
            f"CREATE TRIGGER {name}_new AFTER INSERT ON {table} BEGIN {new}; END",
            f"CREATE TRIGGER {name}_gone AFTER DELETE ON {table} BEGIN {gone}; END",
            f"""CREATE TRIGGER {name}_changed AFTER UPDATE OF search_words ON {table}
       WHEN old.search_words IS NOT new.search_words BEGIN {gone}; {new}; END""",
        )

    @property
    def postgresql_schema(self) -> tuple[str, ...]:
        return (f"CREATE INDEX {self.name} ON {self.table} USING gin ({_VECTOR})",)

    def find(self, organisation: int, search: str) -> "Found | None":
        """Look for what someone typed; None where that has no word in it."""
        asked = asked_words(search)
        if not asked:
            return None
        keys = self.keys(organisation, asked, FEW + 1)
        return Found(asked, keys if len(keys) <= FEW else None)

    def keys(self, organisation: int, asked: tuple[str, ...], most: int) -> tuple[int, ...]:
        """The keys of at most so many rows of an organisation that have every word, in no order."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"SELECT d.id FROM {self.name} s CROSS JOIN {self.table} d ON d.id = s.rowid "  # noqa: S608
                    f"WHERE s.{self.name} MATCH %s AND d.organisation_id = %s LIMIT %s",
                    [_fts_match(asked), organisation, most],
                )
            else:
                match = " & ".join(f"'{word}':*" for word in asked)
                cursor.execute(
                    f"SELECT id FROM {self.table} WHERE {_VECTOR} @@ %s::tsquery AND organisation_id = %s LIMIT %s",  # noqa: S608
                    [match, organisation, most],
                )
            return tuple(row[0] for row in cursor.fetchall())


def _fts_match(asked: tuple[str, ...]) -> str:
    return " AND ".join(f'"{word}"*' for word in asked)
