"""A small record that was imported and analysed: every test gets a copy of it in the home of its own organisation."""

from pathlib import Path
from typing import Any

import pytest
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results

from afteraction.web.insights.results import Saved


@pytest.fixture
def imported(cast: Cast, record: Record, tmp_path: Path, settings: Any) -> Cast:
    """The cast, whose organisation has imported data; the rep and team are ones of the record."""
    settings.HOME = tmp_path
    give_data(cast, record)
    return cast


@pytest.fixture
def shown(imported: Cast, record: Record) -> Saved:
    return give_results(imported, record)
