"""What the tests of the import share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.ingest.installation import Files, Installation

from afteraction.ingest.sources import read_sources
from afteraction.ingest.workspace import Workspace
from afteraction.lake.home import Home


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "home")


@pytest.fixture
def open_workspace(tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Read files into a workspace that is closed after the test."""
    opened: list[Workspace] = []

    def open_(*paths: Path) -> Workspace:
        home = Home.at(tmp_path / "workspace")
        staging = home.folder / "staging-of-test"
        sheets = read_sources(list(paths), staging / "sheets")
        work = Workspace(home, staging, sheets)
        opened.append(work)
        return work

    yield open_
    for work in opened:
        work.close()
