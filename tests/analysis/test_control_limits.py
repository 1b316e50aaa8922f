"""How far chance alone carries a win rate."""

import numpy as np
import pytest
from scipy.stats import binom

from afteraction.analysis.control_limits import control_limits, steadiness

DEALS = np.array([1, 2, 5, 10, 30, 100, 1_000], dtype=np.int32)


@pytest.mark.parametrize("rate", [0.03, 0.28, 0.9])
@pytest.mark.parametrize("outside", [0.05, 0.002])
def test_limits_lie_within_one_win_of_those_of_the_binomial_distribution(rate, outside):
    for limits, level in zip(control_limits(rate, DEALS, outside), (outside / 2, 1 - outside / 2), strict=True):
        wins = binom.ppf(level, DEALS, rate)
        assert np.all((limits * DEALS <= wins + 1e-9) & (limits * DEALS >= np.maximum(wins - 1, 0) - 1e-9))


def test_limits_of_many_deals_are_those_of_the_normal_distribution():
    low, high = control_limits(0.3, np.array([100_000], dtype=np.int32), 0.05)
    half = 1.96 * np.sqrt(0.3 * 0.7 / 100_000)
    assert low == pytest.approx(0.3 - half, abs=2e-5)
    assert high == pytest.approx(0.3 + half, abs=2e-5)


def test_chance_alone_stays_within_them_as_often_as_they_say():
    deals = np.full(4_000, 60, dtype=np.int32)
    share = np.random.default_rng(1).binomial(deals, 0.28) / deals
    low, high = control_limits(0.28, deals, 0.05)
    assert 0.03 <= np.mean((share < low) | (share > high)) <= 0.08


def test_more_deals_bring_them_closer_and_they_never_leave_what_is_possible():
    low, high = control_limits(0.28, DEALS, 0.002)
    assert np.all(np.diff(high - low)[2:] < 0)
    assert np.all((low >= 0) & (high <= 1) & (low <= 0.28) & (high >= 0.28))


def test_a_steady_run_of_counts_is_seldom_called_unusual_and_a_jump_is():
    rng = np.random.default_rng(1)
    calm = [steadiness(rng.poisson(6, 26).astype(float)).unusual.mean() for _ in range(200)]
    assert np.mean(calm) < 0.04
    found = steadiness(np.array([5.0, 7, 4] * 6 + [30]))
    assert found.unusual.tolist() == [False] * 18 + [True]
    assert found.low <= found.middle <= found.high


def test_eight_in_a_row_on_one_side_are_unusual():
    found = steadiness(np.array([4.0, 6, 4, 6, 4, 6, 4, 6, 7, 8, 7, 8, 7, 8, 7, 8]))
    assert found.unusual[-1]
    with pytest.raises(ValueError, match="too few"):
        steadiness(np.ones(5))
