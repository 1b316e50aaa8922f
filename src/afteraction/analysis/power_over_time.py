"""Whether steps still do what they did: the effect of each step among earlier deals and among recent ones.

The deals that entered a step's stage are parted in the middle of them, by when they did so. Where it is parted does not
depend on how they ended, so nobody can look for the day on which it fits best. Each half is asked as all deals are
(`step_effects`): by a landmark, adjusted, open deals standing for themselves by those that ended. A step's power has
faded where it helped before, its effect in recent deals is significantly lower, and recent deals would have shown what
it did before, had it still done so. Of steps looked at together, false discoveries are limited (Benjamini & Hochberg
1995).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import NormalDist
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure
from afteraction.analysis.intervals import false_discovery_q_values
from afteraction.analysis.step_effects import questions
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

SURE: Final = 0.01
"""Of the drop, after counting how many steps were looked at: it is asked again with every data version."""
_Z: Final = NormalDist().inv_cdf(0.975)
_SEEN: Final = _Z + NormalDist().inv_cdf(0.8)


class Course(StrEnum):
    """What became of a step's power.

    `KEPT`: both halves show it to help. `NONE`: neither would be told from none. `CANT_TELL`: anything else.
    """

    KEPT = "kept"
    FADED = "faded"
    NONE = "none"
    CANT_TELL = "cant_tell"


@dataclass(frozen=True)
class Part:
    """The effect of a step among some deals, in probability (-1 to 1) with its 95 % interval, or why there is none."""

    name: str
    n: int = 0
    did: int = 0
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    refused: NotEnoughData | None = None

    @property
    def error(self) -> float:
        """The standard error that the interval stands for."""
        return math.inf if self.low is None or self.high is None else (self.high - self.low) / (2 * _Z)


@dataclass(frozen=True)
class StepPower:
    """One step over time: `parted_on` is the day (of the frame) that parts `earlier` from `recent`; `versions` are its
    effects among the deals held against each version. `drop` is how much lower it is lately, with `low`, `high`, `q`.
    A `leak` follows the decision: it has no power to lose.
    """

    step: str
    course: Course
    earlier: Part
    recent: Part
    parted_on: float | None
    drop: float | None = None
    low: float | None = None
    high: float | None = None
    q: float | None = None
    versions: tuple[Part, ...] = ()
    leak: bool = False


def power_over_time(
    frame: DealFrame, process: Process, version: Sequence[tuple[str, Flags]], rng: np.random.Generator
) -> tuple[StepPower, ...]:
    """The power of each step of a process over time. `version` names parts of the deals (n flags each), such as those
    held against each version; with fewer than two there is nothing to say of them.
    """
    asked = questions(frame, process, ())
    parts = list(version) if len(version) > 1 else []
    days = [_parting(frame, each) for each in asked]
    every: list[Question] = []
    for each, day in zip(asked, days, strict=True):
        every += [_among(each, _before(each, day, earlier=side)) for side in (True, False)]
        every += [_among(each, flags) for _name, flags in parts]
    found = iter(find_effects(frame, every, rng))
    rows = []
    for step, day, question in zip(process.steps, days, asked, strict=True):
        earlier, recent = (_part(name, next(found)) for name in ("earlier", "recent"))
        own = tuple(_part(name, next(found)) for name, _flags in parts)
        leak = question.leak is not None
        rows.append(StepPower(step.id, Course.CANT_TELL, earlier, recent, day, versions=own, leak=leak))
    return tuple(_judged(rows))


def _parting(frame: DealFrame, asked: Question) -> float | None:
    """The day in the middle of those on which deals that have had their landmark began."""
    if isinstance(asked.exposure, NotEnoughData):
        return None
    start = asked.exposure.start
    with np.errstate(invalid="ignore"):
        known = start[start + asked.exposure.landmark <= frame.end]
    return float(np.median(known)) if len(known) else None


def _before(asked: Question, day: float | None, *, earlier: bool) -> Flags:
    if isinstance(asked.exposure, NotEnoughData) or day is None:
        return np.zeros(0, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        return asked.exposure.start < day if earlier else asked.exposure.start >= day


def _among(asked: Question, some: Flags) -> Question:
    """The same asked of some of the deals alone."""
    exposure = asked.exposure
    if isinstance(exposure, NotEnoughData):
        return Question(exposure, asked.leak, in_segments=False)
    known: Flags = some if exposure.known is None else exposure.known & some
    narrowed: Exposure = replace(exposure, known=known)
    return Question(narrowed, asked.leak, in_segments=False)


def _part(name: str, found: Effect) -> Part:
    return Part(name, found.n, found.did, found.effect, found.low, found.high, found.refused)


def _judged(rows: Sequence[StepPower]) -> list[StepPower]:
    """The course of each, false discoveries of a drop limited over all steps of which both halves are known."""
    known = [place for place, row in enumerate(rows) if _both(row)]
    drops = [_drop(rows[place]) for place in known]
    q_values = false_discovery_q_values([math.erfc(max(drop / error, 0.0) / math.sqrt(2)) for drop, error in drops])
    judged = list(rows)
    for place, (drop, error), q in zip(known, drops, q_values, strict=True):
        half = _Z * error
        row = replace(rows[place], drop=drop, low=drop - half, high=drop + half, q=q)
        judged[place] = replace(row, course=_course(row))
    return judged


def _both(row: StepPower) -> bool:
    return row.earlier.effect is not None and row.recent.effect is not None and min(_errors(row)) > 0


def _errors(row: StepPower) -> tuple[float, float]:
    return row.earlier.error, row.recent.error


def _drop(row: StepPower) -> tuple[float, float]:
    """How much lower the effect is lately, and its standard error: two groups of deals, independent but for their
    owners, who make them more alike than that.
    """
    return (row.earlier.effect or 0.0) - (row.recent.effect or 0.0), math.hypot(*_errors(row))


def _course(row: StepPower) -> Course:
    helped, helps = (part.low is not None and part.low > 0 for part in (row.earlier, row.recent))
    around_none = row.recent.low is not None and row.recent.high is not None and row.recent.low <= 0 <= row.recent.high
    # Recent deals are enough where they would have shown the earlier effect four times in five.
    enough = _SEEN * row.recent.error <= (row.earlier.effect or 0.0)
    if helped and around_none and enough and row.q is not None and row.q <= SURE:
        return Course.FADED
    if helped and helps:
        return Course.KEPT
    neither = not helped and not helps and (row.earlier.high or 0.0) > 0
    return Course.NONE if neither and around_none else Course.CANT_TELL
