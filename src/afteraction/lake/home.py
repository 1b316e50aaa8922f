"""The one folder that holds everything of an installation."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from afteraction.errors import Refused


@dataclass(frozen=True)
class Home:
    """The folders below a home folder. They are made when something is first written."""

    folder: Path

    @classmethod
    def at(cls, folder: Path | str) -> "Home":
        """The home at `folder`, which may not exist yet; refused when a file stands in its place."""
        path = Path(folder).expanduser().resolve()
        if path.exists() and not path.is_dir():
            raise Refused(f"{path} is a file", "a folder that holds the data of Afteraction", "name another --home")
        return cls(path)

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def refusals(self) -> Path:
        return self.folder / "refusals"

    @property
    def mappings(self) -> Path:
        return self.folder / "mappings"

    @property
    def spill(self) -> Path:
        return self.folder / "spill"

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A fresh folder for work in progress, removed afterwards. What a crash left behind is removed first."""
        parent = self.folder / "staging"
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.iterdir():
            if not _alive(left.name.partition("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
        folder = parent / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: str) -> bool:
    """Whether a process of this number runs; a name that is no number is taken as a dead one's."""
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
