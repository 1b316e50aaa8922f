"""The script that fetches fonts and the layout engine."""

import importlib.util
import struct
import zlib
from pathlib import Path
from types import ModuleType

import pytest

from afteraction.report.theme import vendor_file

SCRIPT = Path(__file__).parents[2] / "assets" / "copy.py"


@pytest.fixture
def copy() -> ModuleType:
    specification = importlib.util.spec_from_file_location("assets_copy", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _tables_of_ttf(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack(">H", font[4:6])[0]
    entries = (struct.unpack(">4sLLL", font[12 + 16 * n : 28 + 16 * n]) for n in range(count))
    return {tag: font[offset : offset + length] for tag, _sum, offset, length in entries}


def _tables_of_woff(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack(">H", font[12:14])[0]
    entries = (struct.unpack(">4sLLLL", font[44 + 20 * n : 64 + 20 * n]) for n in range(count))
    return {
        tag: font[offset : offset + packed] if packed == plain else zlib.decompress(font[offset : offset + packed])
        for tag, offset, packed, plain, _sum in entries
    }


def test_a_compressed_font_holds_the_same_tables(copy: ModuleType) -> None:
    font = vendor_file("Inter-400.ttf").read_bytes()
    woff = copy.woff(font)
    assert _tables_of_woff(woff) == _tables_of_ttf(font)
    assert struct.unpack(">L", woff[8:12])[0] == len(woff)
    assert len(woff) < 0.6 * len(font)


def test_nothing_is_fetched_when_everything_is_there(
    copy: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / copy.STAMP).write_text(copy.wanted())
    monkeypatch.setattr(copy, "VENDOR", tmp_path)
    monkeypatch.setattr(copy, "WEB_VENDOR", tmp_path)
    monkeypatch.setattr(copy, "npm", lambda: pytest.fail("npm was called"))
    assert copy.main() == 0


def test_a_changed_lock_file_fetches_again(copy: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(copy, "ASSETS", tmp_path)
    monkeypatch.setattr(copy, "npm", lambda: ["false"])
    assert copy.main() != 0


def test_licences_are_copied_with_the_files() -> None:
    assert "SIL OPEN FONT LICENSE" in vendor_file("inter-LICENSE.txt").read_text(encoding="utf-8").upper()
    assert "Graphviz" in vendor_file("NOTICE.txt").read_text(encoding="utf-8")


def test_icons_become_symbols_of_one_file(copy: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "lucide-static" / "icons").mkdir(parents=True)
    drawing = '<!-- licence -->\n<svg\n  class="lucide"\n>\n  <path d="M1 1" />\n  <path d="M2 2" />\n</svg>\n'
    (tmp_path / "lucide-static" / "icons" / "house.svg").write_text(drawing, encoding="utf-8")
    monkeypatch.setattr(copy, "MODULES", tmp_path)
    assert '<symbol id="house" viewBox="0 0 24 24"><path d="M1 1" /> <path d="M2 2" /></symbol>' in copy.sprite(
        ["house"]
    )
