"""The doctor on the database: whether it answers, is whole, and has the tables of this version."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from afteraction.errors import Refused
from afteraction.web.isolation import policies
from afteraction.web.people.bootstrap import refuse_newer_tables
from afteraction.web.upkeep.findings import Finding, lasting, ok, size, warn, wrong

OLDEST: Final = {"sqlite": (3, 31), "postgresql": (14,)}
"""What Django 5.2 asks for."""
LARGE_WAL: Final = 1_000_000_000
"""Bytes. SQLite folds its log into the database when nobody reads; where it grows, somebody reads for ever."""
FEW_CONNECTIONS: Final = 10
_GAPS: Final = 3
"""Tables that are named, where more are not guarded."""


def has_our_tables() -> bool:
    """Whether the tables are those of this version, so that one can look into them."""
    try:
        refuse_newer_tables()
        return not pending()
    except (Refused, Error):
        return False


def pending() -> list[str]:
    """The migrations that this version has and the database has not been through."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def database(_now: datetime) -> Iterator[Finding]:
    """Whether it answers, its version and size, migrations, and (on SQLite) whether the file is whole."""
    try:
        with connection.cursor() as cursor:
            yield from _sqlite(cursor) if connection.vendor == "sqlite" else _postgresql(cursor)
    except Error as error:
        told = f"does not answer: {error}"
        where = "whether PostgreSQL runs and AFTERACTION_DATABASE names it"
        yield wrong(told, f"see {where}" if connection.vendor != "sqlite" else "restore a backup into an empty home")
        return
    try:
        refuse_newer_tables()
    except Refused as refusal:
        yield wrong(refusal.found, refusal.next_step, "migrations")
        return
    if missing := pending():
        told = f"{len(missing)} not made yet, the first is {missing[0]}"
        yield wrong(told, "restart `afteraction serve`, or run `afteraction manage migrate`", "migrations")
    else:
        yield ok("all made, none that this version does not know", "migrations")


def _sqlite(cursor: Any) -> Iterator[Finding]:
    cursor.execute("SELECT sqlite_version()")
    version = cursor.fetchone()[0]
    path = Path(settings.DATABASES["default"]["NAME"])
    bytes_ = path.stat().st_size if path.exists() else 0
    told = f"SQLite {version}, {size(bytes_)}"
    yield _version(told, tuple(int(part) for part in version.split(".")))
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size > LARGE_WAL:
        yield warn(f"its log has {size(log.stat().st_size)}", "restart the server: a request may hold it open")
    cursor.execute("PRAGMA quick_check(3)")
    damage = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
    if damage:
        todo = "stop the server, keep a copy of the home, restore the last backup into an empty home"
        yield wrong(f"the file is damaged: {damage[0]}", todo)
    else:
        yield ok("the file is whole (quick_check)")


def _postgresql(cursor: Any) -> Iterator[Finding]:
    cursor.execute(
        "SELECT current_setting('server_version'), current_setting('server_version_num')::int, "
        "pg_database_size(current_database())"
    )
    version, number, bytes_ = cursor.fetchone()
    yield _version(f"PostgreSQL {version}, {size(bytes_)}", (number // 10_000,))
    cursor.execute(
        "SELECT count(*), current_setting('max_connections')::int - "
        "current_setting('superuser_reserved_connections')::int FROM pg_stat_activity WHERE backend_type = %s",
        ["client backend"],
    )
    used, most = cursor.fetchone()
    told = f"{used} of {most} connections are in use"
    yield ok(told) if most - used >= FEW_CONNECTIONS else warn(told, "raise max_connections of PostgreSQL")


def _version(told: str, version: tuple[int, ...]) -> Finding:
    oldest = OLDEST[connection.vendor]
    return ok(told) if version >= oldest else wrong(told, f"install {'.'.join(map(str, oldest))} or newer")


def isolation(_now: datetime) -> Iterator[Finding]:
    """Whether PostgreSQL keeps organisations apart, for the role that this installation connects as."""
    if connection.vendor == "sqlite":
        return
    if not policies.are_wanted(connection):
        yield warn("AFTERACTION_WITHOUT_POLICIES: only the code keeps organisations apart", "unset it, then migrate")
        return
    if why := policies.spares_us(connection):
        todo = "connect as an ordinary role that owns the tables: see docs/operations.md, PostgreSQL"
        yield wrong(f"{why}, whom no policy holds: only the code keeps organisations apart", todo)
    open_ones = list(policies.gaps(connection))
    for gap in open_ones[:_GAPS]:
        yield wrong(f"the table {gap.table} {gap.found}", "run `afteraction manage migrate`; see who changed it")
    if len(open_ones) > _GAPS:
        yield wrong(f"{len(open_ones) - _GAPS} tables more are so", "as above")
    if not open_ones and not why:
        yield ok(f"policies of {len(policies.guarded())} tables are in force for the role that connects")


def clock(_now: datetime) -> Iterator[Finding]:
    """PostgreSQL may be another machine with another clock; SQLite has that of this one."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0].astimezone(UTC)
        after = timezone.now()
    apart = max(there - after, before - there, timedelta(0))
    told = f"the clock of the database is {lasting(apart)} from that of this machine"
    yield ok(told) if apart < timedelta(seconds=2) else wrong(told, "let both follow one time server (chrony, NTP)")
