"""A simulated record as files."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from afteraction.errors import Refused
from afteraction.lake.schema import TABLES
from afteraction.process.check import parse_file
from afteraction.simulate import (
    Organisation,
    default_organisation,
    record,
    simulate,
    simulate_chunks,
    truth,
    write,
    write_chunks,
)

DEALS = 300


@pytest.fixture(scope="module", autouse=True)
def _rough_truth() -> Iterator[None]:
    """What is written is the same however precise the truth is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(truth, "TRUTH_DEALS", 1_000)
        yield


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return default_organisation()


@pytest.fixture(scope="module")
def folder(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    write(simulate(organisation, DEALS, 9), folder)
    return folder


def test_the_folder_holds_a_file_per_table_the_process_and_the_truth(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{name}.csv" for name in TABLES} | {"process.yaml", "truth.json"}


def test_headers_are_the_canonical_ones(folder: Path) -> None:
    for name, table in TABLES.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        extra = ["close_date_pushes"] if name == "deals" else []
        assert header == [*table.names, *extra]


def test_times_are_written_to_the_second_in_utc(folder: Path) -> None:
    with (folder / "deals.csv").open(encoding="utf-8", newline="") as lines:
        first = next(csv.DictReader(lines))
    assert first["created_at"].endswith("Z")
    assert len(first["created_at"]) == len("2025-01-01 10:00:00Z")


def test_the_process_file_reads_back_as_the_process(folder: Path, organisation: Organisation) -> None:
    assert parse_file(folder / "process.yaml") == simulate(organisation, 1, 9).process


def test_the_truth_file_names_every_step(folder: Path, organisation: Organisation) -> None:
    written = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert [step["step"] for step in written["steps"]] == [step.id for step in organisation.steps]


def test_the_same_seed_writes_the_same_bytes_in_one_piece_or_in_chunks(
    folder: Path, organisation: Organisation, tmp_path: Path
) -> None:
    write_chunks(simulate_chunks(organisation, DEALS, 9), tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_parquet_holds_the_same_rows(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "BLOCK_DEALS", 100)
    wanted = ["deals", "touches"]
    write_chunks(simulate_chunks(organisation, DEALS, 9, tables=wanted), tmp_path, "parquet")
    whole = simulate(organisation, DEALS, 9, tables=wanted)
    for name in wanted:
        assert pq.read_table(tmp_path / f"{name}.parquet").equals(whole.tables[name].combine_chunks())


def test_a_file_in_the_place_of_the_folder_is_refused(organisation: Organisation, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(Refused, match="is a file"):
        write(simulate(organisation, 1, 1), taken)
    assert taken.read_text() == "mine"
