"""The chance of winning that deals had before a trial, by a model that knew nothing of it."""

from datetime import UTC, datetime, timedelta

import ibis
from ibis import _
from tests.recorded import Record

from afteraction.analysis.trial_record import chances_before, known_until, recorded
from afteraction.errors import NotEnoughData
from afteraction.report.version import open_version


def test_chances_come_from_what_had_ended_before_the_trial(record: Record) -> None:
    with open_version(record.home) as opened:
        tables, log = dict(opened.record.tables), opened.log
        until = known_until(tables, log)
        assert until is not None
        opens = until - timedelta(days=200)
        began = tables["deals"].filter(_.created_at >= ibis.literal(opens, "timestamp('UTC')"))
        ids = began.order_by("deal_id").limit(40).deal_id.to_pyarrow().to_pylist()
        found = chances_before(tables, log, [*ids, "not on record"], opens)
        assert not isinstance(found, NotEnoughData)
        assert set(found) == set(ids)
        assert all(0 < each < 1 for each in found.values())
        assert len(set(found.values())) > 20
        too_soon = chances_before(tables, log, ids, datetime(1990, 1, 1, tzinfo=UTC))
        assert isinstance(too_soon, NotEnoughData)


def test_a_deal_that_left_the_record_neither_ended_nor_did_anything(record: Record) -> None:
    with open_version(record.home) as opened:
        origin = datetime(2020, 1, 1, tzinfo=UTC)
        won = opened.record.tables["deals"].filter(_.outcome == "won").order_by("deal_id").limit(1).to_pyarrow()
        key, closed = won["deal_id"][0].as_py(), won["closed_at"][0].as_py()
        stage = "stage: Propose"
        found = recorded(opened.record.tables, opened.log, ["gone", key], {stage: [stage], "step: x": ["x"]}, origin)
    assert found.won.tolist() == [False, True]
    assert str(found.ended[0]) == "nan"
    assert abs(found.ended[1] - (closed - origin) / timedelta(days=1)) < 1e-6
    assert str(found.first[stage][0]) == "nan"
    assert found.first[stage][1] <= found.ended[1]
    assert str(found.first["step: x"][1]) == "nan"
