"""Which files of a home a backup holds, and a way to hold them still while they are copied."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from afteraction.errors import Refused
from afteraction.lake.home import Home
from afteraction.lake.store import Lake

MADE_AGAIN: Final = frozenset({"cache", "metrics", "spill", "staging", "static"})
"""Folders of a home whose content is made again from the rest."""
DATABASE: Final = "database.sqlite3"
ORGANISATIONS: Final = "organisations"
PATIENCE: Final = 600.0
"""Seconds that a backup waits for an import to end."""


def homes(home: Path) -> list[Path]:
    """The home itself and those of further organisations below it."""
    return [home, *sorted(path for path in (home / ORGANISATIONS).glob("*") if path.is_dir())]


def files(home: Path) -> Iterator[Path]:
    """The files that a backup of one organisation's home holds, without those of other organisations."""
    for path in sorted(home.iterdir()):
        if path.name.startswith((".", DATABASE)) or path.name in MADE_AGAIN | {ORGANISATIONS}:
            continue
        if path.is_file():
            yield path
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (Path(folder, name) for name in sorted(names) if not name.endswith((".lock", ".writing")))


def hold(home: Path, into: Path) -> int:
    """Links (or, on another disk, copies) every file of a home into a folder while nothing writes to its lake.

    Files of the lake and of results never change once they are there, so a link is as good as a copy, and an import
    has to wait for a moment only. Returns the data version that is held, 0 without any. Raises `Refused` when an
    import does not end within ten minutes.
    """
    lake = Lake(Home.at(home))
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if not lake.home.lake.exists():
                _link(home, into)
                return 0
            with lake.lock():
                lake.roll_back()
                _link(home, into)
                current = lake.current()
                return current.version if current else 0
        except Refused:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _link(home: Path, into: Path) -> None:
    for path in files(home):
        place = into / path.relative_to(home)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, place)
        except FileNotFoundError:
            continue  # removed meanwhile by whoever tidies up results
        except OSError:
            shutil.copy2(path, place)
