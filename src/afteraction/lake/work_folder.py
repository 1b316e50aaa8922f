"""A folder for the work in progress of one process, swept away once that process is gone."""

import fcntl
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True)
class WorkFolder:
    """A folder of which no other process makes use.

    A lock on a file beside it says that it is in use. Unlike a process number a lock is seen from other containers,
    is never handed to a stranger, and ends with its process however that ends.
    """

    folder: Path
    _mark: TextIO

    @classmethod
    def below(cls, parent: Path) -> "WorkFolder":
        """Make a fresh folder below `parent`, and remove those whose process is gone."""
        parent.mkdir(parents=True, exist_ok=True)
        # Behind this door no one can mistake a folder whose lock is about to be taken for an abandoned one.
        with (parent.parent / f".{parent.name}").open("w") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            _sweep(parent)
            folder = parent / uuid.uuid4().hex
            mark = folder.with_suffix(".in_use").open("w")
            fcntl.flock(mark, fcntl.LOCK_EX)
        folder.mkdir()
        return cls(folder, mark)

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        Path(self._mark.name).unlink(missing_ok=True)
        self._mark.close()


def _sweep(parent: Path) -> None:
    for path in parent.glob("*.in_use"):
        with path.open("w") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink(missing_ok=True)
