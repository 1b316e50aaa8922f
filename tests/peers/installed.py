"""Independent implementations, which come with requirements/peers.txt."""

from typing import Any

import pytest


def peer(module: str) -> Any:
    """The module; the test is skipped where it is not installed."""
    return pytest.importorskip(module, reason=f"{module} is not installed; it comes with requirements/peers.txt")
