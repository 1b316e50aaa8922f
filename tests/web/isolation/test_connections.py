"""Connections that go from one to another: a pool of the process, and a pooler in front of PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import NotSupportedError, OperationalError, connection, transaction
from django.db.utils import ConnectionHandler
from django.http import HttpRequest
from django.test import RequestFactory
from psycopg_pool import PoolTimeout
from tests.cast import Cast
from tests.django_home import DATABASE

from afteraction.errors import Refused
from afteraction.web import environment
from afteraction.web.isolation import scope
from afteraction.web.isolation.middleware import OrganisationOfRequest
from afteraction.web.people.models import Organisation, Team, User

on_postgresql = pytest.mark.skipif(not DATABASE, reason="SQLite has no connections to share")
_URL = "postgresql://afteraction:secret@database.example/afteraction"


@contextmanager
def connected(**changes: Any) -> Iterator[Any]:
    """Another connection to the database of the tests, with other settings."""
    settings = connection.settings_dict | changes
    handler = ConnectionHandler({"default": settings})
    other = handler["default"]
    try:
        yield other
    finally:
        other.close()
        other.close_pool()


def names(of: Any) -> list[str]:
    """The organisations that can be seen."""
    with of.cursor() as cursor:
        cursor.execute("SELECT name FROM people_organisation ORDER BY name")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    def read(**variables: str) -> dict[str, Any]:
        for name in ("AFTERACTION_POOL", "AFTERACTION_POOLER"):
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"DATABASE": _URL} | variables).items():
            monkeypatch.setenv(f"AFTERACTION_{name}", value)
        return environment.database("AFTERACTION_DATABASE", tmp_path)

    return read


def test_a_pool_and_a_pooler_are_set_by_the_environment(settings_of: Any) -> None:
    assert settings_of()["CONN_MAX_AGE"] == 60
    pooled = settings_of(POOL="3")
    assert (pooled["CONN_MAX_AGE"], pooled["OPTIONS"]["pool"]["max_size"]) == (0, 3)
    behind = settings_of(POOLER="yes")
    assert (behind["BY_TRANSACTION"], behind["DISABLE_SERVER_SIDE_CURSORS"]) == (True, True)
    with pytest.raises(Refused, match="one of them"):
        settings_of(POOL="3", POOLER="yes")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_comes_out_of_a_pool_carries_nobody_from_before(cast: Cast) -> None:
    pool = {"min_size": 1, "max_size": 1, "timeout": 60.0}
    with connected(OPTIONS={"pool": pool}, CONN_MAX_AGE=0) as other, scope.nothing_visible():
        with scope.within(cast.organisation.pk):
            assert names(other) == [cast.organisation.name]
        other.close()  # it goes back with what it was told, and is told anew
        assert names(other) == []
        other.close()
        with scope.within(cast.other.pk):
            assert names(other) == [cast.other.name]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_whoever_waits_too_long_for_a_connection_is_told_to_come_back(cast: Cast) -> None:
    pool = {"min_size": 1, "max_size": 1, "timeout": 60.0}
    with connected(OPTIONS={"pool": pool}, CONN_MAX_AGE=0) as other:
        assert len(names(other)) == 2
        other.pool.timeout = 0.05
        with ThreadPoolExecutor(1) as threads, pytest.raises(OperationalError) as raised:
            threads.submit(lambda: names(type(other)(other.settings_dict, "default"))).result()
    assert isinstance(raised.value.__cause__, PoolTimeout)


class Waiting(AnonymousUser):
    """Someone whom nobody could look up: there was no connection."""

    @property
    def is_authenticated(self) -> Any:
        raise OperationalError from PoolTimeout("no connection")


def test_a_request_without_a_connection_is_answered_in_words(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get("/deals/")
    request.user = Waiting()
    answer = OrganisationOfRequest(lambda _request: pytest.fail("nobody asks a view"))(request)
    assert (answer.status_code, "Retry-After" in answer) == (503, True)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_each_transaction_is_told_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def forget() -> None:
        """Another connection, as a pooler may give out after every transaction."""
        connection.connection.execute("RESET afteraction.organisation")

    monkeypatch.setitem(connection.settings_dict, "BY_TRANSACTION", True)
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with scope.nothing_visible():
        with scope.within(cast.organisation.pk):
            for _transaction in range(2):
                forget()
                assert names(connection) == [cast.organisation.name]
            with transaction.atomic():
                assert names(connection) == [cast.organisation.name]
                assert Organisation.objects.get() == cast.organisation
            forget()
            found = User.objects.filter(email=cast.rep.email)
            assert found.update(name="Noor H.") == 1
            assert [each.name for each in found.iterator()] == ["Noor H."]
            assert (
                len(Team.objects.bulk_create([Team(organisation=cast.organisation, name=name) for name in "AB"])) == 2
            )
            with connection.cursor() as cursor:
                cursor.executemany("UPDATE people_team SET name = %s WHERE name = %s", [("C", "A"), ("D", "B")])
                forget()
                with pytest.raises(NotSupportedError, match=r"transaction\.atomic"):
                    cursor.copy("COPY people_team TO STDOUT")
            assert Team.objects.filter(name__in="CD").count() == 2
        assert names(connection) == []
        left = connection.connection.execute("SELECT current_setting('afteraction.organisation', true)").fetchone()
        assert left[0] in ("", None)  # nothing stays with the connection
