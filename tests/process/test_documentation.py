"""The page about the process file says what the code does."""

import re
from pathlib import Path

import pytest

from afteraction.process.check import check_text, parse_file
from afteraction.process.document import MAX_BYTES
from afteraction.process.model import Template
from afteraction.process.parse import KEYS, STEP_KEYS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "process-file.md").read_text(encoding="utf-8")
EXAMPLE = DOCS / "examples" / "enterprise-sale.yaml"


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL))
def test_every_example_on_the_page_is_a_sound_process_file(text: str) -> None:
    checked = check_text(text)
    assert (checked.problems, checked.warnings) == ((), ())


def test_the_complete_example_is_a_sound_process_file() -> None:
    checked = check_text(EXAMPLE.read_text(encoding="utf-8"))
    assert (checked.problems, checked.warnings) == ((), ())
    assert len(parse_file(EXAMPLE).steps) == 8


@pytest.mark.parametrize("template", list(Template))
def test_every_template_has_a_plain_sentence_and_a_formula(template: Template) -> None:
    rows = re.findall(rf"^\| `{template.value}\(.*$", PAGE, flags=re.MULTILINE)
    assert len(rows) == 2


@pytest.mark.parametrize("key", [*KEYS, *STEP_KEYS])
def test_every_key_is_explained(key: str) -> None:
    assert re.search(rf"^\| `{key}` \|", PAGE, flags=re.MULTILINE)


def test_the_limit_of_size_is_the_one_that_is_stated() -> None:
    assert f"{MAX_BYTES:,} bytes" in PAGE
