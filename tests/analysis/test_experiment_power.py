"""What a trial needs, and when it can never tell."""

from dataclasses import replace

import numpy as np
import pytest

from afteraction.analysis.experiment_power import (
    Measure,
    NotAnswerable,
    Size,
    Supply,
    crossing,
    drift,
    size,
    smallest_effect,
    stretched,
)

WON = Measure("won within 90 days", base=0.3, effect=0.1, horizon=90, likeness=0.03)
STEP = Measure("champion named", base=0.4, effect=0.25, horizon=14, likeness=0.02)


def test_daily_looks_cost_little_beside_one_look():
    assert drift(0.8) == pytest.approx(2.8016, rel=0.04)
    assert drift(0.8) > 2.8016


def test_crossing_is_how_often_brownian_motions_cross():
    rng = np.random.default_rng(1)
    path = np.cumsum(rng.normal(2.0 / 2000, 1 / np.sqrt(2000), (2000, 2000)), axis=1)
    assert np.mean(path.max(axis=1) > 1.5) == pytest.approx(crossing(1.5, 2.0, 1.0), abs=0.035)


def test_single_deals_need_the_textbook_number_stretched_by_looking():
    found = size(replace(WON, likeness=0.0), Supply(per_week=20, longest=104))
    assert isinstance(found, Size)
    textbook = 2 * (1.959964 + 0.841621) ** 2 * (0.3 * 0.7 + 0.4 * 0.6) / 0.1**2  # Fleiss et al. 2003, unpooled
    assert textbook < found.deals < 1.1 * textbook
    assert found.weeks == pytest.approx(found.deals / 20 + 90 / 7, abs=0.1)


def test_few_clusters_need_more_deals_than_many():
    needed = []
    for clusters in (30, 60, 200):
        found = size(WON, Supply(per_week=60, longest=500, clusters=clusters))
        assert isinstance(found, Size)
        needed.append(found.deals)
    assert needed == sorted(needed, reverse=True)


def test_eight_clusters_say_that_no_time_is_enough_and_what_would_do():
    found = size(WON, Supply(per_week=40, longest=104, clusters=8), leading=[STEP])
    assert isinstance(found, NotAnswerable)
    assert found.weeks is None
    assert found.clusters is not None
    assert found.clusters > 8
    assert found.leading == ("champion named",)
    assert "8 clusters can never show" in found.reason
    assert "as a leading measure champion named" in found.needed
    enough = size(WON, Supply(per_week=5 * found.clusters, longest=104, clusters=found.clusters))
    assert isinstance(enough, Size)


def test_a_long_cycle_says_how_much_longer():
    found = size(replace(WON, likeness=0.0), Supply(per_week=5, longest=52))
    assert isinstance(found, NotAnswerable)
    assert found.weeks is not None
    assert found.weeks > 52
    assert found.effect is not None
    assert found.effect > 0.1
    again = size(replace(WON, likeness=0.0, effect=found.effect * 1.001), Supply(per_week=5, longest=52))
    assert isinstance(again, Size)


def test_six_clusters_cannot_be_drawn_in_enough_ways():
    assert smallest_effect(WON, Supply(per_week=1000, longest=104, clusters=6)) is None


def test_a_mean_needs_what_its_spread_says():
    days = Measure("days until won", base=80.0, effect=-10.0, horizon=120, spread=30.0)
    found = size(days, Supply(per_week=20, longest=200))
    assert isinstance(found, Size)
    assert found.deals == pytest.approx(4 * 30**2 * drift(0.8) ** 2 / 10**2, rel=0.01)
    least = smallest_effect(days, Supply(per_week=20, longest=found.weeks))
    assert least == pytest.approx(10.0, rel=0.02)


def test_few_clusters_need_more_than_the_formula():
    assert stretched(8) > stretched(12) >= stretched(30) > 1
    assert stretched(6) is None
    assert stretched(60) == pytest.approx(1.02, abs=0.01)


def test_arms_of_uneven_size_cost_deals():
    even = size(WON, Supply(per_week=40, longest=400, clusters=60))
    stepped = size(WON, Supply(per_week=40, longest=400, clusters=60, balance=0.5))
    assert isinstance(even, Size)
    assert isinstance(stepped, Size)
    assert stepped.deals == pytest.approx(2 * even.deals, abs=2)


def test_every_wrong_number_is_reported_at_once():
    with pytest.raises(ValueError, match=r"share of 1.*0 deals a week"):
        size(replace(WON, base=1.0), Supply(per_week=0, longest=52))
    with pytest.raises(ValueError, match=r"mean of 80, 0 about it"):
        size(Measure("days", 80.0, -10.0, 90, spread=0.0), Supply(per_week=10, longest=52))
