import numpy as np
import pytest
from benchmarks.review_worlds import NAMED_MORE, who_says_price

from afteraction.analysis.paired_voices import mcnemar_p_value, paired_difference, weighted_paired_difference
from afteraction.errors import NotEnoughData


def _table(both, only_one, only_other, neither):
    cells = np.repeat([0, 1, 2, 3], [both, only_one, only_other, neither])
    return (cells == 0) | (cells == 1), (cells == 0) | (cells == 2)


@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [((36, 12, 2, 0), 0.0569, 0.3404), ((20, 12, 2, 16), 0.0562, 0.3292), ((54, 0, 0, 0), -0.0664, 0.0664)],
)
def test_the_interval_is_that_of_the_published_tables(cells, low, high):
    """Newcombe 1998, Statist. Med. 17:2635, table III, method 10."""
    found = paired_difference(*_table(*cells))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00006)


def test_reps_who_say_price_more_often_than_buyers_are_found():
    one, other = who_says_price(np.random.default_rng(0), 400)
    found = paired_difference(one, other)
    assert found.value == pytest.approx(found.one.value - found.other.value)
    assert found.low > 0.15
    assert found.p < 0.001
    assert found.n == 400


def test_an_interval_holds_the_truth_in_95_of_100_samples():
    rng = np.random.default_rng(1)
    found = [paired_difference(*who_says_price(rng, 30)) for _sample in range(1_500)]
    assert 0.94 <= np.mean([each.low <= NAMED_MORE <= each.high for each in found]) <= 0.98


def test_a_weighted_interval_holds_the_truth_in_95_of_100_samples():
    rng = np.random.default_rng(2)
    held = []
    for _sample in range(600):
        one, other = who_says_price(rng, 100)
        found = weighted_paired_difference(one, other, rng.choice([0.5, 1.0, 2.0], 100))
        held.append(found.low <= NAMED_MORE <= found.high)
    assert 0.93 <= np.mean(held) <= 0.985


def test_with_equal_weights_it_is_the_plain_difference():
    one, other = who_says_price(np.random.default_rng(3), 200)
    plain, weighted = paired_difference(one, other), weighted_paired_difference(one, other, np.full(200, 2.0))
    assert weighted.value == pytest.approx(plain.value)
    assert (weighted.low, weighted.high) == pytest.approx((plain.low, plain.high), abs=0.002)


def test_deals_of_an_owner_that_are_alike_make_the_interval_wider():
    one, other = (np.repeat(each, 8) for each in who_says_price(np.random.default_rng(4), 50))
    apart = weighted_paired_difference(one, other, np.ones(400))
    together = weighted_paired_difference(one, other, np.ones(400), np.repeat(np.arange(50), 8))
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_two_voices_that_never_part_are_not_taken_for_equal_for_certain():
    one, _other = _table(10, 0, 0, 20)
    found = paired_difference(one, one)
    assert found.p == 1
    assert found.low < -0.03
    assert found.high > 0.03


def test_an_even_split_of_single_voices_is_what_chance_does():
    assert mcnemar_p_value(5, 5) == 1
    assert mcnemar_p_value(0, 6) == pytest.approx(2 / 2**6)


def test_too_few_pairs_are_refused():
    one, other = who_says_price(np.random.default_rng(0), 19)
    refused = NotEnoughData("only 19 deals have both voices", "at least 20 such deals")
    assert paired_difference(one, other) == refused
    assert weighted_paired_difference(one, other, np.ones(19)) == refused
