"""Files that people send: streamed to the disk of the organisation's home, under names that are safe there."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath
from typing import Final

from django.conf import settings

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import MIN_FREE_DISK, size_text
from afteraction.ingest.sources.reading import EXTENSIONS
from afteraction.lake.durable import put_in_place
from afteraction.web.data.models import Import, Upload

MOST_FILES: Final = 50
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f%*?\[\]\\^|/:\"<>]")
_LONGEST: Final = 150


def safe_name(name: str) -> str:
    """A file name without folders and without what a file system or the engine takes for something else."""
    plain = PureWindowsPath(name.replace("/", "\\")).name
    cleaned = _UNSAFE.sub("_", plain).strip(" .") or "file"
    stem, dot, ending = cleaned.rpartition(".")
    return f"{stem[: _LONGEST - len(ending)]}.{ending}" if dot and len(ending) < 12 else cleaned[:_LONGEST]


def keep(import_: Import, name: str, chunks: Iterable[bytes], announced: int | None = None) -> Upload:
    """Write a file of an import to disk as it comes in; one of the same name is replaced.

    Raises `Refused`, with nothing kept, when there are too many files, the file is too large or of a kind that cannot
    be read, or the disk would be full.
    """
    name = safe_name(name)
    if Path(name).suffix.lower() not in EXTENSIONS:
        raise Refused(
            f"{name}", f"a file that ends in {', '.join(sorted(EXTENSIONS))}", "export it in one of these forms"
        )
    others = import_.files.exclude(name=name).count()
    if others >= MOST_FILES:
        raise Refused(f"{others + 1} files", f"at most {MOST_FILES} in one import", "pack them into a .zip")
    folder = import_.folder / "files"
    folder.mkdir(parents=True, exist_ok=True)
    _check_room(name, folder, announced or 0)
    draft = folder / f".{name}.writing"
    size = 0
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.UPLOAD_LIMIT:
                    raise _too_large(name)
                file.write(chunk)
        if announced is not None and size != announced:
            raise Refused(f"{name}: {size:,} of {announced:,} bytes", "the whole file", "send it again")
        put_in_place(draft, folder / name)
    except OSError as error:
        raise Refused(f"{name}: {error.strerror}", "room on the disk", "make room, then send it again") from error
    finally:
        draft.unlink(missing_ok=True)
    return Upload.objects.update_or_create(import_of=import_, name=name, defaults={"size": size})[0]


def _check_room(name: str, folder: Path, announced: int) -> None:
    if announced > settings.UPLOAD_LIMIT:
        raise _too_large(name)
    free = shutil.disk_usage(folder).free
    if free - announced < MIN_FREE_DISK:
        raise Refused(
            f"{size_text(free)} of free disk, and {name} with {size_text(announced)}",
            f"{size_text(MIN_FREE_DISK)} that stay free",
            "make room on the disk of the home",
        )


def _too_large(name: str) -> Refused:
    return Refused(
        f"{name}: more than {size_text(settings.UPLOAD_LIMIT)}",
        "a smaller file",
        "export it in parts or packed as .gz, or set AFTERACTION_UPLOAD_LIMIT higher",
    )
