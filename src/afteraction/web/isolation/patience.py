"""How a change of tables waits: shortly and often, so that nobody has to wait behind it.

A change that waits for a table keeps everyone who comes after it waiting too, even those who only read. So it gives up
after a moment, lets them through, and tries again.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from afteraction.errors import Refused

LOCK_TIMEOUT: Final = "4s"
TRIES: Final = 15
_BETWEEN: Final = 2.0
"""Seconds in which those who waited get through."""
log = logging.getLogger("afteraction.migrate")


@contextmanager
def waiting_politely(connection: BaseDatabaseWrapper) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Gives a function that runs a change of tables, again where others held a table for too long.

    A migration that gave up was taken back whole and those before it are noted, so running it again goes on there.
    Raises `Refused` when it never gets through.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
    try:
        yield _again
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


def _again(change: Callable[[], Any]) -> Any:
    for left in reversed(range(TRIES)):
        try:
            return change()
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            if not left:
                raise Refused(
                    f"a table that others held during {TRIES} tries of {LOCK_TIMEOUT} each ({error})".replace(
                        "\n", " "
                    ),
                    "a moment in which nobody holds it",
                    "see who does (pg_stat_activity), end that, and run it again: it goes on where it stopped",
                ) from error
            log.warning("a table is in use; letting others through, then trying again (%d left)", left)
            time.sleep(_BETWEEN)
    raise AssertionError("not reached")
