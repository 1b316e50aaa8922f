"""Unpacking .gz and .zip without ever trusting them: what they claim is checked first, what they yield is counted."""

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import (
    FREE_EXPANSION,
    MAX_EXPANDED,
    MAX_MEMBERS,
    MAX_RATIO,
    MIB,
    MIN_FREE_DISK,
    size_text,
)
from afteraction.ingest.sources.sheet import Progress

CHUNK: Final = MIB
USUAL_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1


def expand_gzip(path: Path, to: Path, name: str, progress: Progress) -> None:
    """Unpack the gzip file `path` to `to`. Raises Refused when it is damaged, cut short or beyond the limits."""
    with path.open("rb") as packed:
        _copy(lambda: gzip.GzipFile(fileobj=packed), packed.tell, to, name, progress, path.stat().st_size)


def expand_member(archive: Path, member: zipfile.ZipInfo, to: Path, name: str, progress: Progress) -> None:
    """Unpack one member of a zip archive to `to`. Raises Refused like `expand_gzip`.

    The member's own path is never used, so it cannot lead out of the folder.
    """
    if member.flag_bits & _ENCRYPTED:
        raise Refused(
            f"{name}: protected by a password", "a file without password", "unpack it and import what is in it"
        )
    if member.compress_type not in USUAL_METHODS:
        raise Refused(
            f"{name}: packed by an unusual method", "a .zip made as usual", "unpack it and import what is in it"
        )
    with zipfile.ZipFile(archive) as packed:
        _copy(lambda: packed.open(member), lambda: member.compress_size, to, name, progress, member.compress_size)


def _copy(
    unpack: Callable[[], IO[bytes] | gzip.GzipFile],
    taken: Callable[[], int],
    to: Path,
    name: str,
    progress: Progress,
    packed_size: int,
) -> None:
    """Copy what `unpack` opens to `to`, as long as it stays within the limits for the bytes `taken` in so far."""
    written = 0
    try:
        with unpack() as stream, to.open("wb") as out:
            while chunk := stream.read(CHUNK):
                written += len(chunk)
                _check(written, taken(), name)
                if written % (64 * CHUNK) < CHUNK:
                    _check_disk(to, name)
                out.write(chunk)
                progress.step(f"{name}: unpacking", min(taken(), packed_size), packed_size)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise Refused(
            f"{name}: damaged or cut short after {size_text(written)} of content ({error})",
            "a complete file",
            "copy or export it again",
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refused(
            f"{name}: packed in a way that cannot be read ({error})",
            "a .zip made with the usual method",
            "unpack it and import what is in it",
        ) from error


def _check(expanded: int, packed: int, name: str) -> None:
    if expanded > MAX_EXPANDED:
        raise Refused(
            f"{name}: expands to {size_text(expanded)} or more",
            f"at most {size_text(MAX_EXPANDED)}",
            "if you trust the file, unpack it yourself and import what is in it",
        )
    if expanded > FREE_EXPANSION and expanded > MAX_RATIO * max(packed, 1):
        raise Refused(
            f"{name}: expands to more than {MAX_RATIO} times its size "
            f"({size_text(packed)} become {size_text(expanded)} or more), as archives do that are made to do harm",
            f"at most {MAX_RATIO} times the packed size",
            "if you trust the file, unpack it yourself and import what is in it",
        )


def _check_disk(to: Path, name: str) -> None:
    free = shutil.disk_usage(to.parent).free
    if free < MIN_FREE_DISK:
        raise Refused(
            f"{name}: only {size_text(free)} of disk space left while unpacking",
            f"{size_text(MIN_FREE_DISK)} to spare",
            "free some disk space",
        )


def zip_members(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """The files of a zip archive by name, after its claims were checked. Raises Refused when they exceed the limits."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise Refused(f"{name}: a damaged zip archive ({error})", "a complete file", "copy it again") from error
    check_claims(members, path.stat().st_size, name, MAX_EXPANDED)
    return sorted(members, key=lambda member: member.filename)


def check_claims(members: Sequence[zipfile.ZipInfo], packed: int, name: str, most: int) -> None:
    """Raise Refused when the members of a zip of `packed` bytes claim more than `most` bytes, or a bomb's ratio.

    Nothing is unpacked. A member that lies about its size is cut off by `zipfile` at what it claims.
    """
    if len(members) > MAX_MEMBERS:
        raise Refused(
            f"{name}: {len(members):,} files", f"at most {MAX_MEMBERS:,} files", "unpack it and import what you need"
        )
    claimed = sum(member.file_size for member in members)
    if claimed > most:
        raise Refused(
            f"{name}: claims to hold {size_text(claimed)}",
            f"at most {size_text(most)}",
            "if you trust the file, export its content as CSV or Parquet, not packed",
        )
    _check(claimed, packed, name)
