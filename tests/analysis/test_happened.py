"""What is dated after a record was made is left out, and nobody looks for it where nothing can be."""

from datetime import UTC, datetime, timedelta

import pytest

from afteraction.analysis.happened import happened

MADE = datetime(2026, 1, 31, tzinfo=UTC)
SOON, LATER = MADE + timedelta(hours=20), MADE + timedelta(days=2)


@pytest.fixture
def tables(record):
    touches = [
        {"touch_id": name, "deal_id": "d", "activity": "call", "at": at}
        for name, at in {"before": MADE, "soon": SOON, "later": LATER}.items()
    ]
    moves = [{"deal_id": "d", "stage": "Qualify", "at": at} for at in (MADE, LATER)]
    return record(deals=[{"deal_id": "d", "outcome": "open"}], touches=touches, stage_changes=moves)[0]


def ids(tables):
    return set(tables["touches"].touch_id.to_pyarrow().to_pylist())


def test_later_touches_and_moves_are_left_out_but_for_a_day_that_clocks_may_differ(tables):
    found = happened(tables, MADE)
    assert ids(found) == {"before", "soon"}
    assert found["stage_changes"].at.to_pyarrow().to_pylist() == [MADE]


def test_what_nobody_knows_to_be_early_enough_is_looked_at(tables):
    asked = []

    def none_after(*about):
        asked.append(about)
        return about[0] == "touches"

    found = happened(tables, MADE, none_after)
    assert found["touches"] is tables["touches"]
    assert found["stage_changes"].at.to_pyarrow().to_pylist() == [MADE]
    until = MADE + timedelta(days=1)
    assert asked == [("touches", "at", until), ("stage_changes", "at", until)]
