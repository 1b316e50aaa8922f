import numpy as np
import pytest

from afteraction.analysis.deal_frame import deal_frame
from afteraction.analysis.effort import effort, value
from afteraction.analysis.features import Moment
from afteraction.process.model import Process, Step

PROCESS = Process("Sale", 1, ("Qualify", "Propose"), (Step("call", "Qualify", ("Call",)),))


def deal(day, name="d1", closed=30.0, **facts):
    return {"deal_id": name, "created_at": day(0), "closed_at": day(closed), "outcome": "won", **facts}


def touch(day, at, minutes=None, activity="Call", deal_id="d1"):
    return {"deal_id": deal_id, "activity": activity, "at": day(at), "minutes": minutes}


def spent(record, day, touches, moments=None, deals=None):
    tables, log = record(deals=deals or [deal(day)], touches=touches)
    frame = deal_frame(tables, log, PROCESS)
    return effort(tables, log, frame, moments or {})


def test_hours_are_the_minutes_on_record(record, day):
    found = spent(record, day, [touch(day, 1, 30), touch(day, 2, 45)])
    assert (found.unit, found.note) == ("hours", "")
    assert found.total == pytest.approx([1.25])


def test_a_touch_without_minutes_counts_like_the_average_of_its_activity(record, day):
    touches = [touch(day, 1, 20), touch(day, 2, 40), touch(day, 3), touch(day, 4, 60, "Demo")]
    assert spent(record, day, touches).total == pytest.approx([(20 + 40 + 30 + 60) / 60])


def test_an_activity_that_never_has_minutes_counts_as_nothing_and_is_named(record, day):
    found = spent(record, day, [touch(day, 1, 60), touch(day, 2, None, "Mail"), touch(day, 3, None, "Mail")])
    assert found.total == pytest.approx([1.0])
    assert found.note == "67% of touches (Mail) never have minutes on record and count as nothing"


def test_touches_are_counted_where_hardly_any_has_minutes(record, day):
    found = spent(record, day, [touch(day, 1, 60), *(touch(day, at) for at in range(2, 8))])
    assert found.unit == "touches"
    assert found.total == pytest.approx([7.0])
    assert "fewer than 30% of touches have minutes" in found.note


def test_what_comes_after_the_end_of_a_deal_did_not_go_into_it(record, day):
    found = spent(record, day, [touch(day, 5, 60), touch(day, 30, 60), touch(day, 31, 60)])
    assert found.total == pytest.approx([2.0])


def test_an_open_deal_has_all_its_touches(record, day):
    deals = [deal(day) | {"closed_at": None, "outcome": "open"}]
    assert spent(record, day, [touch(day, 5, 60), touch(day, 90, 60)], deals=deals).total == pytest.approx([2.0])


def test_effort_after_a_moment_begins_with_that_moment(record, day):
    moment, never = Moment(0), Moment(1)
    when = {moment: np.array([4.0]), never: np.array([np.nan])}
    found = spent(record, day, [touch(day, 1, 60), touch(day, 4, 60), touch(day, 9, 60)], when)
    assert found.after[moment] == pytest.approx([2.0])
    assert found.after[never] == pytest.approx([0.0])


def test_a_deal_without_a_touch_cost_nothing(record, day):
    found = spent(record, day, [touch(day, 1, 60)], deals=[deal(day), deal(day, "d2")])
    assert sorted(found.total) == pytest.approx([0.0, 1.0])


def test_a_record_without_touches_says_so(record, day):
    found = spent(record, day, [])
    assert found.total == pytest.approx([0.0])
    assert found.note == "no touch is on record"


def test_deals_in_other_currencies_have_no_value(record, day):
    deals = [
        deal(day, "d1", amount=100.0, currency="EUR"),
        deal(day, "d2", amount=200.0, currency="EUR"),
        deal(day, "d3", amount=300.0, currency="USD"),
        deal(day, "d4", amount=400.0),
    ]
    tables, log = record(deals=deals)
    frame = deal_frame(tables, log, PROCESS)
    found = value(tables, frame)
    worth = dict(zip(frame.deal_id.to_pylist(), found.amount, strict=True))
    assert (worth["d1"], worth["d2"], worth["d4"]) == (100, 200, 400)
    assert np.isnan(worth["d3"])
    assert (found.currency, found.note) == ("EUR", "1 deals in other currencies than EUR have no value here")


def test_amounts_without_a_currency_are_taken_as_they_are(record, day):
    tables, log = record(deals=[deal(day, amount=100.0)])
    found = value(tables, deal_frame(tables, log, PROCESS))
    assert (found.amount.tolist(), found.currency, found.note) == ([100.0], "", "")
