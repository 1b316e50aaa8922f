import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2, chi2_contingency, false_discovery_control

from afteraction.analysis.intervals import (
    difference,
    equality_p_value,
    false_discovery_q_values,
    minimum_detectable_difference,
    rate,
    rate_if_any,
)


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_rate_is_wilsons(counts):
    count, n = counts
    found = rate(count, n)
    oracle = binomtest(count, n, 0.5).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize(("count", "n"), [(0, 0), (3, 2), (-1, 4)])
def test_what_is_no_rate_is_refused(count, n):
    with pytest.raises(ValueError, match="is no rate"):
        rate(count, n)


def test_nothing_counted_is_no_rate():
    assert rate_if_any(0, 0) is None


@pytest.mark.parametrize("truth", [0.03, 0.2, 0.5])
@pytest.mark.parametrize("n", [20, 200])
def test_the_interval_of_a_rate_holds_the_truth_95_times_in_100(truth, n):
    drawn = np.random.default_rng(1).binomial(n, truth, 4000)
    held = np.mean([found.low <= truth <= found.high for found in (rate(int(k), n) for k in drawn)])
    assert 0.925 < held < 0.99


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_as_published(one, other, low, high):
    """Newcombe 1998b, table II, method 10."""
    found = difference(rate(*one), rate(*other))
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_the_interval_of_a_difference_holds_the_truth_95_times_in_100():
    rng = np.random.default_rng(2)
    pairs = zip(rng.binomial(60, 0.3, 4000), rng.binomial(40, 0.45, 4000), strict=True)
    found = [difference(rate(int(a), 60), rate(int(b), 40)) for a, b in pairs]
    assert 0.935 < np.mean([d.low <= -0.15 <= d.high for d in found]) < 0.97


def test_equality_is_tested_with_the_n_minus_1_chi_squared_test():
    oracle = chi2_contingency([[30, 70], [50, 60]], correction=False).statistic * 209 / 210
    assert equality_p_value(rate(30, 100), rate(50, 110)) == pytest.approx(chi2.sf(oracle, 1))


def test_a_table_with_an_expected_count_below_one_proves_nothing():
    assert equality_p_value(rate(1, 1), rate(0, 500)) == 1.0
    assert equality_p_value(rate(0, 10), rate(0, 10)) == 1.0


def test_chance_is_called_a_difference_at_most_5_times_in_100():
    rng = np.random.default_rng(3)
    pairs = zip(rng.binomial(40, 0.2, 4000), rng.binomial(300, 0.2, 4000), strict=True)
    assert np.mean([equality_p_value(rate(int(a), 40), rate(int(b), 300)) <= 0.05 for a, b in pairs]) < 0.06


@given(st.lists(st.floats(0, 1), max_size=30))
def test_false_discoveries_are_counted_as_benjamini_and_hochberg_do(p_values):
    oracle = false_discovery_control(p_values) if p_values else []
    assert false_discovery_q_values(p_values) == pytest.approx(list(oracle))


def test_of_40_groups_that_are_alike_one_is_flagged_at_most_5_times_in_100():
    rng = np.random.default_rng(7)
    flagged = 0
    for _trial in range(400):
        won = rng.binomial(60, 0.3, 40)
        rest = [rate(int(won.sum() - k), 60 * 39) for k in won]
        p_values = [equality_p_value(rate(int(k), 60), others) for k, others in zip(won, rest, strict=True)]
        flagged += min(false_discovery_q_values(p_values)) <= 0.05
    assert flagged / 400 < 0.075


def test_a_group_of_the_detectable_difference_is_found_4_times_in_5():
    detectable = minimum_detectable_difference(150, 400, base=0.3)
    rng = np.random.default_rng(4)
    pairs = zip(rng.binomial(150, 0.3 + detectable, 3000), rng.binomial(400, 0.3, 3000), strict=True)
    found = np.mean([equality_p_value(rate(int(a), 150), rate(int(b), 400)) <= 0.05 for a, b in pairs])
    assert found == pytest.approx(0.8, abs=0.03)


def test_no_difference_can_be_detected_without_data():
    assert minimum_detectable_difference(0, 100, base=0.3) is None
    assert minimum_detectable_difference(2, 3, base=0.5) is None
