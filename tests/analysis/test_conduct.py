import numpy as np
import pytest

from afteraction.analysis.conduct import conduct
from afteraction.analysis.deal_frame import deal_frame
from afteraction.process.model import Process

PROCESS = Process("Sale", 1, ("Qualify", "Propose", "Close"), ())


@pytest.fixture
def worked(record, day):
    """The conduct of one deal that lives 20 days beside one that lives 40, so that half time is on day 30."""

    def make(touches=(), stages=(), people=()):
        tables, log = record(
            deals=[
                {"deal_id": "a", "outcome": "won", "created_at": day(0), "closed_at": day(20)},
                {"deal_id": "b", "outcome": "lost", "created_at": day(0), "closed_at": day(40)},
            ],
            touches=[{"deal_id": "b", "activity": "Call"} | {"at": day(at)} | more for at, more in touches],
            stage_changes=[{"deal_id": "b", "at": day(at), "stage": stage} for at, stage in stages],
            people=people,
        )
        frame = deal_frame(tables, log, PROCESS)
        found = conduct(tables, log, PROCESS, frame)
        return found.only(np.array([frame.deal_id.to_pylist().index("b")], dtype=np.int32))

    return make


def test_half_time_is_the_age_that_half_of_the_ended_deals_reached(worked):
    assert worked().landmark == 30


def test_only_touches_up_to_half_time_are_counted(worked):
    found = worked([(1, {}), (30, {}), (31, {})])
    assert (found.touches[0], found.last[0]) == (2, pytest.approx(30))


def test_the_first_touch_of_ours_is_not_the_buyers(worked):
    found = worked([(1, {"side": "buyer"}), (3, {"side": "us"}), (5, {})])
    assert found.first_ours[0] == pytest.approx(3)
    assert (found.from_buyer[0], found.with_side[0]) == (1, 2)


def test_meetings_are_known_by_their_channel(worked):
    found = worked([(1, {"channel": "Meeting (video)"}), (2, {"channel": "mail"}), (3, {})])
    assert (found.meetings[0], found.with_channel[0], found.touches[0]) == (1, 2, 3)


def test_people_count_once_and_ours_do_not(worked):
    ours = [{"person_id": "rep", "side": "us"}, {"person_id": "buyer 1", "side": "buyer"}]
    met = [(1, "rep"), (2, "buyer 1"), (3, "buyer 1"), (7, "buyer 2"), (9, "buyer 3"), (11, "buyer 4")]
    found = worked([(at, {"person_id": who}) for at, who in met], people=ours)
    assert [found.people_1[0], found.people_2[0], found.people_3[0]] == pytest.approx([2, 7, 9])


def test_a_deal_goes_back_when_it_enters_a_stage_before_one_it_was_in(worked):
    stages = [(0, "Qualify"), (5, "Close"), (8, "Somewhere else"), (10, "Propose"), (12, "Qualify")]
    assert worked(stages=stages).back[0] == pytest.approx(10)


def test_a_deal_that_only_moves_on_does_not_go_back(worked):
    assert np.isnan(worked(stages=[(0, "Qualify"), (5, "Propose"), (9, "Propose"), (10, "Close")]).back[0])


def test_a_deal_without_touches_has_none(worked):
    found = worked()
    assert (found.touches[0], found.meetings[0]) == (0, 0)
    assert np.isnan([found.first_ours[0], found.last[0], found.people_1[0]]).all()
