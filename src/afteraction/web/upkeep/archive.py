"""One file that holds a backup: a tar, compressed by zstd, encrypted with age where somebody can open it.

The first member says what the archive is, the last one (`MANIFEST`) has size and SHA-256 of every other. Reading checks
each of them, so an archive that was cut off or changed is refused. Source of the encryption: age-encryption.org/v1.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

import pyarrow as pa
import pyrage

from afteraction.errors import Refused

FORMAT: Final = 1
ABOUT: Final = "about.json"
MANIFEST: Final = "manifest.json"
_AGE: Final = b"age-encryption.org/v1"
_PART: Final = 1 << 20


@dataclass(frozen=True)
class Member:
    """What the manifest says of a file."""

    bytes: int
    sha256: str


@dataclass
class ArchiveWriter:
    """Puts files into an archive and remembers what it put."""

    _tar: tarfile.TarFile
    members: dict[str, Member] = field(default_factory=dict)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Put this in under a name."""
        self._add(name, io.BytesIO(content), len(content), mode=0o644)

    def add_file(self, name: str, path: Path) -> None:
        """Put a file in. One that grows meanwhile is taken as long as it was, one that shrinks is an error."""
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            self._add(name, file, state.st_size, mode=state.st_mode & 0o777)

    def _add(self, name: str, file: IO[bytes], size: int, mode: int) -> None:
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, mode
        reader = _Digesting(file, size)
        self._tar.addfile(told, reader)  # type: ignore[arg-type]
        self.members[name] = Member(size, reader.digest.hexdigest())


class _Digesting:
    """A file as it is read, with the digest of what was read, and no more than so many bytes of it."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        part = self._file.read(min(size, self._left))
        self._left -= len(part)
        self.digest.update(part)
        return part


@contextmanager
def writing(path: Path, recipients: list[str]) -> Iterator[ArchiveWriter]:
    """An archive at `path`, there whole when the block ends and not at all when it fails.

    `recipients` are the age public keys of those who can open it; without one it is not encrypted.
    """
    keys = [_recipient(each) for each in recipients]
    draft = path.with_name(f".{path.name}.writing")
    try:
        with draft.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            with (
                _encrypted(file, keys) as sink,
                pa.CompressedOutputStream(pa.PythonFile(sink, "w"), "zstd") as stream,
                tarfile.open(fileobj=stream, mode="w|", bufsize=_PART) as tar,
            ):
                writer = ArchiveWriter(tar)
                yield writer
                told = {name: vars(member) for name, member in writer.members.items()}
                writer.add_bytes(MANIFEST, json.dumps(told, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def reading(path: Path, identity: Path | None, take: Callable[[str, IO[bytes], int], None]) -> dict[str, Member]:
    """Gives every member but the manifest to `take` as name, content and mode, and what the manifest says of them.

    Raises `Refused` when the file is no archive, needs a key, or is not what was written. What `take` was given is
    to be thrown away then.
    """
    try:
        with path.open("rb") as file, _decrypted(file, path, identity) as source:
            return _members(source, take)
    except (tarfile.TarError, pa.ArrowException, OSError, EOFError, ValueError, KeyError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's, not the archive's
        raise Refused(
            f"{path} is damaged or cut off ({error})", "a backup as `afteraction backup` wrote it", "take another one"
        ) from error


def _members(source: io.BufferedReader, take: Callable[[str, IO[bytes], int], None]) -> dict[str, Member]:
    seen: dict[str, Member] = {}
    with (
        pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd") as stream,
        tarfile.open(fileobj=stream, mode="r|", bufsize=_PART) as tar,
    ):
        for told in tar:
            content = tar.extractfile(told)
            if content is None or not _is_safe(told.name):
                raise ValueError(f"{told.name!r} in it is no plain file")
            if told.name == MANIFEST:
                said = {name: Member(**member) for name, member in json.load(content).items()}
                if wrong := sorted(name for name in said | seen if said.get(name) != seen.get(name)):
                    raise ValueError(f"{wrong[0]} in it is not what was put in")
                return seen
            reader = _Digesting(content, told.size)
            take(told.name, reader, told.mode)  # type: ignore[arg-type]
            seen[told.name] = Member(told.size, reader.digest.hexdigest())
    raise ValueError("its end is missing")


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


@contextmanager
def _encrypted(file: io.BufferedWriter, keys: list[Any]) -> Iterator[io.BufferedWriter]:
    """Where to write so that `file` gets it encrypted. The cipher pulls, tar pushes: a pipe and a thread between."""
    if not keys:
        with os.fdopen(os.dup(file.fileno()), "wb") as sink:  # whoever writes closes it
            yield sink
        return
    inlet, outlet = os.pipe()
    failed: list[BaseException] = []

    def cipher() -> None:
        with os.fdopen(inlet, "rb") as source:
            try:
                pyrage.encrypt_io(source, file, keys)
            except BaseException as error:  # noqa: BLE001 - raised again below, where somebody hears it
                failed.append(error)

    thread = threading.Thread(target=cipher, daemon=True)
    thread.start()
    try:
        with os.fdopen(outlet, "wb") as sink:
            yield sink
    finally:
        thread.join()
    if failed:
        raise failed[0]


@contextmanager
def _decrypted(file: io.BufferedReader, path: Path, identity: Path | None) -> Iterator[io.BufferedReader]:
    is_encrypted = file.read(len(_AGE)) == _AGE
    file.seek(0)
    if not is_encrypted:
        yield file
        return
    if identity is None:
        raise Refused(f"{path} is encrypted", "the key that opens it", "name its file: --identity FILE")
    keys = _identities(identity)
    inlet, outlet = os.pipe()
    failed: list[BaseException] = []

    def cipher() -> None:
        with os.fdopen(outlet, "wb") as sink:
            try:
                pyrage.decrypt_io(file, sink, keys)
            except BrokenPipeError:
                pass  # the reader had enough and says why
            except BaseException as error:  # noqa: BLE001 - raised again below, where somebody hears it
                failed.append(error)

    thread = threading.Thread(target=cipher, daemon=True)
    thread.start()
    try:
        with os.fdopen(inlet, "rb") as source:
            yield source
    except Exception as error:
        thread.join()
        if failed:  # the cause: the reader only saw an early end
            raise Refused(
                f"{path} cannot be decrypted ({failed[0]})", "the key that it was made for", "name it with --identity"
            ) from error
        raise
    thread.join()


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise Refused(
            f"{text!r} as the recipient",
            "a public key that begins with age1",
            "make a pair: afteraction backup-key FILE",
        ) from error


def _identities(path: Path) -> list[Any]:
    """The private keys in a file as age-keygen writes it: a line each, lines with # are notes."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        return [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.strip() and line[0] != "#"]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise Refused(f"{path} as the key ({error})", "a file as `afteraction backup-key` writes it") from error


def make_key(path: Path) -> str:
    """Writes a new private key into a file of its own; returns the public key. A file that is there stays."""
    key = pyrage.x25519.Identity.generate()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(f"{path} is there already", "a new file", "name another one") from error
    public = str(key.to_public())
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"# public key: {public}\n{key}\n")
    return public
