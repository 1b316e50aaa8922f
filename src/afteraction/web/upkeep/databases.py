"""The whole database at one moment, as files, and back."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from afteraction.errors import Refused
from afteraction.web.upkeep.home_files import DATABASE
from afteraction.web.upkeep.moving import move

SQLITE: Final = DATABASE
_TABLES: Final = "tables.json"


def dump(folder: Path) -> dict[str, int]:
    """Writes the database into a folder, as of one moment and without stopping anyone. Rows of each table."""
    return _dump_sqlite(folder) if connection.vendor == "sqlite" else _dump_postgresql(folder)


def load(folder: Path) -> None:
    """Fills an empty database from what `dump` wrote, then brings its tables up to date.

    A dump of SQLite may go into PostgreSQL: that is how an installation moves there. Raises `Refused` when there is
    something in it, or the dump is of PostgreSQL and the database that is set is not.
    """
    refuse_unfit(folder)
    if connection.vendor != "sqlite" and (folder / SQLITE).exists():
        move(folder / SQLITE)
    elif connection.vendor != "sqlite":
        _load_postgresql(folder)
    call_command("migrate", interactive=False, verbosity=0)


def refuse_unfit(folder: Path) -> None:
    """Raises `Refused` where the dump cannot go into the database that is set, or that one is not empty."""
    if connection.vendor == "sqlite" and not (folder / SQLITE).exists():
        raise Refused(
            "a backup of PostgreSQL, to be restored into SQLite",
            "PostgreSQL again",
            "set AFTERACTION_DATABASE to an empty database",
        )
    if connection.vendor != "sqlite" and (there := connection.introspection.table_names()):
        raise Refused(
            f"a database with {len(there)} tables in it",
            "an empty one",
            "create one and name it in AFTERACTION_DATABASE",
        )


def counts() -> dict[str, int]:
    """How many rows each table has now."""
    with connection.cursor() as cursor:
        return {name: _count(cursor, name) for name in sorted(connection.introspection.table_names(cursor))}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name of the catalogue
    return int(cursor.fetchone()[0])


def _dump_sqlite(folder: Path) -> dict[str, int]:
    # Page by page: rewriting it (VACUUM INTO) would give new row numbers to what is searched in.
    with (
        closing(sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(folder / SQLITE)) as copy,
    ):
        source.backup(copy)
        wrong = [row[0] for row in copy.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
        if wrong:
            raise Refused(f"a damaged database ({wrong[0]})", "one that SQLite finds whole", "restore an older backup")
        names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        ours = [name for name in names if not name.startswith("sqlite_")]
        return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in ours}  # noqa: S608


def _dump_postgresql(folder: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    columns: dict[str, list[str]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        applied = sorted(MigrationRecorder(connection).applied_migrations())
        for table in sorted(connection.introspection.table_names(cursor)):
            columns[table] = _columns(cursor, table)
            rows[table] = _count(cursor, table)
            leaving = f"COPY {_told(table, columns[table])} TO STDOUT"
            with (folder / f"{table}.copy").open("wb") as file, cursor.copy(leaving) as copy:
                file.writelines(copy)
    told = {"migrations": applied, "columns": columns}
    (folder / _TABLES).write_text(json.dumps(told, indent=1), encoding="utf-8")
    return rows


def _load_postgresql(folder: Path) -> None:
    told = json.loads((folder / _TABLES).read_text(encoding="utf-8"))
    _make_tables({(app, name) for app, name in told["migrations"]})
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        # What migrating put in comes again with the rest. References are checked when the transaction ends.
        cursor.execute(f"TRUNCATE {', '.join(map(quote, connection.introspection.table_names(cursor)))}")
        for table, columns in told["columns"].items():
            with cursor.copy(f"COPY {_told(table, columns)} FROM STDIN") as copy:
                for part in _parts(folder / f"{table}.copy"):
                    copy.write(part)
        for table in told["columns"]:
            cursor.execute(
                "SELECT column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) "
                "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
                [table],
            )
            for column, sequence in cursor.fetchall():
                if sequence:
                    newest = f"SELECT setval(%s, coalesce(max({quote(column)}), 1), max({quote(column)}) IS NOT NULL)"
                    cursor.execute(f"{newest} FROM {quote(table)}", [sequence])


def _make_tables(applied: set[tuple[str, str]]) -> None:
    """The empty tables as they were: an older backup is filled first and brought up to date afterwards."""
    executor = MigrationExecutor(connection)
    known = executor.loader.graph.nodes
    replaced = {old for each in executor.loader.replacements.values() for old in each.replaces}
    if unknown := sorted(applied - set(known) - replaced - set(executor.loader.disk_migrations)):
        raise Refused(
            f"a backup made by a newer version: it has {'.'.join(unknown[0])}",
            "a backup of this version or an older one",
            "install the version that made it",
        )
    wanted = {node for node in known if node in applied or _is_replaced_by(executor, node, applied)}
    newest = [
        node for node in wanted if not {child.key for child in executor.loader.graph.node_map[node].children} & wanted
    ]
    executor.migrate(newest)
    call_command("createcachetable", verbosity=0)


def _is_replaced_by(executor: MigrationExecutor, node: tuple[str, str], applied: set[tuple[str, str]]) -> bool:
    replacing = executor.loader.replacements.get(node)
    return replacing is not None and set(replacing.replaces) <= applied


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
        "AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [row[0] for row in cursor.fetchall()]


def _told(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            yield part
