"""The benchmarks run, go on where they were stopped, and find the same as the peers."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.process_data import make
from benchmarks.process_work import OURS, READERS, with_pm4py

from afteraction.lake.home import Home

ROOT = Path(__file__).parents[1]
EVENTS = 3000


@pytest.mark.slow
def test_the_process_engine_benchmark_measures_and_writes_its_table(tmp_path):
    page = tmp_path / "README.md"
    shutil.copy(ROOT / "benchmarks" / "README.md", page)
    command = [sys.executable, "-m", "benchmarks.process_engine", "--events", str(EVENTS), "--runs", "1"]
    command += ["--folder", str(tmp_path), "--page", str(page), "--works", "graph", "rules"]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "| 20 rules, every violation of every deal |" in page.read_text(encoding="utf-8")
    results = json.loads((tmp_path / str(EVENTS) / "results.json").read_text(encoding="utf-8"))
    assert {row: [run["trouble"] for run in runs] for row, runs in results.items()} == {row: [""] for row in results}
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Afteraction:" in first.stdout
    assert "Afteraction:" not in second.stdout  # nothing was left to measure


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_peers_of_the_process_engine_benchmark_find_the_same(tmp_path):
    pytest.importorskip("pm4py", reason="pm4py is not installed; it comes with requirements/peers.txt")
    make(tmp_path / "home", EVENTS)
    home = Home.at(tmp_path / "home")
    for work in ("graph", "ways counted", "rules"):
        (_seconds, ours, _reading) = OURS[work](home)
        assert ours
        for tool in READERS:
            assert with_pm4py(home, READERS[tool], work)[1] == ours
