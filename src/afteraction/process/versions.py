"""The versions of a process in time: a deal is held against the one that was in force when it began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from afteraction.process.model import Process, Step


@dataclass(frozen=True)
class DatedProcess:
    """A process with the moment from which deals that begin are held against it; None: since ever."""

    process: Process
    since: datetime | None = None


@dataclass(frozen=True)
class Versions:
    """The versions of a process, oldest first. The first is in force since ever, whatever its own date.

    Raises ValueError without any, and where a later one is in force before an earlier one.
    """

    dated: tuple[DatedProcess, ...]

    def __post_init__(self) -> None:
        dates = [each.since for each in self.dated[1:]]
        if not self.dated or None in dates or dates != sorted(date for date in dates if date is not None):
            raise ValueError(f"found processes in force since {dates}; expected one, and later ones in the order of it")

    @property
    def newest(self) -> Process:
        return self.dated[-1].process

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of any version once, by its id: those of the newest in their places, then those given up since.

        A step that was given up is as the last version with it had it.
        """
        found = {step.id: step for step in self.newest.steps}
        for each in reversed(self.dated[:-1]):
            for step in each.process.steps:
                found.setdefault(step.id, step)
        return tuple(found.values())

    def place_at(self, began: datetime | None) -> int:
        """Which version, by its place, was in force when a deal began; the first for a deal without any date."""
        later = [each.since for each in self.dated[1:]]
        return sum(began is not None and since is not None and since <= began for since in later)


def versions_of(process: Process | Versions) -> Versions:
    """A process alone as its only version."""
    return process if isinstance(process, Versions) else Versions((DatedProcess(process),))


def dated_versions(dated: Sequence[DatedProcess]) -> Versions:
    """Versions in the order in which they were made; one in force since before the one ahead of it is so since that."""
    kept: list[DatedProcess] = []
    for each in dated:
        before = kept[-1].since if len(kept) > 1 else None
        since = each.since if before is None or (each.since is not None and each.since > before) else before
        kept.append(DatedProcess(each.process, since if kept else None))
    return Versions(tuple(kept))
