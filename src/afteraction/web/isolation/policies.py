"""The policies of PostgreSQL that hold every row against the scope: made from what the models declare, after migrating.

A statement finds, changes and adds rows of the organisation that the setting `afteraction.organisation` names; without
one, none. The setting is looked up once for each statement, not for each row: that is what the parentheses with SELECT
do. Rows that belong where another row does are held against that one, whose own policy decides.

They are forced, since the application is the owner of its tables, whom policies would spare. Nothing holds a superuser.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from afteraction.web.isolation.belonging import SHARED_TABLES, Belonging, every_table
from afteraction.web.isolation.scope import EVERYTHING

SETTING: Final = "afteraction.organisation"
NAME: Final = "of_one_organisation"
_NOW: Final = f"current_setting('{SETTING}', true)"
_ALL: Final = f"(SELECT {_NOW} = '{EVERYTHING}')"
_ONE: Final = f"(SELECT nullif(nullif({_NOW}, ''), '{EVERYTHING}')::bigint)"


def guarded() -> list[Belonging]:
    """The tables that have a policy."""
    return [row for row in every_table() if not row.is_shared]


@dataclass(frozen=True)
class Gap:
    """A table whose rows the database does not keep apart as it should, and how that shows."""

    table: str
    found: str


def holds(row: Belonging) -> str:
    """The condition under which a row is seen, changed or added."""
    if row.number:
        return f"{_ALL} OR {row.number} = {_ONE}"
    of_parent = f"SELECT 1 FROM {row.parent} p WHERE p.{row.parent_key} = {row.table}.{row.key}"  # noqa: S608 - names of the code
    return f"{_ALL} OR EXISTS ({of_parent})"


def are_wanted(connection: BaseDatabaseWrapper) -> bool:
    """Whether this database is to have policies: PostgreSQL, unless AFTERACTION_WITHOUT_POLICIES is set."""
    return connection.vendor == "postgresql" and bool(settings.POLICIES)


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Makes the policies as they are declared; returns the tables that had none, or others. Twice is once.

    A table that is right is not touched, for changing it has to wait for everyone who reads it.
    """
    with connection.cursor() as cursor:
        there = _there(cursor)
        changed = [row for row in guarded() if row.table in there and _wrong(row, there[row.table])]
        for row in changed:
            strangers = [name for name, _noted, _is in there[row.table].policies if name != NAME]
            for statement in _making(row, strangers):
                cursor.execute(statement)
    return [row.table for row in changed]


def remove(connection: BaseDatabaseWrapper) -> list[str]:
    """Takes the policies away again, where AFTERACTION_WITHOUT_POLICIES is set; returns the tables that had one."""
    with connection.cursor() as cursor:
        there = _there(cursor)
        had = [row.table for row in guarded() if there.get(row.table, _NONE) != _NONE]
        for table in had:
            cursor.execute(f"DROP POLICY IF EXISTS {NAME} ON {table}")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    return had


def gaps(connection: BaseDatabaseWrapper) -> Iterator[Gap]:
    """Tables that are not guarded as declared, and tables that nobody has declared."""
    with connection.cursor() as cursor:
        there = _there(cursor)
    declared = {row.table: row for row in every_table()}
    for table, state in sorted(there.items()):
        row = declared.get(table)
        if row is None and table not in SHARED_TABLES:
            yield Gap(table, "is not known to this version, and has no declared owner of its rows")
        elif row is not None and not row.is_shared and (why := _wrong(row, state)):
            yield Gap(table, why)


def spares_us(connection: BaseDatabaseWrapper) -> str:
    """Why no policy holds the role that the application connects as; empty where they do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, superuser, bypasses = cursor.fetchone()
    if superuser:
        return f"the role {name} is a superuser"
    return f"the role {name} has BYPASSRLS" if bypasses else ""


@dataclass(frozen=True)
class _State:
    """What the catalogue has of a table: whether policies hold, and hold its owner, and its policies by name with the
    marks that they should have and do have."""

    enabled: bool = False
    forced: bool = False
    policies: tuple[tuple[str, str, str], ...] = ()


_NONE: Final = _State()


def _wrong(row: Belonging, state: _State) -> str:
    if not state.enabled or not state.forced:
        return "its policies are not in force"
    if strangers := [name for name, _noted, _is in state.policies if name != NAME]:
        return f"it has a policy that is not ours, {strangers[0]}, which may let more be seen"
    if [noted for _name, noted, _is in state.policies] != [f"{_mark(holds(row))} {state.policies[0][2]}"]:
        return "its policy is missing, of another version or changed by hand"
    return ""


def _making(row: Belonging, strangers: list[str]) -> Iterator[str]:
    table, condition = row.table, holds(row)
    for name in (NAME, *strangers):
        yield f'DROP POLICY IF EXISTS "{name}" ON {table}'
    yield f"CREATE POLICY {NAME} ON {table} USING ({condition}) WITH CHECK ({condition})"
    # How PostgreSQL keeps a condition is its own affair: what it made of ours is noted beside it, to see later changes.
    kept = f"SELECT {_KEPT} FROM pg_policy p WHERE p.polrelid = '{table}'::regclass AND p.polname = '{NAME}'"  # noqa: S608
    noting = f"format('COMMENT ON POLICY {NAME} ON {table} IS %L', '{_mark(condition)} ' || ({kept}))"
    yield f"DO $$ BEGIN EXECUTE {noting}; END $$"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"


_KEPT: Final = (
    "md5(p.polcmd::text || p.polpermissive::text || p.polroles::text || "
    "coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''))"
)


def _mark(condition: str) -> str:
    return hashlib.sha256(condition.encode()).hexdigest()[:12]


def _there(cursor: Any) -> dict[str, _State]:
    """Every table of the schema that is ours."""
    cursor.execute(
        f"""SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, p.polname,
                   coalesce(obj_description(p.oid, 'pg_policy'), ''), {_KEPT}
            FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
            ORDER BY c.relname, p.polname"""  # noqa: S608 - text of the code
    )
    found: dict[str, _State] = {}
    for table, enabled, forced, name, noted, kept in cursor.fetchall():
        before = found.get(table, _NONE).policies
        found[table] = _State(enabled, forced, (*before, (name, noted, kept)) if name else before)
    return found
