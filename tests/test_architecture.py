"""The shape of the code base, kept by test."""

import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def test_the_import_contract_of_pyproject_holds() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_no_module_is_longer_than_400_lines_and_most_are_below_120() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path.name: length for path, length in lengths.items() if length > 400} == {}
    assert median(lengths.values()) <= 120


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("afteraction.cli", ("ibis", "duckdb", "pandas", "scipy", "altair")),
        ("afteraction.errors", ("ibis", "duckdb", "pandas", "scipy", "altair")),
        ("afteraction.process.model", ("ibis", "duckdb", "pandas", "scipy", "altair")),
        # Every process of a server starts with it; these are a third of a start, and few pages need them.
        ("afteraction.web.wsgi", ("pandas", "scipy.stats", "scipy.optimize", "altair", "numba")),
    ],
)
def test_what_is_imported_at_every_start_is_light(module: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_lock_files_name_no_address_and_pin_every_package_by_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "http" not in text
        names = re.findall(r"^([a-z0-9._\[\]-]+)==", text, flags=re.MULTILINE)
        assert names
        assert text.count("--hash=sha256:") >= len(names)
    assert "resolved" not in (ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8")
