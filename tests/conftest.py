"""What every test may use."""

import os
from pathlib import Path

import pytest

# The matrices of most tests are small: more threads of the linear algebra library make them ten times slower. Set
# before it is loaded; processes that tests start inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that is not part of this repository.

    Named by AFTERACTION_SHARED_DATA, else looked for beside the checkout; a test that needs it is skipped without it.
    """
    named = os.environ.get("AFTERACTION_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real data not found at {folder}; set AFTERACTION_SHARED_DATA to run this test")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests that start whole servers come first: they wait most of the time, and would be waited for at the end."""
    first = ("tests/web/jobs/", "tests/test_load_many.py", "tests/test_benchmarks.py")
    items.sort(key=lambda item: not item.nodeid.startswith(first))
