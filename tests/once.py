"""What takes longer to make than most tests to run: made by the first process that asks, for all processes of a run."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection
from tests.recorded import Record, make_record
from tests.web.jobs.processes import Installation

VARIABLE: Final = "TESTS_MADE_ONCE"
"""An empty folder, which several runs after each other share: `./run test` has two."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, which `make` fills when it is empty."""
    base = factory.getbasetemp()
    # Processes of one run share what is above their own folder. Alone, that is shared with earlier runs: old tables.
    here = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    shared = Path(os.environ.get(VARIABLE, here)) / name
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            (shared / "making").mkdir()
            make(shared / "making")
            (shared / "making").rename(shared / "made")
    return shared / "made"


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the tables of the database and nothing in them, to be copied."""

    def make(folder: Path) -> None:
        making = "from afteraction.web.people.bootstrap import prepare_database; prepare_database()"
        Installation(folder).python(making)

    return made_once(tmp_path_factory, "empty home", make)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A small record, imported and analysed, to be copied."""
    return Record.of(made_once(tmp_path_factory, "record", make_record))


@pytest.fixture(scope="session", name="django_db_setup")
def tables_in_memory(django_test_environment: None, django_db_blocker: Any, empty_home: Path) -> Iterator[None]:
    """On SQLite: the tables of an empty home, copied into memory rather than made by each process anew.

    Once: every folder of tests has this fixture for its own, and keys of rows that are remembered, such as those of
    content types, have to stay true.
    """
    in_memory = "file:memorydb_default?mode=memory&cache=shared"
    if connection.settings_dict["NAME"] == in_memory:
        yield
        return
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = in_memory
    with django_db_blocker.unblock():
        connection.close()
        connection.ensure_connection()
        with closing(sqlite3.connect(empty_home / "database.sqlite3")) as tables:
            tables.backup(connection.connection)
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(scope="session", name="django_db_setup")
def tables_in_postgresql(
    django_test_environment: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """On PostgreSQL: a database of its own for each process, copied from the one that the first process makes."""
    creation = connection.creation
    tables = creation._get_test_db_name()

    def make(folder: Path) -> None:
        creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)

    with django_db_blocker.unblock():
        made_once(tmp_path_factory, f"tables of {connection.settings_dict['PORT']}", make)
        connection.settings_dict["NAME"] = tables
        process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        creation.clone_test_db(process, verbosity=0, autoclobber=True)
        own = creation.get_test_db_clone_settings(process)["NAME"]
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = own
    yield
    with django_db_blocker.unblock():
        connection.close()
