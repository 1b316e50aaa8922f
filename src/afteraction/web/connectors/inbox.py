"""The watched folder of an organisation: files that appear there become an import, all that lie there together.

1. Nothing is touched while a file is still being written, so that the files of one export are not torn apart.
2. Files are moved into the folder of a new import, then listed in it. After a kill the next look finds the import that
   is still being filled, and goes on with it.
3. The import is looked at and goes on by itself where `data.acceptance` allows it.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from afteraction.ingest.sources.reading import EXTENSIONS
from afteraction.lake.durable import put_in_place
from afteraction.web.data import services as data
from afteraction.web.data.models import Import, Upload
from afteraction.web.data.uploads import MOST_FILES, safe_name
from afteraction.web.people.models import Organisation

SETTLED: Final = timedelta(seconds=60)
"""A file that nobody has written to for so long is complete."""


@dataclass(frozen=True)
class Inbox:
    """What lies in the folder: complete files, those still being written, and names of what cannot be read."""

    folder: Path
    complete: tuple[Path, ...]
    unfinished: tuple[Path, ...]
    unreadable: tuple[str, ...]


def inbox_of(organisation: Organisation, *, now: datetime) -> Inbox:
    """What lies in the watched folder of an organisation. Hidden files and links are left alone."""
    folder = organisation.home.folder / "inbox"
    complete, unfinished, unreadable = [], [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith(".") or path.is_symlink():
            continue
        if not path.is_file() or path.suffix.lower() not in EXTENSIONS:
            unreadable.append(path.name)
        elif now.timestamp() - path.stat().st_mtime < SETTLED.total_seconds():
            unfinished.append(path)
        else:
            complete.append(path)
    return Inbox(folder, tuple(complete), tuple(unfinished), tuple(unreadable))


def take_in(organisation: Organisation, *, now: datetime) -> Import | None:
    """Makes an import of what lies in the folder; None when there is nothing, or not all of it yet."""
    found = inbox_of(organisation, now=now)
    begun = organisation.imports.filter(source=Import.Source.FOLDER, state=Import.State.ADDING).order_by("-id").first()
    if begun is None:
        if not found.complete or found.unfinished:
            return None
        begun = data.begin_by_itself(organisation=organisation, source=Import.Source.FOLDER)
        _move_in(begun, found.complete[:MOST_FILES])
    _list(begun)
    if not begun.files.exists():
        data.discard(import_=begun, now=now)  # killed before the first file was moved; they come with the next look
        return None
    data.look(import_=begun)
    return begun


def _move_in(import_: Import, paths: tuple[Path, ...]) -> None:
    folder = import_.folder / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(paths):
        name = safe_name(path.name)
        target = folder / (f"{number} {name}" if (folder / name).exists() else name)
        try:
            path.rename(target)
        except OSError:  # another file system: the copy is whole before the original goes
            draft = folder / f".{target.name}.writing"
            shutil.copy2(path, draft)
            put_in_place(draft, target)
            path.unlink()


@transaction.atomic
def _list(import_: Import) -> None:
    """Lists the files that are in the folder of an import."""
    folder = import_.folder / "files"
    for entry in sorted(os.scandir(folder), key=lambda each: each.name) if folder.is_dir() else []:
        if entry.is_file() and not entry.name.startswith("."):
            size = entry.stat().st_size
            Upload.objects.update_or_create(import_of=import_, name=entry.name, defaults={"size": size})
