"""How long something took in business hours, and by when it has to be done.

A moment is open when the clock on the wall of the zone says so: its date is no holiday, and its time lies in one of the
spans of that day. What daylight saving does follows from that. The hour that is missing in spring counts nobody's
minutes; of the hour that comes twice in autumn both count where the wall says that it is open.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from afteraction.errors import Refused

Span = tuple[int, int]
"""From when to when, in minutes after midnight; the end is not part of it."""
DAY: Final = 1_440
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FURTHEST: Final = 20
"""Years after which a deadline is given up: hours that never open have none."""
_STEP: Final = timedelta(hours=12)


@dataclass(frozen=True)
class BusinessHours:
    """When somebody is there: the spans of each weekday from Monday on, in a time zone.

    `exceptions` are the days on which it is otherwise: a holiday has no span, half a day has its own.
    """

    zone: str
    week: tuple[tuple[Span, ...], ...]
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = [f"{len(self.week)} days in a week"] if len(self.week) != 7 else []
        for spans in (*self.week, *self.exceptions.values()):
            ends = [edge for span in spans for edge in span]
            if ends != sorted(set(ends)) or any(not 0 <= edge <= DAY for edge in ends):
                problems.append(f"hours from and to {spans}")
        if not any(self.week):
            problems.append("no opening hours on any day")
        if problems:
            raise Refused(
                "; ".join(problems),
                "seven days from Monday on, with spans in minutes after midnight that rise and do not overlap",
                "give at least one day with opening hours",
            )

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """The open minutes from one moment to another; below nothing where the second comes first."""
        if end < start:
            return -self.minutes_between(end, start)
        first, last = _year(start), _year(end)
        between = sum(self._of(year).total for year in range(first, last))
        return (between + self._of(last).until(_seconds(end)) - self._of(first).until(_seconds(start))) / 60

    def after(self, start: datetime, minutes: float) -> datetime:
        """The first moment, in UTC, by which so many open minutes have passed since `start`.

        At the end of a day that is its closing, not the next morning. Raises `Refused` where it never comes.
        """
        if minutes <= 0:
            return start.astimezone(UTC)
        year = _year(start)
        left = minutes * 60 + self._of(year).until(_seconds(start))
        for each in range(year, year + _FURTHEST):
            opened = self._of(each)
            if left <= opened.total:
                return _EPOCH + timedelta(seconds=opened.when(left))
            left -= opened.total
        raise Refused(f"{minutes:,.0f} minutes of business hours", "hours that open often enough", "check the holidays")

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is there."""
        return self._of(_year(moment)).has(_seconds(moment))

    def minutes_a_day(self) -> float:
        """The open minutes of a usual working day: the mean over the weekdays that open at all."""
        lengths = [sum(end - start for start, end in spans) for spans in self.week if spans]
        return sum(lengths) / len(lengths)

    @cached_property
    def _zone(self) -> tzinfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _years(self) -> dict[int, "_Opened"]:
        return {}

    def _of(self, year: int) -> "_Opened":
        if year not in self._years:
            self._years[year] = _opened(tuple(self._spans_of(year)))
        return self._years[year]

    def _spans_of(self, year: int) -> Iterator[tuple[float, float]]:
        """The open spans of a year (of UTC), in seconds since 1970, rising.

        Between two changes of the offset wall and UTC run together, so each such part is taken by itself.
        """
        for start, end, offset in self._parts(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)):
            day, last = (start + offset).date(), (end + offset).date()
            while day <= last:
                midnight = datetime.combine(day, time(), UTC) - offset
                for opens, closes in self.exceptions.get(day, self.week[day.weekday()]):
                    since = max(midnight + timedelta(minutes=opens), start)
                    until = min(midnight + timedelta(minutes=closes), end)
                    if since < until:
                        yield _seconds(since), _seconds(until)
                day += timedelta(days=1)

    def _parts(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """The parts of a time between changes of the offset of the zone."""
        since, offset = start, self._offset(start)
        at = start
        while at < end:
            step = min(at + _STEP, end)
            changed = self._offset(step)
            if changed != offset:
                change = self._change(at, step)
                yield since, change, offset
                since, offset = change, changed
            at = step
        if since < end:
            yield since, end, offset

    def _change(self, before: datetime, after: datetime) -> datetime:
        """The second from which on the offset is that of `after`."""
        old = self._offset(before)
        while after - before > timedelta(seconds=1):
            middle = (before + (after - before) / 2).replace(microsecond=0)
            before, after = (middle, after) if self._offset(middle) == old else (before, middle)
        return after

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self._zone).utcoffset() or timedelta()


@dataclass(frozen=True)
class _Opened:
    """The open spans of a year in seconds since 1970, and how many open seconds the year has before each."""

    starts: tuple[float, ...]
    ends: tuple[float, ...]
    before: tuple[float, ...]
    total: float

    def until(self, second: float) -> float:
        """The open seconds of the year up to then."""
        place = bisect_right(self.starts, second) - 1
        return 0.0 if place < 0 else self.before[place] + min(second, self.ends[place]) - self.starts[place]

    def when(self, opened: float) -> float:
        """The first second by which the year has had so many open ones, more than 0 and up to `total`."""
        place = bisect_left(self.before, opened) - 1
        return self.starts[place] + opened - self.before[place]

    def has(self, second: float) -> bool:
        place = bisect_right(self.starts, second) - 1
        return place >= 0 and second < self.ends[place]


def _opened(spans: tuple[tuple[float, float], ...]) -> _Opened:
    before, total = [], 0.0
    for start, end in spans:
        before.append(total)
        total += end - start
    return _Opened(tuple(s for s, _e in spans), tuple(e for _s, e in spans), tuple(before), total)


def _seconds(moment: datetime) -> float:
    return (moment - _EPOCH).total_seconds()


def _year(moment: datetime) -> int:
    return moment.astimezone(UTC).year
