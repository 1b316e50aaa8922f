import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis.competing_risks import competing_risks
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

PROCESS = Process("Sale", 1, ("Qualify", "Propose"), ())
OUTCOMES = ("won", "lost", "no_decision", "open")


def deals(rows, segment=None):
    """Deals as (outcome, day of ending, day of entering Propose or None); all start on day 0, in Qualify."""
    outcome = [row[0] for row in rows]
    closed = [np.nan if row[0] == "open" else row[1] for row in rows]
    entered = [(0.0, np.nan if row[2] is None else row[2]) for row in rows]
    facts = {"segment": [segment(number) for number in range(len(rows))]} if segment else {}
    return frame_of(outcome, np.zeros(len(rows)), closed, np.nanmax(closed), entered=entered, facts=facts)


def test_without_open_deals_the_curves_are_counts():
    rng = np.random.default_rng(1)
    rows = [(OUTCOMES[rng.integers(3)], float(rng.integers(1, 60)), None) for _ in range(120)]
    found = competing_risks(deals(rows), PROCESS)
    assert (found.overall.n, found.overall.ended) == (120, 120)
    for outcome in OUTCOMES[:3]:
        counted = [np.mean([o == outcome and ends <= day for o, ends, _ in rows]) for day in found.overall.days]
        assert getattr(found.overall, outcome).share == pytest.approx(counted)


def test_on_every_day_the_ends_and_the_open_ones_are_all_deals():
    rng = np.random.default_rng(2)
    rows = [(OUTCOMES[rng.integers(4)], float(rng.integers(1, 60)), None) for _ in range(200)]
    found = competing_risks(deals(rows), PROCESS).overall
    total = sum(getattr(found, name).share for name in ("won", "lost", "no_decision", "open"))
    assert total == pytest.approx(1.0)
    assert np.all(np.diff(found.at_risk) <= 0)
    assert found.at_risk[0] == 200
    assert found.at_risk[-1] >= 10


def test_segments_and_stages_have_curves_of_their_own():
    rows = [("won" if n % 2 else "lost", 20.0 + n % 7, 5.0) for n in range(120)]
    found = competing_risks(deals(rows, segment=lambda n: "Large" if n < 60 else "Small"), PROCESS)
    assert [(each.segment, each.n) for each in found.by_segment] == [("Large", 60), ("Small", 60)]
    assert [(each.since, each.n) for each in found.by_stage] == [("Qualify", 120), ("Propose", 120)]
    assert found.by_stage[1].days[-1] == pytest.approx(found.by_stage[0].days[-1] - 5)


def test_a_deal_stalls_in_a_stage_until_it_moves_on_or_ends():
    stuck = [("won" if n % 2 else "lost", 100.0, None) for n in range(40)]
    moving = [("won", 100.0, 10.0) for _ in range(60)]
    found = competing_risks(deals(stuck + moving), PROCESS)
    stalls = {(stall.stage, stall.days): stall for stall in found.stalls}
    after_two_weeks = stalls["Qualify", 14.0]
    assert (after_two_weeks.n, after_two_weeks.share) == (40, pytest.approx(0.4))
    assert after_two_weeks.won == pytest.approx(0.5)
    assert after_two_weeks.low < 0.4 < after_two_weeks.high
    assert stalls["Propose", 60.0].share == pytest.approx(1.0)
    assert found.worst(60.0).stage == "Propose"


def test_too_few_ended_deals_are_refused():
    found = competing_risks(deals([("won", 10.0, None)] * 20 + [("open", 0.0, None)] * 50), PROCESS)
    assert isinstance(found, NotEnoughData)
    assert "25" in found.needed


def test_a_deal_that_ends_before_it_starts_is_left_out():
    rows = [("won", 10.0, None)] * 40 + [("lost", -3.0, None)] * 5
    assert competing_risks(deals(rows), PROCESS).overall.n == 40
