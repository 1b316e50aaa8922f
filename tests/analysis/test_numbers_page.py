"""The page on the numbers says what the code does."""

import importlib
import re
from fractions import Fraction
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "numbers.md").read_text(encoding="utf-8")
THRESHOLDS = re.findall(r"^\| `(\w+)\.(\w+)` \| ([\d./]+) \|", PAGE, re.MULTILINE)


def test_the_page_has_a_table_of_thresholds():
    assert len(THRESHOLDS) > 30


@pytest.mark.parametrize(("module", "name", "value"), THRESHOLDS)
def test_every_threshold_on_the_page_is_that_of_the_code(module, name, value):
    found = getattr(importlib.import_module(f"afteraction.analysis.{module}"), name)
    assert found == pytest.approx(float(Fraction(value)))
