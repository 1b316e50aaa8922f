"""An archive is read back byte for byte, or refused."""

import io
import tarfile
from pathlib import Path
from typing import IO

import pyarrow as pa
import pytest

from afteraction.errors import Refused
from afteraction.web.upkeep import archive

FILES = {"about.json": b"{}", "home/a": b"x" * 3_000_000, "home/deep/b": b"", "home/ü c": bytes(range(256)) * 999}


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    return tmp_path / "key", archive.make_key(tmp_path / "key")


def made(path: Path, recipients: list[str]) -> Path:
    with archive.writing(path, recipients) as writer:
        for name, content in FILES.items():
            writer.add_bytes(name, content)
    return path


def read(path: Path, identity: Path | None = None) -> dict[str, bytes]:
    found: dict[str, bytes] = {}

    def take(name: str, content: IO[bytes], _mode: int) -> None:
        parts = iter(lambda: content.read(65536), b"")
        found[name] = b"".join(parts)

    archive.reading(path, identity, take)
    return found


def test_what_went_in_comes_out(tmp_path: Path) -> None:
    assert read(made(tmp_path / "b", [])) == FILES


def test_an_encrypted_one_opens_with_its_key_alone(tmp_path: Path, key: tuple[Path, str]) -> None:
    path = made(tmp_path / "b", [key[1]])
    assert b"home/a" not in path.read_bytes()
    assert read(path, key[0]) == FILES
    with pytest.raises(Refused, match="is encrypted"):
        read(path)
    archive.make_key(tmp_path / "other")
    with pytest.raises(Refused, match="cannot be decrypted"):
        read(path, tmp_path / "other")


@pytest.mark.parametrize("encrypted", [False, True])
def test_one_cut_off_or_changed_anywhere_is_refused(tmp_path: Path, key: tuple[Path, str], encrypted: bool) -> None:
    whole = made(tmp_path / "b", [key[1]] if encrypted else []).read_bytes()
    identity = key[0] if encrypted else None
    for place in range(30, len(whole) - 40, max(len(whole) // 40, 1)):
        (tmp_path / "cut").write_bytes(whole[:place])
        with pytest.raises(Refused):
            read(tmp_path / "cut", identity)
        (tmp_path / "changed").write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        try:
            found = read(tmp_path / "changed", identity)
        except Refused:
            continue
        assert found == FILES  # a byte that says nothing, such as padding


@pytest.mark.parametrize("name", ["../out", "/etc/x", "home/../../x"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    made_ = io.BytesIO()
    with tarfile.open(fileobj=made_, mode="w") as tar:
        told = tarfile.TarInfo(name)
        told.size = 1
        tar.addfile(told, io.BytesIO(b"x"))
    (tmp_path / "b").write_bytes(pa.Codec("zstd").compress(made_.getvalue(), asbytes=True))
    with pytest.raises(Refused, match="no plain file"):
        read(tmp_path / "b")


def test_a_failed_one_leaves_nothing(tmp_path: Path) -> None:
    def fails() -> None:
        with archive.writing(tmp_path / "folder" / "b", []) as writer:
            writer.add_file("gone", tmp_path / "gone")

    (tmp_path / "folder").mkdir()
    with pytest.raises(FileNotFoundError):
        fails()
    assert [*(tmp_path / "folder").iterdir()] == []


def test_a_key_is_never_written_over(tmp_path: Path, key: tuple[Path, str]) -> None:
    with pytest.raises(Refused, match="is there already"):
        archive.make_key(key[0])
    assert key[0].stat().st_mode & 0o777 == 0o600


def test_what_is_no_public_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="age1"):
        made(tmp_path / "b", ["age1nobody"])
