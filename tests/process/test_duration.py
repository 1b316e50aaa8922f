from datetime import timedelta

import pytest
from hypothesis import given
from tests.process.strategies import durations

from afteraction.process.duration import LONGEST, parse_duration
from afteraction.process.model import duration_text
from afteraction.process.problem import Unreadable


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("14 days", timedelta(days=14)),
        ("1 day", timedelta(days=1)),
        ("2 weeks", timedelta(weeks=2)),
        ("36 hours", timedelta(hours=36)),
        ("90 minutes", timedelta(minutes=90)),
        ("90 seconds", timedelta(seconds=90)),
        ("1.5 days", timedelta(hours=36)),
        ("1 day 12 hours", timedelta(hours=36)),
        ("1 day and 12 hours", timedelta(hours=36)),
        (" 14 Days ", timedelta(days=14)),
        ("14d", timedelta(days=14)),
        ("36 hrs", timedelta(hours=36)),
        ("45 min", timedelta(minutes=45)),
        ("P14D", timedelta(days=14)),
        ("P2W", timedelta(weeks=2)),
        ("PT36H", timedelta(hours=36)),
        ("P1DT12H30M", timedelta(hours=36, minutes=30)),
    ],
)
def test_durations_are_read_as_people_and_iso_8601_write_them(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 business days", "calendar time"),
        ("3 working days", "calendar time"),
        ("5 weekdays", "calendar time"),
        ("2 months", "differ in length"),
        ("1 quarter", "differ in length"),
        ("P1M", "differ in length"),
        ("P1Y", "differ in length"),
        ("0 days", "longer than none"),
        ("-14 days", "longer than none"),
        ("200 years", "differ in length"),
        ("99999999999999 days", "a duration such as"),
        ("40000 days", "at most 36525 days"),
        ("14", "a duration such as"),
        ("two weeks", "a duration such as"),
        ("14 dais", "a duration such as"),
        ("14 days or so", "a duration such as"),
        ("P", "a duration such as"),
        ("PT", "a duration such as"),
        ("", "a duration such as"),
    ],
)
def test_what_is_no_length_of_calendar_time_is_refused_with_what_to_write(text: str, expected: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        parse_duration(text)
    assert expected in refusal.value.expected


@given(durations)
def test_a_duration_as_written_is_read_back_exactly(duration: timedelta) -> None:
    assert parse_duration(duration_text(duration)) == duration


def test_durations_are_written_in_their_largest_whole_unit() -> None:
    written = [duration_text(timedelta(hours=hours)) for hours in (24, 48, 1, 36, 0.5)]
    assert written == ["1 day", "2 days", "1 hour", "36 hours", "30 minutes"]
    assert duration_text(timedelta(seconds=1)) == "1 second"
    assert duration_text(LONGEST - timedelta(microseconds=1)).endswith(".999999 seconds")
