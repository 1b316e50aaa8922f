"""The benchmarks run, go on where they were stopped, and find the same as the peers."""

import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.growth_table import exponent, growth_table
from benchmarks.measure import Run
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
    assert re.search(r"\| 20 rules, every violation of every deal[^|]*\| \d", page.read_text(encoding="utf-8"))
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


@pytest.mark.slow
def test_the_growth_benchmark_measures_goes_on_and_removes_what_it_made(tmp_path):
    page = tmp_path / "README.md"
    shutil.copy(ROOT / "benchmarks" / "README.md", page)
    command = [sys.executable, "-m", "benchmarks.growth", "--events", "2000", "--folder", str(tmp_path / "growth")]
    command += ["--works", "from the log", "encoding after", "--write", "--page", str(page)]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stdout + first.stderr
    results = json.loads((tmp_path / "growth" / "2000.json").read_text(encoding="utf-8"))
    assert {row: [run["trouble"] for run in runs] for row, runs in results.items()} == {
        "from the log": [""],
        "encoding after": [""],
    }
    assert "| the log after that change, from the log before it | 2,000 |" in page.read_text(encoding="utf-8")
    assert not (tmp_path / "growth" / "2000").exists()
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "from the log: " not in second.stdout  # nothing was left to measure


def test_growth_is_told_by_its_exponent_with_an_interval():
    linear = exponent({n: 3.0 * n for n in (10, 50, 100)})
    assert (linear.n, round(linear.slope, 6), linear.verdict) == (3, 1.0, "linear or better")
    square = exponent({n: 0.1 * n**2 for n in (10, 50, 100)})
    assert (round(square.slope, 6), square.verdict) == (2.0, "worse than linear")
    assert exponent({10: 1.0, 20: 2.0}).verdict == "too few sizes to say"
    assert exponent({10: 1.0}) is None
    # scipy.stats.linregress of the logarithms: 1.02598, standard error 0.06896, t(0.975, 2) = 4.30265
    wavering = exponent({1: 1.0, 2: 2.2, 4: 3.7, 8: 9.0})
    assert math.isclose(wavering.slope, 1.025980, abs_tol=1e-6)
    assert math.isclose(wavering.low, 1.025980 - 0.296714, abs_tol=1e-5)
    assert math.isclose(wavering.high, 1.025980 + 0.296714, abs_tol=1e-5)
    assert wavering.verdict == "cannot be told from linear"


def test_what_could_not_be_measured_stands_in_the_table_of_growth_and_in_no_exponent():
    sizes = {10**6: {"a": Run(2.0, 0.0, 300.0)}, 10**7: {"a": Run(peak_mb=9000.0, trouble="out of memory")}}
    lines = [*growth_table({"a": "the work"}, sizes)]
    assert "| the work | 1,000,000 | 2.00 | 2.000 | 300 | 300 |" in lines
    assert "| the work | 10,000,000 | out of memory | – | 9,000 | 900 |" in lines
    assert not any("power" not in line and "n = " in line for line in lines)
