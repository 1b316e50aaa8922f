"""Leads by the month in which they came in, compared at the same age: a young month is not a bad one."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.calibration import Measured
from afteraction.analysis.lead_curves import WATCHED, Curves, Of, curves, judging_age
from afteraction.analysis.lead_frame import MONTH, LeadFrame
from afteraction.errors import NotEnoughData

AGES: Final = (7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0)


@dataclass(frozen=True)
class AtAge:
    """The share of a month's leads that had reached the goal at an age, beside `usual`: that of the leads before it at
    the same age (None for the first month)."""

    age: float
    share: Measured
    usual: Measured | None


@dataclass(frozen=True)
class Month:
    """The leads that came in a month. `judged` is their share at the age at which leads are judged, None while fewer
    than half of them are as old: then the month is `young`. `so_far` is at the last of AGES that half of them have
    reached, None where that is not even the first."""

    month: str
    leads: int
    young: bool
    judged: AtAge | None
    so_far: AtAge | None


@dataclass(frozen=True)
class Months:
    """Month by month: the share won (or turned into a deal) by the same `age` in days."""

    of: Of
    age: float
    months: tuple[Month, ...]


def by_month(frame: LeadFrame, of: Of = "won") -> Months | NotEnoughData:
    """The months in which leads came in, each at the age at which leads are judged, or as far as it has come."""
    age = judging_age(frame, of, AGES)
    if age is None:
        return NotEnoughData(
            f"fewer than half of the leads came in {AGES[0]:g} days before the record ends or earlier",
            "a longer record",
        )
    fact = frame.facts[MONTH]
    return Months(of, age, tuple(_month(frame, of, age, place) for place in range(len(fact.levels))))


def _month(frame: LeadFrame, of: Of, age: float, place: int) -> Month:
    codes = frame.facts[MONTH].codes
    own, before = curves(frame, of, codes == place), curves(frame, of, codes < place)
    reached = [each for each in AGES if _half(own, each)]
    old = _half(own, age)
    return Month(
        month=frame.facts[MONTH].levels[place],
        leads=len(own.follow_up),
        young=not old,
        judged=_at(own, before, age) if old else None,
        so_far=_at(own, before, reached[-1]) if reached else None,
    )


def _half(own: Curves, age: float) -> bool:
    return 2 * own.watched(age) >= len(own.follow_up) > 0


def _at(own: Curves, before: Curves, age: float) -> AtAge:
    days = np.array([age])
    usual = before.reached(days)[0] if before.watched(age) >= WATCHED else None
    return AtAge(age, own.reached(days)[0], usual)
