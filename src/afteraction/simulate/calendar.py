"""Working time: the clock by which the organisation lives, and how it maps to dates.

Everything is scheduled in working days and mapped to dates by one strictly increasing function. So weekends, holidays
and nights are nearly empty, and the order of things is the same on both clocks.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from afteraction.simulate.arrays import Floats
from afteraction.simulate.organisation import CalendarModel

DAY = 86_400.0
_BEFORE_DAYS = 200
_AFTER_DAYS = 3_650
# The share of a day's work that is done by an hour of it, UTC.
_HOURS = np.array([0.0, 7, 8, 9, 12, 13, 17, 18, 20]) * 3_600
_WORKED = np.array([0.0, 0.002, 0.02, 0.11, 0.47, 0.53, 0.93, 0.975, 0.995])


@dataclass(frozen=True)
class WorkCalendar:
    """Working days since some day before the record starts, against seconds since 1970, at matching knots.

    `decision` is a third clock at the knots: it runs faster at a quarter's end, when decisions are likelier.
    """

    seconds: Floats
    work: Floats
    decision: Floats
    start: float
    end: float

    def at(self, work: Floats) -> Floats:
        """Seconds since 1970 of these working times; infinite stays infinite."""
        found = np.interp(work, self.work, self.seconds)
        return np.where(np.isinf(work), np.inf, found)

    def work_at(self, seconds: Floats) -> Floats:
        """The working times of these seconds since 1970."""
        return np.interp(seconds, self.seconds, self.work)

    def decided(self, since: Floats, exposure: Floats) -> Floats:
        """When a decision falls whose hazard has added up to `exposure` (working days at the ordinary hazard)."""
        return np.interp(np.interp(since, self.work, self.decision) + exposure, self.decision, self.work)

    @property
    def end_seconds(self) -> float:
        return float(np.interp(self.end, self.work, self.seconds))


def work_calendar(model: CalendarModel, end: date, years: float) -> WorkCalendar:
    """The calendar of an organisation whose record covers `years` up to and including the day `end`."""
    days = round(years * 365.25)
    first = end - timedelta(days=days + _BEFORE_DAYS - 1)
    count = days + _BEFORE_DAYS + _AFTER_DAYS
    dates = [first + timedelta(days=n) for n in range(count)]
    weights = np.array([_day_weight(model, day) for day in dates])
    boosts = np.array([_quarter_weight(model, day) for day in dates])

    midnight = datetime.combine(first, datetime.min.time(), UTC).timestamp() + DAY * np.arange(count)
    seconds = (midnight[:, None] + _HOURS).ravel()
    before = np.concatenate([[0.0], np.cumsum(weights)[:-1]])
    work = (before[:, None] + weights[:, None] * _WORKED).ravel()
    pace = np.repeat(boosts, len(_HOURS))[:-1]
    decision = np.concatenate([[0.0], np.cumsum(np.diff(work) * pace)])
    return WorkCalendar(
        seconds, work, decision, start=float(before[_BEFORE_DAYS]), end=float(before[_BEFORE_DAYS + days])
    )


def _day_weight(model: CalendarModel, day: date) -> float:
    if (day.month, day.day) in model.holidays:
        return model.holiday
    if day.weekday() >= 5:
        return model.weekend
    if (day.month == 12 and day.day >= 24) or (day.month == 1 and day.day <= 3):
        return model.christmas
    return model.august if day.month == 8 else 1.0


def _quarter_weight(model: CalendarModel, day: date) -> float:
    """How much likelier a decision is on a day: high in a quarter's last three weeks, low in its first two."""
    if _quarter(day + timedelta(days=21)) != _quarter(day):
        return 1.0 + model.quarter_end
    return 0.6 if _quarter(day - timedelta(days=14)) != _quarter(day) else 1.0


def _quarter(day: date) -> int:
    return (day.month - 1) // 3
