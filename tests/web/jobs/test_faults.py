"""Each kind of fault, for a while, on a house that people write to: nothing is lost, and nothing is there twice.

The faults, and what they meet, are those of `benchmarks/faults.py`; with the seed one that failed is made again.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.faults_house import may_mount, may_set_clocks
from benchmarks.faults_kinds import kinds
from tests.postgresql import VARIABLE

DATABASE = "postgresql" if VARIABLE in os.environ else "sqlite"
HERE = [fault.name for fault in kinds(DATABASE, disk=may_mount(), clock=may_set_clocks())]


@pytest.mark.faults
@pytest.mark.parametrize("name", HERE)
def test_nothing_is_lost_and_nothing_is_done_twice(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.faults", "--minutes", "0.4", "--seed", "1"]
    command += ["--database", DATABASE, "--folder", str(tmp_path / "house"), "--only", name.replace(",", "")]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
