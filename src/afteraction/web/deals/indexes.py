"""The indexes over deals. A first load is more than twice as fast without them, so they are made after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

from afteraction.web.deals.models import Deal
from afteraction.web.deals.search import POSTGRESQL_SCHEMA, SQLITE_SCHEMA
from afteraction.web.people.models import Organisation

_TRIGGERS: Final = ("deals_search_new", "deals_search_gone", "deals_search_changed")


def others_have_deals(organisation: Organisation) -> bool:
    """Whether there may be deals of others, who need the indexes now.

    A policy of PostgreSQL shows the rows of one organisation alone, so what is looked at there is whether the table has
    ever held anything: with rows of one's own from a load that was killed the answer is yes as well.
    """
    if connection.vendor != "postgresql":
        return Deal.objects.exclude(organisation=organisation).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('deals_deal') > 0")
        return bool(cursor.fetchone()[0])


@contextmanager
def made_afterwards() -> Iterator[None]:
    """Take the indexes away and make them at the end. Where that is not reached, the next refresh makes them.

    What keeps ids from being there twice stays.
    """
    _settle()
    with connection.cursor() as cursor:
        for index in Deal._meta.indexes:
            cursor.execute(f"DROP INDEX IF EXISTS {index.name}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS deals_search")
        else:
            for trigger in _TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    yield
    make_missing()
    count_values()


def count_values() -> None:
    """Let the database see how many rows each value has: without that it takes any index for as good as another."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE deals_deal")


def make_missing() -> None:
    """Make the indexes that are not there: none, unless a first load was killed."""
    _settle()
    with connection.cursor() as cursor:
        known = connection.introspection.get_constraints(cursor, Deal._meta.db_table)
        for index in Deal._meta.indexes:
            if index.name not in known:
                cursor.execute(str(index.create_sql(Deal, connection.schema_editor())))
        if connection.vendor == "postgresql":
            if "deals_search" not in known:
                cursor.execute(POSTGRESQL_SCHEMA[0])
            return
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'deals_deal'")
        if cursor.fetchone() != (len(_TRIGGERS),):
            with transaction.atomic():  # what it is searched by and what keeps that up to date, or neither
                cursor.execute("INSERT INTO deals_search(deals_search) VALUES ('rebuild')")
                for trigger, statement in zip(_TRIGGERS, SQLITE_SCHEMA[1:], strict=True):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
                    cursor.execute(statement)


def _settle() -> None:
    """PostgreSQL changes no index of a table while checks of its foreign keys wait for the end of a transaction."""
    if connection.in_atomic_block:
        connection.check_constraints()
