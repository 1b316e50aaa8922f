"""Which weekly activity goes before wins, on work of which it is known."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.leading_worlds import World, truth, weekly_work

from afteraction.analysis.leading_measures import LeadingMeasures, LeadVerdict, leading_measures, wins_after
from afteraction.errors import NotEnoughData


def found(world: World, seed: int) -> dict:
    result = leading_measures(weekly_work(world, np.random.default_rng(seed)))
    assert isinstance(result, LeadingMeasures)
    return {lead.measure: lead for lead in result.leads}


def test_meetings_that_win_deals_are_called_and_what_only_grows_with_open_deals_is_not():
    leads = found(World(150, lift=0.05, levels=1.0, season=0.5, busy=0.5), 1)
    assert leads["meetings"].verdict == LeadVerdict.PRECEDES
    assert leads["meetings"].low <= truth(World(150, lift=0.05), "meetings") <= leads["meetings"].high
    assert leads["updates"].verdict not in (LeadVerdict.PRECEDES, LeadVerdict.PRECEDES_FEWER)
    assert leads["internal calls"].verdict not in (LeadVerdict.PRECEDES, LeadVerdict.PRECEDES_FEWER)
    assert leads["deals opened"].verdict == LeadVerdict.PRECEDES


def test_the_interval_holds_the_truth_and_nothing_is_called_where_nothing_leads():
    held, called = [], []
    for lift in (0.0, 0.05):
        for seed in range(30):
            leads = found(World(30, weeks=80, lift=lift, levels=1.0, season=0.5, busy=0.5), seed)
            for name in ("meetings", "updates", "internal calls"):
                lead, true = leads[name], truth(World(30, lift=lift), name)
                held.append(lead.low <= true <= lead.high)
                if true == 0:
                    called.append(lead.verdict in (LeadVerdict.PRECEDES, LeadVerdict.PRECEDES_FEWER))
    assert np.mean(held) >= 0.9
    assert np.mean(called) <= 0.06


def test_wins_of_the_week_itself_are_no_outcome_and_the_last_weeks_have_none():
    after = wins_after(np.array([[5.0, 1.0, 2.0, 4.0]]), 2)
    assert after[0, :2].tolist() == [3.0, 6.0]
    assert np.isnan(after[0, 2:]).all()


def test_few_reps_are_refused_with_what_it_would_take():
    refused = leading_measures(weekly_work(World(6), np.random.default_rng(1)))
    assert isinstance(refused, NotEnoughData)
    assert "6 reps" in refused.reason
    assert "12 reps" in refused.needed


def test_what_is_hardly_ever_done_is_refused_alone():
    work = weekly_work(World(20), np.random.default_rng(1))
    activity = work.activity.copy()
    activity[:, :, 0] = 0.0
    activity[:3, 50, 0] = 1.0
    result = leading_measures(replace(work, activity=activity))
    assert isinstance(result, LeadingMeasures)
    assert result.leads[0].refused is not None
    assert result.leads[0].more_wins is None
    assert all(lead.refused is None for lead in result.leads[1:])


def test_arrays_that_do_not_fit_are_an_error():
    work = weekly_work(World(12), np.random.default_rng(1))
    with pytest.raises(ValueError, match="do not fit"):
        leading_measures(replace(work, wins=work.wins[:, 1:]))
    with pytest.raises(ValueError, match="horizon"):
        leading_measures(replace(work, horizon=0))
