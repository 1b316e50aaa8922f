"""A home folder, rows made into the Parquet files that a writer merges, and what is read back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.lake.rows import Staged, content

from afteraction.lake.home import Home
from afteraction.lake.store import Lake


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


@pytest.fixture
def lake(home: Home) -> Lake:
    return Lake(home)


@pytest.fixture
def staged(home: Home) -> Staged:
    """Makes a Parquet file of rows: `staged("deals", rows)`."""
    return Staged(home)


@pytest.fixture
def read(lake: Lake) -> Callable[..., list[dict]]:
    """The rows of a table in a data version, by default the newest, as plain dictionaries sorted by key."""
    return lambda table, *columns, version=None: content(lake, table, *columns, version=version)
