"""Meetings are at the same time on the wall clock, whatever the clocks do."""

from datetime import UTC, date, datetime, time
from itertools import islice

from afteraction.web.coaching.dates import Rule, dates_after, first_local, next_date


def rule(
    kind: str = "weekly", weekday: int = 0, week: int = 1, at: time = time(9), zone: str = "Europe/Berlin"
) -> Rule:
    return Rule(kind, weekday, week, at, zone, date(2026, 1, 1))


def hours(found: Rule, moment: datetime, count: int) -> list[str]:
    return [f"{each:%m-%d %H:%M}" for each in islice(dates_after(found, moment), count)]


def test_a_weekly_meeting_stays_at_nine_when_the_clocks_change():
    # Summer time begins in Berlin on 29 March 2026: nine o'clock is an hour earlier in UTC from then on.
    assert hours(rule(), datetime(2026, 3, 20, tzinfo=UTC), 2) == ["03-23 08:00", "03-30 07:00"]


def test_a_meeting_stays_at_nine_when_the_clocks_go_back():
    assert hours(rule(), datetime(2026, 10, 17, tzinfo=UTC), 2) == ["10-19 07:00", "10-26 08:00"]


def test_a_time_that_the_clocks_skip_is_the_one_an_hour_later():
    found = next_date(rule(weekday=6, at=time(2, 30)), datetime(2026, 3, 28, tzinfo=UTC))
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in Berlin


def test_a_time_that_the_clocks_show_twice_is_the_first_of_both():
    found = next_date(rule(weekday=6, at=time(2, 30)), datetime(2026, 10, 24, tzinfo=UTC))
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_huddle_is_from_monday_to_friday():
    assert hours(rule("huddle", zone="UTC"), datetime(2026, 3, 5, 10, tzinfo=UTC), 3) == [
        "03-06 09:00", "03-09 09:00", "03-10 09:00",
    ]  # fmt: skip


def test_a_monthly_meeting_is_on_that_weekday_of_that_week():
    second = rule("monthly", weekday=1, week=2, zone="UTC")
    assert hours(second, datetime(2026, 1, 1, tzinfo=UTC), 3) == ["01-13 09:00", "02-10 09:00", "03-10 09:00"]


def test_the_last_week_of_a_month_may_be_its_fourth_or_its_fifth():
    last = rule("monthly", weekday=4, week=-1, zone="UTC")
    assert hours(last, datetime(2026, 1, 1, tzinfo=UTC), 3) == ["01-30 09:00", "02-27 09:00", "03-27 09:00"]


def test_a_zone_ahead_of_utc_has_its_own_day():
    found = next_date(rule(weekday=0, at=time(8), zone="Pacific/Auckland"), datetime(2026, 6, 14, 12, tzinfo=UTC))
    assert found == datetime(2026, 6, 14, 20, tzinfo=UTC)


def test_no_meeting_is_before_the_first_day():
    assert first_local(rule()).date() == date(2026, 1, 5)
    assert next_date(rule(), datetime(2025, 6, 1, tzinfo=UTC)) == datetime(2026, 1, 5, 8, tzinfo=UTC)
