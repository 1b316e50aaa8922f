"""A home whose database is there already: making its tables takes longer than most tests."""

from pathlib import Path

import pytest
from tests.web.jobs.processes import Installation


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the tables of the database and nothing in them, to be copied."""
    home = tmp_path_factory.mktemp("empty") / "home"
    home.mkdir()
    Installation(home).run("manage", "migrate", "--verbosity", "0")
    return home
