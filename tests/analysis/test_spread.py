import numpy as np
import pytest
from scipy import stats

from afteraction.analysis.spread import Moments, clustered_mean, mean_difference, simple_mean, spread
from afteraction.errors import NotEnoughData


def moments(values):
    return Moments(len(values), float(np.sum(values)), float(np.sum(np.square(values))))


def drawn(rng, groups, between, within=0.3):
    """Groups of 5 to 60 values around a mean of their own."""
    means = rng.normal(0.7, between, groups)
    return [rng.normal(mean, within, int(rng.integers(5, 61))) for mean in means]


def test_a_mean_has_students_interval():
    values = np.random.default_rng(1).random(30)
    found = simple_mean(moments(values))
    oracle = stats.ttest_1samp(values, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high))


def test_a_difference_of_means_has_welchs_interval():
    rng = np.random.default_rng(2)
    one, other = rng.random(12), rng.normal(0.3, 2, 40)
    found = mean_difference(moments(one), moments(other))
    oracle = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high))


def test_the_interval_of_a_mean_over_groups_holds_the_truth_95_times_in_100():
    rng = np.random.default_rng(3)
    clustered, as_if_independent = [], []
    for _trial in range(800):
        groups = [moments(values) for values in drawn(rng, 20, between=0.1)]
        clustered.append(clustered_mean(groups))
        as_if_independent.append(
            simple_mean(Moments(*(sum(x) for x in zip(*((g.n, g.total, g.squares) for g in groups), strict=True))))
        )
    held = np.mean([found.low <= 0.7 <= found.high for found in clustered])
    assert 0.92 < held < 0.98
    assert np.mean([found.low <= 0.7 <= found.high for found in as_if_independent]) < 0.85


@pytest.mark.parametrize("between", [0.0, 0.05, 0.2])
def test_the_interval_of_the_spread_holds_the_truth_95_times_in_100(between):
    rng = np.random.default_rng(4)
    found = [spread([moments(v) for v in drawn(rng, 15, between)]) for _trial in range(800)]
    held = np.mean([each.low <= between <= each.high for each in found])
    assert held > 0.93
    if between:
        assert held < 0.98
        assert np.mean([each.value for each in found]) == pytest.approx(between, rel=0.2)


def test_the_spread_of_equal_groups_is_that_of_the_analysis_of_variance():
    groups = [np.random.default_rng(n).normal(n, 1, 10) for n in range(6)]
    found = spread([moments(values) for values in groups])
    ratio = stats.f_oneway(*groups).statistic
    within = np.mean([np.var(values, ddof=1) for values in groups])
    assert found.value == pytest.approx(np.sqrt((ratio - 1) / 10 * within))
    assert found.share == pytest.approx((ratio - 1) / (ratio - 1 + 10))


@pytest.mark.parametrize("groups", [[], [Moments(9, 3, 2)] * 2, [Moments(1, 1, 1)] * 5, [Moments(4, 4.0, 4.0)] * 5])
def test_too_little_is_refused(groups):
    assert isinstance(spread(groups), NotEnoughData)


def test_single_values_have_no_interval():
    assert isinstance(simple_mean(Moments(1, 1, 1)), NotEnoughData)
    assert isinstance(mean_difference(Moments(1, 1, 1), Moments(5, 1, 1)), NotEnoughData)
    assert isinstance(clustered_mean([]), NotEnoughData)
