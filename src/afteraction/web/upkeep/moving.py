"""From SQLite to PostgreSQL: every row of every table, with its number."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

_OLD: Final = "dumped"
_AT_ONCE: Final = 2000


def move(dumped: Path) -> None:
    """Fills the database that is set, which must be empty, from the SQLite file of a backup.

    The file, a copy, is brought up to date first, so an older backup will do. Rows are put in as they are: no default
    is filled in, no moment renewed, nothing noted in the trail. References are checked when all rows are there.
    """
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings = connections.settings[DEFAULT_DB_ALIAS] | {
        "ENGINE": "django.db.backends.sqlite3", "NAME": dumped, "OPTIONS": {}, "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
    }  # fmt: skip
    connections.settings[_OLD] = settings
    try:
        call_command("migrate", database=_OLD, interactive=False, verbosity=0)
        with transaction.atomic():
            _empty()
            for model in _tables():
                _copy(model)
            _number()
    finally:
        connections[_OLD].close()
        del connections[_OLD]
        del connections.settings[_OLD]


def _tables() -> list[type[models.Model]]:
    """Every model with a table of its own, those that only join two others among them."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def _empty() -> None:
    """Migrating puts a few rows in (kinds of content, rights), which come again with the rest."""
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in _tables())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names}")


def _copy(model: type[models.Model]) -> None:
    fields = model._meta.local_concrete_fields
    rows = model._base_manager.using(_OLD).order_by("pk").iterator(chunk_size=_AT_ONCE)
    for part in _parts(rows):
        # As Django's own loader of data does it, but many rows at once.
        rows_in = model._base_manager.using(DEFAULT_DB_ALIAS)
        rows_in._insert(part, fields, using=DEFAULT_DB_ALIAS, raw=True)  # type: ignore[attr-defined]  # not in the stubs


def _parts(rows: Iterable[models.Model]) -> Iterator[list[Any]]:
    each = iter(rows)
    while part := list(islice(each, _AT_ONCE)):
        yield part


def _number() -> None:
    """New rows go on where the old ones ended."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _tables()):
            cursor.execute(statement)
