"""The import guide knows every word of a mapping file, and its example is one."""

import re
from dataclasses import fields
from pathlib import Path

from afteraction.ingest.mapping import DATE_STYLES, Cell, Fill, SheetMapping
from afteraction.ingest.mapping_reader import read_mapping

GUIDE = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")


def test_every_word_of_a_mapping_file_is_explained() -> None:
    words = {field.name for cls in (Cell, Fill, SheetMapping) for field in fields(cls)}
    internal = {"why", "fills", "by_name", "recognised", "table", "columns", "attributes", "name", "skip"}
    assert [word for word in sorted(words - internal) if f"`{word}`" not in GUIDE] == []
    assert [style for style in DATE_STYLES if style not in GUIDE] == []


def test_the_example_of_the_guide_is_a_right_mapping(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    mapping = read_mapping(path)
    assert [sheet.name for sheet in mapping.sheets] == ["sales_pipeline.csv", "sales_teams.csv", "products.csv"]
    assert mapping.sheets[0].fills[0].columns["currency"].value == "USD"
