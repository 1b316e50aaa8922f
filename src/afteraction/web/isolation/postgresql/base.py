"""Connections to PostgreSQL that carry the scope: before a statement runs, the database knows whose rows it may see.

What the database was told last is kept with the connection and compared before each statement, so nothing hangs on
somebody setting it back: a connection that another request used is told anew before it answers. Where it cannot be
known what was told (a new connection, one from a pool, after a rollback, which takes settings back too), it is told
again.

A pooler such as PgBouncer may give every transaction to another connection. There, with AFTERACTION_POOLER, the setting
holds for one transaction and is sent with each: in front of a statement that is a transaction of its own.
"""

from typing import Any, Final

from django.db import NotSupportedError, transaction
from django.db.backends import utils
from django.db.backends.postgresql import base
from psycopg import sql as composed

from afteraction.web.isolation.policies import SETTING
from afteraction.web.isolation.scope import current

_TELL: Final = f"SELECT set_config('{SETTING}', %s, %s)"


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with the scope."""

    _told: str | None = None
    """What the database was told; None where that is not known."""

    @property
    def by_transaction(self) -> bool:
        """Whether connections are handed on after every transaction, by a pooler."""
        return bool(self.settings_dict.get("BY_TRANSACTION"))

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._told = None
        return super().get_new_connection(conn_params)

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # not in the stubs
        if self.by_transaction:
            self._told = None  # another transaction, perhaps on another connection

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        if self.by_transaction:
            self._told = None

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()  # type: ignore[misc]  # not in the stubs

    def _savepoint_rollback(self, sid: str) -> None:
        # Nothing can be told to a transaction that has failed: the rollback comes first.
        self._told = current()
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # not in the stubs
        self._told = None

    def make_cursor(self, cursor: Any) -> utils.CursorWrapper:
        return _Telling(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> utils.CursorDebugWrapper:
        return _TellingDebug(cursor, self)

    def tell(self) -> None:
        """Tells the database whose rows may be seen, where that has changed."""
        wanted = current()
        if self._told == wanted:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(_TELL, [wanted, self.by_transaction])
        self._told = wanted


class _Telling(utils.CursorWrapper):
    """A cursor that tells the scope before each statement."""

    db: Any
    cursor: Any

    @property
    def _alone(self) -> bool:
        """Whether a statement is a transaction of its own that a pooler may send anywhere."""
        return bool(self.db.by_transaction and self.db.get_autocommit())

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        self.db.validate_no_broken_transaction()
        if not self._alone:
            self.db.tell()
            return super()._execute(sql, params, *ignored)  # type: ignore[misc]  # not in the stubs
        # Two statements in one message are one transaction.
        before = f"SELECT set_config('{SETTING}', '{current()}', true);"
        whole = composed.SQL(before) + sql if isinstance(sql, composed.Composable) else before + sql
        result = super()._execute(whole, params, *ignored)  # type: ignore[misc]  # as above
        self.cursor.nextset()
        return result

    def _executemany(self, sql: Any, param_list: Any, *ignored: Any) -> Any:
        self.db.validate_no_broken_transaction()
        if self._alone:
            with transaction.atomic(using=self.db.alias):
                return self._executemany(sql, param_list, *ignored)
        self.db.tell()
        return super()._executemany(sql, param_list, *ignored)  # type: ignore[misc]  # as above

    def copy(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """COPY, as psycopg has it. Behind a pooler it needs a transaction around it."""
        if self._alone:
            raise NotSupportedError(
                "found COPY outside a transaction behind a pooler, expected one inside; put transaction.atomic around"
            )
        self.db.tell()
        return self.cursor.copy(statement, params, **options)


class _TellingDebug(_Telling, utils.CursorDebugWrapper):
    """The same, while queries are counted."""
