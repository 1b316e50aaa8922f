"""Files made to do harm are refused in bounded memory, time and disk space: each is read by a process of its own."""

import gzip
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MIB = 2**20
LIMIT = 600 * MIB
READ = """
import resource, sys
from pathlib import Path
from afteraction.errors import Refused
from afteraction.ingest.sources import read_sources
resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 2**20, 256 * 2**20))
try:
    read_sources([Path(sys.argv[1])], Path(sys.argv[2]))
except Refused as refused:
    print(refused.found)
    status = 1
# The resource usage of a process counts the memory of the one that started it; its status does not.
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024)
sys.exit(status)
"""


def zeros(size: int, piece: int = MIB) -> Iterator[bytes]:
    for _ in range(size // piece):
        yield b"0" * piece


def gzip_bomb(path: Path) -> None:
    """2 GiB of one line in 2 MiB."""
    path.write_bytes(gzip.compress(b"id,name\n") + gzip.compress(b"0" * 16 * MIB) * 128)


def zip_claiming_10_gb(path: Path) -> None:
    """A few bytes whose directory says that its members hold 10 GB."""
    forge(path, [f"{number}.csv" for number in range(4)], 10 * 10**9)


def workbook_bomb(path: Path) -> None:
    """The same for a workbook."""
    forge(path, ["xl/workbook.xml", "xl/worksheets/sheet1.xml"], 10 * 10**9 // 2)


def forge(path: Path, names: list[str], claim: int) -> None:
    """A zip of small members that claim `claim` bytes together."""
    buffer = io.BytesIO()
    content = b"id,name\n1,a\n"
    with zipfile.ZipFile(buffer, "w") as packed:
        for name in names:
            packed.writestr(name, content)
    size = len(content).to_bytes(4, "little")
    path.write_bytes(buffer.getvalue().replace(size, (claim // len(names)).to_bytes(4, "little")))


def billion_laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    path.write_text(f'<!DOCTYPE log [<!ENTITY l0 "ha">{entities}]><log><string key="a" value="&l11;"/></log>')


def quadratic_blowup(path: Path) -> None:
    path.write_text(f'<!DOCTYPE log [<!ENTITY a "{"x" * MIB}">]><log><string key="a" value="{"&a;" * 10_000}"/></log>')


def endless_tag(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'<log><trace><string key="')
        file.writelines(zeros(200 * MIB))


def endless_json_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"id": 1}\n{"id": "')
        file.writelines(zeros(200 * MIB))


def endless_json_document(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'[{"id": "')
        file.writelines(zeros(257 * MIB))


@pytest.mark.parametrize(
    ("bomb", "name", "what"),
    [
        (gzip_bomb, "deals.csv.gz", "200 times its size"),
        (zip_claiming_10_gb, "deals.zip", "9.3 GiB"),
        (workbook_bomb, "book.xlsx", "claims to hold 4.7 GiB"),
        (billion_laughs, "log.xes", "document type"),
        (quadratic_blowup, "log.xes", "document type"),
        (endless_tag, "log.xes", "a tag of more than 16 MiB"),
        (endless_json_line, "deals.jsonl", "longer than 16 MiB"),
        (endless_json_document, "deals.json", "JSON document of 257 MiB"),
    ],
)
def test_a_bomb_is_refused_in_bounded_memory(tmp_path, bomb, name, what):
    bomb(tmp_path / name)
    command = [sys.executable, "-c", READ, str(tmp_path / name), str(tmp_path / "spools")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.returncode == 1
    found, peak = done.stdout.splitlines()
    assert what in found
    assert int(peak) < LIMIT
    assert list((tmp_path / "spools").glob("*")) == []
