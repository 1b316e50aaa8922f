"""When meetings are, by their rule: the same time on the wall clock, whatever the clocks do.

Pure: a rule and a moment in, moments out. A time that the clocks skip is the one an hour later, a time that they show
twice is the first of both, as RFC 5545 (3.3.5) has it, so that calendars agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = timedelta(days=1)
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Rule:
    """`kind`: huddle (Monday to Friday), weekly or monthly; `weekday` from 0 (Monday); `week` 1 to 4, -1 the last."""

    kind: str
    weekday: int
    week: int
    at: time
    zone: str
    starts_on: date

    @property
    def recurrence(self) -> dict[str, str | int | list[str]]:
        """As the parts of an RRULE."""
        if self.kind == "huddle":
            return {"FREQ": "WEEKLY", "BYDAY": list(_DAYS[:_SATURDAY])}
        if self.kind == "weekly":
            return {"FREQ": "WEEKLY", "BYDAY": _DAYS[self.weekday]}
        return {"FREQ": "MONTHLY", "BYDAY": f"{self.week}{_DAYS[self.weekday]}"}


def dates_after(rule: Rule, moment: datetime) -> Iterator[datetime]:
    """The times of a rule that lie after a moment, in UTC, without end."""
    zone = ZoneInfo(rule.zone)
    day = max(rule.starts_on, moment.astimezone(zone).date() - _DAY)
    while True:
        if _is_on(rule, day):
            found = datetime.combine(day, rule.at, zone).astimezone(UTC)
            if found > moment:
                yield found
        day += _DAY


def next_date(rule: Rule, moment: datetime) -> datetime:
    """The first time after a moment."""
    return next(dates_after(rule, moment))


def first_local(rule: Rule) -> datetime:
    """The first time of all, on the wall clock there: where a calendar begins to count."""
    day = rule.starts_on
    while not _is_on(rule, day):
        day += _DAY
    return datetime.combine(day, rule.at, ZoneInfo(rule.zone))


def _is_on(rule: Rule, day: date) -> bool:
    if rule.kind == "huddle":
        return day.weekday() < _SATURDAY
    if day.weekday() != rule.weekday:
        return False
    if rule.kind == "weekly":
        return True
    last = (day + 7 * _DAY).month != day.month
    return last if rule.week == -1 else (day.day - 1) // 7 + 1 == rule.week
