"""The one folder that holds everything of an installation."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from afteraction.errors import Refused
from afteraction.lake.work_folder import WorkFolder

_UNSAFE = re.compile(r"[\x00-\x1f%*?\[\]\\^|]")
"""What the table store or the engine takes for something else in the path of a file."""


@dataclass(frozen=True)
class Home:
    """The folders below a home folder. They are made when something is first written."""

    folder: Path

    @classmethod
    def at(cls, folder: Path | str) -> "Home":
        """The home at `folder`, which may not exist yet; refused when a file stands in its place.

        Refused too when the path has a character that the libraries below cannot carry.
        """
        path = Path(folder).expanduser().resolve()
        if unsafe := sorted(set(_UNSAFE.findall(str(path)))):
            raise Refused(
                f"{str(path)!r} with {' '.join(map(repr, unsafe))} in it",
                "a path without % * ? [ ] \\ ^ | and line breaks",
                "name another --home",
            )
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

    @property
    def simulated(self) -> str:
        """What to tell everyone who reads figures from here, if the data was invented; else empty."""
        note = self.folder / "simulated.txt"
        return note.read_text(encoding="utf-8").strip() if note.exists() else ""

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A fresh folder for work in progress, removed afterwards. What a crash left behind is removed first."""
        work = WorkFolder.below(self.folder / "staging")
        try:
            yield work.folder
        finally:
            work.remove()
