"""The calendar file: one UID for ever, a sequence that grows, what was left out and what was ended."""

from datetime import UTC, datetime, time
from typing import Any

from icalendar import Calendar
from tests.cast import Cast
from tests.web.coaching.made import NOW, ready, weekly

from afteraction.web.coaching import services
from afteraction.web.coaching.calendar_file import calendar_file
from afteraction.web.coaching.models import Cadence


def event(cadence: Cadence, cast: Cast) -> tuple[Any, Any]:
    cadence.refresh_from_db()
    calendar: Any = Calendar.from_ical(calendar_file(cadence, cast.rep))
    return calendar, calendar.walk("VEVENT")[0]


def test_a_meeting_has_its_zone_its_rule_and_who_it_is_with(cast: Cast) -> None:
    cadence = weekly(cast)
    calendar, found = event(cadence, cast)
    assert found["SUMMARY"] == "One-to-one with Piet Jansen"
    assert found["UID"] == f"{cadence.uid}@afteraction"
    assert found["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TH"
    assert found.start.isoformat() == "2026-01-01T10:00:00+01:00"
    assert found["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_what_was_moved_keeps_its_uid_and_has_a_higher_sequence(cast: Cast) -> None:
    cadence = weekly(cast)
    _calendar, before = event(cadence, cast)
    services.change_cadence(
        by=cast.manager, cadence=cadence, now=NOW, at=time(14), time_zone="Europe/Berlin", weekday=1, week=1, minutes=45
    )
    _calendar, after = event(cadence, cast)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TU"
    assert (after.end - after.start).total_seconds() == 45 * 60


def test_a_meeting_that_is_left_out_is_excepted(cast: Cast) -> None:
    cadence = weekly(cast)
    services.skip(by=cast.manager, meeting=ready(cadence), now=NOW, reason="On holiday")
    _calendar, found = event(cadence, cast)
    [excepted] = found["EXDATE"].dts
    assert excepted.dt.astimezone(UTC) == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert found["SEQUENCE"] == 1
    assert ready(cadence).planned_at == datetime(2026, 3, 12, 9, tzinfo=UTC)


def test_a_row_that_is_ended_cancels_itself(cast: Cast) -> None:
    cadence = weekly(cast)
    services.drop_cadence(by=cast.manager, cadence=cadence, now=NOW)
    calendar, found = event(cadence, cast)
    assert calendar["METHOD"] == "CANCEL"
    assert (found["STATUS"], found["SEQUENCE"]) == ("CANCELLED", 1)
