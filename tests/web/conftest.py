"""What tests of the web application may use."""

from tests import django_home  # isort: skip  # before any model is imported

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast, make_cast
from tests.once import empty_home, record

__all__ = ["django_home", "empty_home", "record"]
if django_home.DATABASE:
    from tests.once import tables_in_postgresql  # noqa: F401  # a fixture
else:
    from tests.once import tables_in_memory  # noqa: F401  # a fixture


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a database that was named, only tests that ask it are run.

    Left out are those of words and colours, and those that start processes, which bring an SQLite of their own.
    """
    if not django_home.DATABASE:
        return
    left_out = [item for item in items if not _asks_database(item)]
    items[:] = [item for item in items if _asks_database(item)]
    config.hook.pytest_deselected(items=left_out)


def _asks_database(item: pytest.Item) -> bool:
    asks = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(asks) or item.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None, tmp_path: Path, settings: Any) -> Cast:
    """The cast, in a home where nobody has imported anything."""
    settings.HOME = tmp_path
    return make_cast()


@pytest.fixture
def as_admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
