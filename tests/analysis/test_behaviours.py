import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis.behaviours import (
    FAST_RESPONSE,
    FROM_BUYER,
    MEETINGS,
    SILENCE,
    SLOW,
    THREE_PEOPLE,
    TWO_PEOPLE,
    WENT_BACK,
    behaviour_effects,
)
from afteraction.analysis.conduct import Conduct
from afteraction.analysis.verdict import Verdict
from afteraction.process.model import Process

PROCESS = Process("Sale", 1, ("Qualify", "Propose"), ())
N = 1_500


@pytest.fixture
def deals():
    """Deals that end after day 25; those that were answered within a day are won 30 points more often."""
    rng = np.random.default_rng(1)
    hours = rng.choice([12.0, 40.0], N)
    won = rng.random(N) < np.where(hours < 24, 0.6, 0.3)
    moved = rng.uniform(3, 20, N)
    frame = frame_of(
        np.where(won, "won", "lost"),
        np.zeros(N),
        25 + rng.exponential(20, N),
        400.0,
        entered=np.column_stack([np.zeros(N), moved]),
        facts={"segment": rng.choice(["Large", "Small"], N)},
    )
    return frame, hours


def worked(hours, **given):
    nothing, never = np.zeros(N), np.full(N, np.nan)
    known = dict.fromkeys(("last", "people_1", "people_2", "people_3", "back"), never)
    counts = dict.fromkeys(("touches", "with_channel", "meetings", "with_side", "from_buyer"), nothing)
    return Conduct(**({"landmark": 20.0, "start": nothing, "first_ours": hours / 24} | known | counts | given))


def found_in(frame, conduct):
    found = behaviour_effects(frame, PROCESS, conduct, np.random.default_rng(2))
    return {each.behaviour: each for each in found}


def test_a_fast_answer_is_within_the_time_that_parts_the_deals_evenly(deals):
    frame, hours = deals
    found = found_in(frame, worked(hours))[FAST_RESPONSE]
    assert "within 24 hours" in found.means
    assert found.landmark_days == 1
    assert found.verdict is Verdict.HELPS
    assert found.low < 0.3 < found.high


def test_deals_with_contact_before_their_start_are_no_answer_to_anything(deals):
    frame, hours = deals
    early = np.where(np.arange(N) < 300, -5.0, hours)
    assert found_in(frame, worked(early))[FAST_RESPONSE].n == N - 300


def test_what_the_record_does_not_hold_is_refused_by_name(deals):
    frame, _hours = deals
    found = found_in(frame, worked(np.full(N, np.nan)))
    missing = {name: each.refused.reason for name, each in found.items() if each.refused}
    assert "no touch of ours" in missing[FAST_RESPONSE]
    assert "person" in missing[TWO_PEOPLE]
    assert "person" in missing[THREE_PEOPLE]
    assert "channel" in missing[MEETINGS]
    assert "side" in missing[FROM_BUYER]
    assert "touch" in missing[SILENCE]
    assert "went back" in missing[WENT_BACK]
    assert all(found[name].verdict is Verdict.CANT_TELL for name in missing)


def test_people_are_compared_among_deals_in_which_somebody_was_named(deals):
    frame, hours = deals
    one = np.where(np.arange(N) < 900, 2.0, np.nan)
    two = np.where(np.arange(N) % 2 == 0, 4.0, np.nan)
    found = found_in(frame, worked(hours, people_1=one, people_2=two, touches=np.full(N, 3.0)))
    assert (found[TWO_PEOPLE].n, found[TWO_PEOPLE].did) == (900, 450)


def test_a_person_reached_after_the_landmark_does_not_count(deals):
    frame, hours = deals
    late = np.where(np.arange(N) % 2 == 0, 4.0, 21.0)
    found = found_in(frame, worked(hours, people_1=np.ones(N), people_2=late, touches=np.full(N, 3.0)))
    assert found[TWO_PEOPLE].did == N // 2


def test_a_share_is_large_above_the_usual_one(deals):
    frame, hours = deals
    meetings = np.arange(N) % 4.0
    found = found_in(frame, worked(hours, with_channel=np.full(N, 4.0), meetings=meetings, touches=np.full(N, 4.0)))
    assert "more than 38% of the touches" in found[MEETINGS].means
    assert found[MEETINGS].did == N // 2


def test_silence_is_longer_than_in_three_quarters_of_the_deals(deals):
    frame, hours = deals
    last = np.where(np.arange(N) % 5 == 0, 5.0, 18.0)
    found = found_in(frame, worked(hours, last=last, touches=np.full(N, 4.0)))
    assert "more than 2 days up to day 20" in found[SILENCE].means
    assert found[SILENCE].did == N // 5


def test_slow_deals_are_those_that_moved_on_late(deals):
    frame, hours = deals
    found = found_in(frame, worked(hours))[SLOW + "Qualify"]
    assert "more than 16 days in Qualify" in found.means
    assert found.n == N
    assert found.low <= 0 <= found.high
