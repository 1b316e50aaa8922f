"""The deals behind a figure can be counted again from the file, and give the figure."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.test_cli import run


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deals")
    assert run("simulate", folder / "files", "--deals", 600, "--seed", 5)[0] == 0
    assert run("import", folder / "files", "--home", folder / "home")[0] == 0
    process = folder / "files" / "process.yaml"
    options = ("--process", process, "--json", folder / "f.json", "--deals", folder / "d.parquet")
    status, told = run("analyze", *options, "--home", folder / "home")
    assert status == 0, told
    return folder


def test_every_deal_has_a_row_and_the_boxes_add_up(written: Path) -> None:
    figures = json.loads((written / "f.json").read_text(encoding="utf-8"))
    rows = pq.read_table(written / "d.parquet").to_pylist()
    assert len({row["deal_id"] for row in rows}) == len(rows) == figures["data"]["deals"] == 600
    for box in ("deserved_win", "lucky_win", "unlucky_loss", "deserved_loss", "undecided"):
        assert sum(row["box"] == box for row in rows) == figures["boxes"][box]
    assert all(row["box"] is None for row in rows if row["outcome"] == "open")


def test_the_deals_compared_for_a_step_are_its_numbers(written: Path) -> None:
    figures = json.loads((written / "f.json").read_text(encoding="utf-8"))
    rows = pq.read_table(written / "d.parquet").to_pylist()
    effects = {f"step: {one['step']}": one for one in figures["steps"] if one["effect"] is not None}
    assert effects
    for column, effect in effects.items():
        assert sum(row[column] is not None for row in rows) == effect["n"]
        assert sum(row[column] == "did" for row in rows) == effect["did"]


def test_a_place_that_cannot_be_written_is_refused(written: Path) -> None:
    status, told = run("analyze", "--deals", written / "no" / "such" / "d.parquet", "--home", written / "home")
    assert status == 1
    assert "--deals" in told
