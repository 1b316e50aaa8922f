"""Rows of leads into their table, many at a time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from afteraction.web.leads.life import Standing
from afteraction.web.leads.recorded import Recorded
from afteraction.web.leads.search import words_of

_MIRRORED: Final = (
    *("lead_id", "source", "campaign", "person", "person_name", "account", "account_name", "owner_name", "team"),
    *("came_at", "status", "status_at", "attempts"),
)
_STANDING: Final = (
    *("state", "owner_id", "queue_id", "next_at", "since", "handed_at", "owned_at", "due_at", "answered_at"),
    *("answer_minutes", "accepted_at", "level", "reason", "deal_id"),
)
_NAMES: Final = ("organisation_id", *_MIRRORED, "search_words", *_STANDING, "attempts_here")
_KEPT: Final = frozenset({"organisation_id", "lead_id", "attempts_here"})
"""What an existing row keeps."""
_LISTED: Final = ", ".join(_NAMES)
_CHANGED: Final = ", ".join(f"{name} = excluded.{name}" for name in _NAMES if name not in _KEPT)
_UPSERT: Final = f"ON CONFLICT (organisation_id, lead_id) DO UPDATE SET {_CHANGED}"


def write_leads(organisation: int, leads: Sequence[tuple[Recorded, Standing]]) -> int:
    """Insert leads with where they stand, or overwrite those of the same ids; returns how many."""
    rows = [_row(organisation, record, standing) for record, standing in leads]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, rows)
        elif rows:
            marks = ", ".join(["%s"] * len(_NAMES))
            cursor.executemany(f"INSERT INTO leads_lead ({_LISTED}) VALUES ({marks}) {_UPSERT}", rows)  # noqa: S608
    return len(rows)


def count_values() -> None:
    """Let the database see how many leads each value has: without that SQLite looks through all leads for a few keys.

    SQLite looks at a sample of each index, which takes a moment only.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE leads_lead")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 0")


def _row(organisation: int, record: Recorded, standing: Standing) -> tuple[Any, ...]:
    mirrored = [getattr(record, name) for name in _MIRRORED]
    stands = [_value(standing, name) for name in _STANDING]
    words = words_of(record.person_name, record.account_name, record.lead_id, record.campaign)
    return (organisation, *map(_plain, mirrored), words, *map(_plain, stands), 0)


def _value(standing: Standing, name: str) -> Any:
    if name == "owner_id":
        return standing.place.owner
    if name == "queue_id":
        return standing.place.queue
    return str(standing.state) if name == "state" else getattr(standing, name)


def _plain(value: Any) -> Any:
    """A moment as the text that Django keeps in SQLite and PostgreSQL can read."""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f" if moment.microsecond else "%Y-%m-%d %H:%M:%S")
    return value


def _copy(cursor: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    """Into a table of this transaction first, since COPY itself cannot overwrite."""
    cursor.execute(f"CREATE TEMPORARY TABLE new_leads ON COMMIT DROP AS SELECT {_LISTED} FROM leads_lead LIMIT 0")  # noqa: S608
    with cursor.copy(f"COPY new_leads ({_LISTED}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"INSERT INTO leads_lead ({_LISTED}) SELECT {_LISTED} FROM new_leads {_UPSERT}")  # noqa: S608
    cursor.execute("DROP TABLE new_leads")
