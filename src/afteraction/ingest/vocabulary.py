"""What columns and sheets are called where people sell: English, and the core words in German, French and Spanish.

A word list proposes; what the values look like decides.
"""

from collections.abc import Mapping
from typing import Final

from afteraction.ingest.outcome_words import words_of
from afteraction.ingest.vocabulary_words import COLUMN_PHRASES, ENTITY_WORDS


def _lists(text: str) -> dict[str, tuple[str, ...]]:
    """Lists of words by the name before their colon."""
    named = (line.partition(":") for line in text.strip().replace("\n    ", " ").splitlines())
    return {name: tuple(word.strip() for word in words.split(",")) for name, _, words in named}


ENTITIES: Final[Mapping[str, frozenset[str]]] = {name: frozenset(words) for name, words in _lists(ENTITY_WORDS).items()}
_PHRASES: Final[Mapping[str, tuple[str, ...]]] = _lists(COLUMN_PHRASES)
_FILLERS: Final = frozenset(
    (
        *("the", "of", "in", "on", "at", "per", "a", "s", "am", "der", "die", "das", "des"),
        *("le", "la", "les", "l", "un", "de", "du", "d", "el", "del", "usd", "eur", "gbp", "chf"),
    )
)
_FLAGS: Final = frozenset(["is", "has", "was", "can", "no", "not", "number", "count"])
_IDS: Final = frozenset(
    (
        *("id", "ids", "number", "nr", "no", "key", "code", "uuid", "guid", "nummer", "numero", "ref", "reference"),
        *("identifier", "kennung", "identifiant", "identificador"),
    )
)
_PLAIN_IDS: Final = frozenset(["id", "key", "uuid", "guid", "identifier", "kennung", "identifiant", "identificador"])
_RECORDS: Final = frozenset(["record", "datensatz", "fiche", "informations", "enregistrement", "registro"])
_NAMES: Final = frozenset(["name", "nom", "nombre", "bezeichnung", "titel", "title"])

KEY_ENTITY: Final[Mapping[str, str]] = {
    **{table: table for table in ("deals", "accounts", "people", "leads", "trigger_events")},
    "touches": "deals",
    "stage_changes": "deals",
    "lead_changes": "leads",
    "lead_touches": "leads",
}
"""Which things the rows of a table are told apart by: events by their deal, changes of leads by their lead."""


def sheet_hint(table: str, sheet_name: str) -> float:
    """How much a sheet's name speaks for a table, from 0 to 1."""
    words = {*words_of(sheet_name)}
    return 1.0 if words & ENTITIES[table] else 0.0


def is_name(header: str) -> bool:
    """Whether a header says that it holds names: `Deal Name`, `Nom de la transaction`."""
    return bool(_NAMES & {*words_of(header)})


def header_score(table: str, column: str, header: str) -> float:
    """How well a header fits a column of a table, from 0 to 1. The table's own name in it counts for nothing."""
    every = words_of(header)
    words = [word for word in every if word not in _FILLERS] or every
    own = ENTITIES[table] | {"s"}
    spoken = {
        " ".join(w for w in said if w not in leave)
        for said in (every, words)
        for leave in (frozenset[str](), own, _IDS)
    }
    others = frozenset().union(*(words for name, words in ENTITIES.items() if name != table)) - own
    best = 0.0
    for phrase in _PHRASES.get(f"{table}.{column}", ()):
        if phrase in spoken:
            return 1.0
        parts = [word for word in phrase.split() if word not in _FILLERS] or phrase.split()
        if {*parts} <= _NAMES:
            continue  # "stage name" and "product name" are names of something else
        further = {*words} - {*parts}
        if further and {*parts} <= {*words} and not further & (others | _FLAGS):
            # "net amount" is an amount, "amount type" may be something else
            best = max(best, 0.5 if len(further) > 1 else 0.8 if words[-1] == parts[-1] else 0.6)
    return best


def key_score(table: str, header: str, sheet_name: str) -> float:
    """How well a header names what the rows of a table are told apart by: `opportunity_id`, `Case ID`, `account`."""
    words = [word for word in words_of(header) if word not in _FILLERS]
    entity = ENTITIES[KEY_ENTITY[table]]
    is_id = bool({*words} & _IDS) or (len(words) == 1 and words[0].endswith("id") and len(words[0]) > 3)
    named = (
        bool({*words} & entity) or any(words[0].startswith(e) and words[0] == f"{e}id" for e in entity)
        if words
        else False
    )
    if named and is_id:
        return 1.0
    if named and table == "deals" and is_name(header):
        return 0.6  # of deals, unlike accounts and people, names are seldom told apart for ever
    if named and len(words) <= 2:
        return 0.8 if len(words) == 1 or {*words} <= entity | {"name", "concept"} else 0.7
    if _PLAIN_IDS & {*words} and {*words} <= _PLAIN_IDS | _RECORDS:
        return 0.95 if sheet_hint(KEY_ENTITY[table], sheet_name) and KEY_ENTITY[table] == table else 0.5
    return 0.45 if is_id else 0.0
