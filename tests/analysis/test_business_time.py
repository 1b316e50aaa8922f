"""Business hours against a clock on the wall that is read minute by minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from afteraction.analysis.business_time import DAY, BusinessHours
from afteraction.errors import Refused

OFFICE = ((540, 1020),)
WEEK = (OFFICE,) * 5 + ((), ())
NIGHTS = (((0, 150), (1320, DAY)),) * 7
"""Open when clocks are changed."""
HALF_DAYS = {date(2026, 12, 24): ((540, 720),), date(2026, 12, 25): (), date(2026, 10, 12): ()}
CHANGES = {
    "Europe/Berlin": (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)),
    "America/New_York": (datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
    "Australia/Sydney": (datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC)),
    "America/Santiago": (datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 9, 6, tzinfo=UTC)),
    "Pacific/Apia": (datetime(2011, 12, 30, tzinfo=UTC),),
    "Asia/Kolkata": (datetime(2026, 12, 24, tzinfo=UTC),),
}


def open_minutes(hours: BusinessHours, start: datetime, minutes: int) -> Iterator[bool]:
    """For each minute from `start` on whether the clock on the wall says that somebody is there."""
    zone = ZoneInfo(hours.zone)
    for n in range(minutes):
        wall = (start + timedelta(minutes=n)).astimezone(zone)
        spans = hours.exceptions.get(wall.date(), hours.week[wall.weekday()])
        yield any(opens <= wall.hour * 60 + wall.minute < closes for opens, closes in spans)


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("week", [WEEK, NIGHTS], ids=["office", "nights"])
def test_minutes_and_deadlines_are_those_of_a_clock_read_minute_by_minute(zone: str, week: object) -> None:
    hours = BusinessHours(zone, week, HALF_DAYS)  # type: ignore[arg-type]
    rng = np.random.default_rng(len(zone))
    for change in CHANGES[zone]:
        start = change - timedelta(hours=30)
        opened = np.cumsum([False, *open_minutes(hours, start, 4 * DAY)])
        for _ in range(60):
            first, last = sorted(int(n) for n in rng.integers(0, 4 * DAY, 2))
            one, other = (start + timedelta(minutes=n) for n in (first, last))
            wanted = int(opened[last] - opened[first])
            assert hours.minutes_between(one, other) == pytest.approx(wanted)
            assert hours.minutes_between(other, one) == pytest.approx(-wanted)
            asked = int(rng.integers(1, 240))
            if opened[-1] - opened[first] >= asked:
                due = start + timedelta(minutes=int(np.searchsorted(opened, opened[first] + asked)))
                assert hours.after(one, asked) == due


def test_a_deadline_of_five_minutes_given_on_friday_evening_is_on_monday_morning() -> None:
    hours = BusinessHours("Europe/Berlin", WEEK)
    friday = datetime(2026, 3, 27, 17, 30, tzinfo=ZoneInfo("Europe/Berlin"))  # clocks change on Sunday
    monday = datetime(2026, 3, 30, 9, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert hours.after(friday, 5) == monday
    assert hours.minutes_between(friday, monday) == 5


def test_a_holiday_and_half_a_day_are_counted_as_such() -> None:
    hours = BusinessHours("Europe/Berlin", WEEK, HALF_DAYS)
    zone = ZoneInfo("Europe/Berlin")
    eve, after = datetime(2026, 12, 24, 11, tzinfo=zone), datetime(2026, 12, 28, 10, tzinfo=zone)
    assert hours.minutes_between(eve, after) == 60 + 60
    assert hours.after(eve, 61) == datetime(2026, 12, 28, 9, 1, tzinfo=zone)
    assert not hours.is_open(datetime(2026, 12, 25, 12, tzinfo=zone))
    assert hours.is_open(eve)


def test_time_over_new_year_and_many_years_adds_up() -> None:
    hours = BusinessHours("America/New_York", WEEK)
    start = datetime(2024, 12, 30, 12, tzinfo=UTC)
    days = [start + timedelta(days=n) for n in range(0, 900, 90)]
    parts = sum(hours.minutes_between(one, other) for one, other in pairwise(days))
    assert hours.minutes_between(days[0], days[-1]) == pytest.approx(parts)
    assert hours.minutes_between(days[0], hours.after(days[0], 500_000)) == pytest.approx(500_000)


def test_hours_that_cannot_be_are_refused_with_every_problem() -> None:
    with pytest.raises(Refused, match="no opening hours on any day"):
        BusinessHours("Europe/Berlin", ((),) * 7)
    with pytest.raises(Refused, match="hours from and to"):
        BusinessHours("Europe/Berlin", (((600, 540),), *((),) * 6))


def test_hours_that_never_come_have_no_deadline() -> None:
    closed = {date(2026, 1, 1) + timedelta(days=n): () for n in range(8_000)}
    with pytest.raises(Refused, match="minutes of business hours"):
        BusinessHours("Europe/Berlin", WEEK, closed).after(datetime(2026, 1, 2, tzinfo=UTC), 60)
