"""What outlasts a machine that fails: files are on the disk before a database or a version says that they are there.

A rename is atomic, but the disk may keep the new name and not the content, or neither, for some seconds: then a name
that was told leads to an empty file. So what is put in place is synced first, and its folder afterwards.
"""

import os
from pathlib import Path


def put_in_place(draft: Path, place: Path) -> None:
    """Gives a finished file or folder its name for good, one of the same name replaced; both on one file system."""
    for below in draft.rglob("*"):
        sync(below)
    sync(draft)
    draft.replace(place)
    sync(place.parent)


def sync(path: Path) -> None:
    """Waits until the content of a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
