"""A score's log, replayed, gives the score."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afteraction.analysis.score_log import changes, replay, total
from afteraction.errors import Refused

PARTS = st.dictionaries(st.sampled_from("abcde"), st.floats(-50, 50, allow_nan=False), max_size=5)
AT = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.lists(st.tuples(st.sampled_from(["one", "two"]), PARTS), max_size=20))
def test_the_replayed_log_equals_the_total_to_the_last_bit(states):
    log, now = [], {}
    for number, (lead, parts) in enumerate(states):
        log += changes(lead, AT + timedelta(hours=number), now.get(lead, {}), parts, "something came")
        now[lead] = parts
    replayed = replay(log)
    for lead, parts in now.items():
        assert total(replayed.get(lead, {})) == total(parts)
        assert replayed.get(lead, {}) == {part: value for part, value in parts.items() if value}
    moved = {lead: sum(one.after - one.before for one in log if one.lead_id == lead) for lead in now}
    assert moved == pytest.approx({lead: total(parts) for lead, parts in now.items()}, abs=1e-9)


def test_a_change_that_was_not_logged_is_found():
    log = [*changes("L", AT, {}, {"a": 1.0}, "came in"), *changes("L", AT, {"a": 2.0}, {"a": 3.0}, "clicked")]
    with pytest.raises(Refused, match="not logged"):
        replay(log)


def test_nothing_is_logged_where_nothing_moved():
    assert changes("L", AT, {"a": 1.0}, {"a": 1.0}, "looked at") == []
