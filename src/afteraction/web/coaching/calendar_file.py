"""A row of meetings as a calendar file (RFC 5545): who, when, where to find the agenda; nothing of what is said."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vRecur

from afteraction.web.coaching.dates import first_local
from afteraction.web.coaching.models import Cadence, Meeting
from afteraction.web.coaching.services import rule_of
from afteraction.web.people.models import User


def calendar_file(cadence: Cadence, reader: User) -> bytes:
    """The calendar of a row of meetings as one of them has it.

    The UID stays for ever, the sequence grows with each change, what was left out is excepted; one that was dropped
    says so, and calendars take it out.
    """
    rule = rule_of(cadence)
    begins, zone = first_local(rule), ZoneInfo(cadence.time_zone)
    event = Event()
    event.add("uid", f"{cadence.uid}@afteraction")
    event.add("sequence", cadence.sequence)
    event.add("dtstamp", cadence.changed_at)
    event.add("last-modified", cadence.changed_at)
    event.add("summary", summary(cadence, reader))
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=cadence.minutes))
    event.add("rrule", vRecur(rule.recurrence))
    for each in cadence.meetings.filter(state=Meeting.State.SKIPPED).order_by("planned_at"):
        event.add("exdate", each.planned_at.astimezone(zone))
    event.add("url", f"{settings.ADDRESS}{reverse('coaching-pair', args=[cadence.pk])}")
    event.add("status", "CANCELLED" if cadence.dropped_at else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Afteraction//Coaching//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cadence.dropped_at else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def summary(cadence: Cadence, reader: User) -> str:
    """What a calendar calls the meeting."""
    if cadence.rep is None:
        return f"Huddle of {cadence.team}"
    return f"One-to-one with {cadence.rep if reader.pk == cadence.manager_id else cadence.manager}"
