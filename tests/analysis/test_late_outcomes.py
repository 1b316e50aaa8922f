"""Outcomes that come late favour neither arm."""

import numpy as np
import pytest
from benchmarks.experiment_worlds import HORIZON, single

from afteraction.analysis.confidence_sequence import Look
from afteraction.analysis.late_outcomes import Assigned, matured, share_won_by
from afteraction.errors import NotEnoughData


def test_a_deal_that_ended_early_counts_only_once_its_horizon_has_passed():
    deals = Assigned(
        at=np.array([0.0, 0.0, 10.0, 0.0]),
        treated=np.array([True, False, True, False]),
        ended=np.array([5.0, np.nan, 12.0, 95.0]),
        won=np.array([True, False, True, True]),
    )
    assert matured(deals, 90, 30)[0].sum() == 0
    counts, won = matured(deals, 90, 99)
    assert counts.tolist() == [True, True, False, True]
    assert won[counts].tolist() == [True, False, False]  # won after 95 days is not won within 90


def test_an_arm_that_wins_sooner_but_not_more_is_no_better():
    found = {"ended so far": [], "horizon passed": [], "incidence": []}
    for seed in range(60):
        deals = single(1500, 0.0, np.random.default_rng(seed), faster=True)
        counts, won = matured(deals, HORIZON, 180)
        over = deals.ended <= 180
        for name, rows, its in (("ended so far", over, deals.won), ("horizon passed", counts, won)):
            found[name].append(its[rows & deals.treated].mean() - its[rows & ~deals.treated].mean())
        look = share_won_by(deals, HORIZON, 180)
        assert isinstance(look, Look)
        found["incidence"].append(look.value)
    assert np.mean(found["ended so far"]) > 0.05
    assert abs(np.mean(found["horizon passed"])) < 0.02
    assert abs(np.mean(found["incidence"])) < 0.02
    assert np.std(found["incidence"]) < np.std(found["horizon passed"])  # it also uses what is not over yet


def test_the_incidence_is_the_plain_share_once_everything_is_known():
    deals = single(800, 0.1, np.random.default_rng(2))
    look = share_won_by(deals, HORIZON, 1000)
    assert isinstance(look, Look)
    _counts, won = matured(deals, HORIZON, 1000)
    new, old = won[deals.treated], won[~deals.treated]
    assert look.value == pytest.approx(new.mean() - old.mean(), abs=1e-12)
    assert look.error == pytest.approx(np.sqrt(new.var() / len(new) + old.var() / len(old)), rel=1e-9)


def test_before_the_first_horizon_has_passed_nothing_is_said():
    deals = single(800, 0.1, np.random.default_rng(2))
    assert isinstance(share_won_by(deals, HORIZON, HORIZON - 1), NotEnoughData)
