"""Rows of meetings and what is said in them, as tests need them."""

from datetime import UTC, date, datetime, time
from typing import Any

from tests.cast import Cast

from afteraction.web.coaching import services
from afteraction.web.coaching.models import AgendaItem, Cadence, Meeting

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""


def weekly(cast: Cast, **fields: Any) -> Cadence:
    """Every Thursday at ten in Berlin, the manager with the rep."""
    content: dict[str, Any] = {
        "kind": "weekly", "at": time(10), "time_zone": "Europe/Berlin", "starts_on": date(2026, 1, 1), "weekday": 3,
        "rep": cast.rep,
    }  # fmt: skip
    return services.begin_cadence(by=cast.manager, now=fields.pop("now", NOW), **content | fields)


def ready(cadence: Cadence, *, now: datetime = NOW) -> Meeting:
    """The next meeting with its agenda."""
    found = services.prepare(cadence=cadence, now=now)
    assert found is not None
    return found


def item(meeting: Meeting, **fields: Any) -> AgendaItem:
    """Something on an agenda."""
    content = {"kind": AgendaItem.Kind.STEP, "key": "demo", "title": "Demo", "reason": "Kept in 2 of 8.",
               "details": {"step": "demo", "deals": "/deals/"}}  # fmt: skip
    return AgendaItem.objects.create(meeting=meeting, **content | fields)
