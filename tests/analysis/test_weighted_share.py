import numpy as np
import pytest

from afteraction.analysis.intervals import rate
from afteraction.analysis.weighted_share import effective_for, effective_n, weighted_share


def test_with_equal_weights_it_is_the_plain_rate():
    yes = np.repeat([1.0, 0.0], [7, 33])
    found, plain = weighted_share(yes, np.full(40, 3.0)), rate(7, 40)
    assert (found.value, found.low, found.high) == pytest.approx((plain.value, plain.low, plain.high))
    assert found.effective == pytest.approx(40)


def test_one_deal_that_stands_for_most_leaves_few_effective_ones():
    weight = np.array([10.0, *[0.1] * 9])
    assert effective_n(weight) < 1.2
    found = weighted_share(np.array([1.0, *[0.0] * 9]), weight)
    assert found.low < 0.4


def test_a_share_of_nought_is_not_taken_for_certain():
    found = weighted_share(np.zeros(20), np.ones(20), np.repeat(np.arange(4), 5))
    assert found.value == 0
    assert found.high == pytest.approx(rate(0, 4).high)


def test_deals_of_an_owner_that_are_all_alike_count_once():
    owner = np.repeat(np.arange(40), 10)
    yes = np.repeat(np.arange(40) % 2, 10).astype(float)
    assert effective_for(yes, np.ones(400), owner) == pytest.approx(40, rel=0.05)
    assert effective_for(yes, np.ones(400)) == pytest.approx(400, rel=0.01)


def test_an_interval_of_weighted_deals_of_few_owners_holds_the_truth_in_95_of_100_samples():
    rng = np.random.default_rng(5)
    held = []
    for _sample in range(600):
        chance = rng.beta(3, 7, 20)
        owner = np.repeat(np.arange(20), 12)
        weight = rng.choice([0.5, 1.0, 3.0], 240)
        found = weighted_share((rng.random(240) < chance[owner]).astype(float), weight, owner)
        held.append(found.low <= 0.3 <= found.high)
    assert 0.93 <= np.mean(held) <= 0.98
