"""What the newest analysis says about one deal: its steps, its chances with their reasons, its box."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from afteraction.errors import Refused
from afteraction.process.check import parse_file
from afteraction.process.model import Process
from afteraction.report.deal_evidence import BOXES, CHANCES, PROCESS, STEPS, process_file
from afteraction.report.wording import interval, percent, points
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.record import rows_of

_MATTERS: Final = 0.005
"""Half a point: a factor that moves the chance by less is not named."""


@dataclass(frozen=True)
class Reason:
    """One thing that is known of the deal, and by how many points it moves the chance from the average deal's."""

    name: str
    value: str
    share: float

    @property
    def points(self) -> str:
        """With its sign, in points."""
        return points(self.share)


@dataclass(frozen=True)
class Chance:
    """The chance of being won at the beginning (`stage` empty) or on entering a stage, by the model of today.

    `n` deals taught it; `then` is what a model would have said that knew only what had happened by then.
    """

    stage: str
    at: datetime
    chance: float
    low: float
    high: float
    average: float
    n: int
    then: float | None
    reasons: tuple[Reason, ...]

    @property
    def where(self) -> str:
        """The moment in words."""
        return f"On entering {self.stage}" if self.stage else "When it began"

    @property
    def figures(self) -> dict[str, str]:
        """As people read them."""
        return {
            "chance": percent(self.chance),
            "interval": interval(self.low, self.high),
            "average": percent(self.average),
            "then": "" if self.then is None else percent(self.then),
        }


@dataclass(frozen=True)
class StepState:
    """What became of a step in this deal."""

    entered_at: datetime | None
    done: bool
    pending: bool
    excused: bool
    skipped: bool
    late: bool
    out_of_order: bool


@dataclass(frozen=True)
class Evidence:
    """All of it, of the data version `version`. `steps` by their place in the process; parts may be missing.

    `process` is the version that was in force when the deal began: the one that it is held against.
    """

    version: int
    process: Process | None
    chances: tuple[Chance, ...]
    steps: Mapping[int, StepState]
    words: str


def evidence_of(deal: Deal, state: IndexState | None) -> Evidence | None:
    """What the newest analysis says about a deal; None before the first one."""
    if state is None or not state.evidence_folder:
        return None
    folder = deal.organisation.home.folder / state.evidence_folder
    boxes, chances, steps = rows_of([folder / name for name in (BOXES, CHANCES, STEPS)], deal.deal_id)
    process = _held_against(folder, steps)
    places = {step.id: place for place, step in enumerate(process.steps)} if process else {}
    return Evidence(
        version=state.evidence_version,
        process=process,
        chances=tuple(_chance(row) for row in sorted(chances, key=lambda row: row["place"])),
        # Results of before steps had their ids here know one version alone.
        steps={places.get(row.get("step_id", ""), row["step"]): _state(row) for row in steps},
        words=boxes[0]["words"] if boxes else "",
    )


def _held_against(folder: Path, steps: Sequence[Mapping[str, Any]]) -> Process | None:
    """The version that a deal with these states of steps is held against; the newest where no step was due yet."""
    number = steps[0].get("process_version") if steps else None
    return (_process(folder / process_file(number)) if number is not None else None) or _process(folder / PROCESS)


def process_of(folder: Path) -> Process | None:
    """The process of the analysis whose evidence is in a folder; None where it held none against the deals."""
    return _process(folder / PROCESS)


@lru_cache(maxsize=64)
def _process(path: Path) -> Process | None:
    """The process of an analysis, whose folder is never written again."""
    try:
        return parse_file(path)
    except Refused:
        return None


def _chance(row: Mapping[str, Any]) -> Chance:
    reasons = (Reason(f["name"].replace("_", " "), f["value"], f["points"]) for f in row["factors"])
    return Chance(
        stage=row["stage"] or "",
        at=row["at"],
        chance=row["chance"],
        low=row["low"],
        high=row["high"],
        average=row["average"],
        n=row["n"],
        then=row["then"],
        reasons=tuple(each for each in reasons if abs(each.share) >= _MATTERS),
    )


def _state(row: Mapping[str, Any]) -> StepState:
    names = ("done", "pending", "excused", "skipped", "late", "out_of_order")
    return StepState(row["entered_at"], **{name: bool(row[name]) for name in names})
