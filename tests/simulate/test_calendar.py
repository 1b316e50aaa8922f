"""Working time and dates."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from afteraction.simulate.calendar import DAY, WorkCalendar, work_calendar
from afteraction.simulate.organisation import CalendarModel


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return work_calendar(CalendarModel(), date(2025, 12, 31), 2.0)


def _seconds(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]


def test_the_order_of_things_is_the_same_on_both_clocks(calendar: WorkCalendar) -> None:
    work = np.sort(np.random.default_rng(1).uniform(calendar.start, calendar.end, 10_000))
    assert (np.diff(calendar.at(work)) > 0).all()


def test_there_and_back_again(calendar: WorkCalendar) -> None:
    work = np.linspace(calendar.start, calendar.end, 1_000)
    assert np.allclose(calendar.work_at(calendar.at(work)), work)


def test_what_never_happens_has_no_date(calendar: WorkCalendar) -> None:
    assert np.isinf(calendar.at(np.array([np.inf]))).all()


def test_a_monday_is_a_working_day_and_a_sunday_is_not(calendar: WorkCalendar) -> None:
    sunday = calendar.work_at(np.array([_seconds(2025, 6, 15), _seconds(2025, 6, 16), _seconds(2025, 6, 17)]))
    assert np.allclose(np.diff(sunday), [0.03, 1.0])


def test_the_record_ends_with_its_last_day(calendar: WorkCalendar) -> None:
    assert calendar.end_seconds == pytest.approx(_seconds(2026, 1, 1))
    started = float(calendar.at(np.array([calendar.start]))[0])
    assert started == pytest.approx(_seconds(2026, 1, 1) - round(2 * 365.25) * DAY)


def test_decisions_come_sooner_towards_the_end_of_a_quarter(calendar: WorkCalendar) -> None:
    exposure = np.array([10.0])
    late, early = (
        float(calendar.decided(since, exposure)[0] - since[0])
        for since in (calendar.work_at(np.array([_seconds(2025, 9, day)])) for day in (10, 1))
    )
    in_april = calendar.work_at(np.array([_seconds(2025, 4, 1)]))
    assert late < early < float(calendar.decided(in_april, exposure)[0] - in_april[0])
