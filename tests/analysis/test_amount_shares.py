import numpy as np
import pytest

from afteraction.analysis.amount_shares import AmountShare, difference, p_of_none
from afteraction.analysis.intervals import rate


def test_a_share_is_that_of_the_amount_and_not_of_the_deals():
    found = AmountShare.of(np.array([True, False, False]), np.array([6.0, 3.0, 1.0]))
    assert found.value == pytest.approx(0.6)
    assert found.effective == pytest.approx(100 / 46)


def test_many_equal_amounts_have_wilsons_interval():
    chosen = np.arange(2_000) < 400
    expected = rate(400, 2_000)
    assert AmountShare.of(chosen, np.full(2_000, 7.0)).interval() == pytest.approx((expected.low, expected.high), 1e-3)


def test_a_share_of_none_or_all_is_not_certain():
    amount = np.ones(50)
    none, everything = (AmountShare.of(np.full(50, chosen), amount).measured for chosen in (False, True))
    assert (none.low, everything.high) == (0.0, 1.0)
    assert none.high > 0.05
    assert everything.low < 0.95


def test_one_large_deal_makes_an_interval_wide():
    chosen = np.arange(100) < 20
    even, uneven = np.ones(100), np.where(np.arange(100) == 50, 200.0, 1.0)
    widths = [high - low for low, high in (AmountShare.of(chosen, amount).interval() for amount in (even, uneven))]
    assert widths[1] > 3 * widths[0]


def test_two_shares_of_the_same_amounts_do_not_differ():
    chosen, amount = np.arange(60) % 3 == 0, np.linspace(1, 5, 60)
    first, second = AmountShare.of(chosen, amount), AmountShare.of(chosen, 2 * amount)
    low, high = difference(first, second)
    assert p_of_none(first, second) == 1.0
    assert low == pytest.approx(-high)
    assert high < 0.1


def test_the_p_value_and_the_interval_agree():
    rng = np.random.default_rng(1)
    for _run in range(60):
        chosen = rng.random(80) < 0.3
        saved, lost = rng.lognormal(size=80), rng.lognormal(size=80) * np.where(chosen, 0.4, 1.0)
        first, second = AmountShare.of(chosen, saved), AmountShare.of(chosen, lost)
        low, high = difference(first, second)
        assert (p_of_none(first, second) < 0.05) == (low > 0 or high < 0)


@pytest.mark.parametrize("amounts", ["counts", "alike", "few large"])
def test_intervals_hold_the_truth(amounts):
    rng = np.random.default_rng(2)

    def deals(n):
        size = rng.normal(size=n)
        chosen = rng.random(n) < 0.25
        won = rng.random(n) < np.where(chosen, 0.2, 0.35)
        worth = {"counts": np.ones(n), "alike": np.exp(0.4 * size), "few large": np.exp(1.2 * size)}[amounts]
        return chosen, won * worth, rng.lognormal(sigma=0.8, size=n) * np.where(won, 2.0, 1.0)

    chosen, worth, spent = deals(400_000)
    truth = [AmountShare.of(chosen, amount).value for amount in (worth, spent)]
    held = np.zeros(3)
    runs = 500
    for _run in range(runs):
        chosen, worth, spent = deals(160)
        first, second = AmountShare.of(chosen, worth), AmountShare.of(chosen, spent)
        intervals = (first.interval(), second.interval(), difference(first, second))
        truths = (*truth, truth[0] - truth[1])
        held += [low <= true <= high for (low, high), true in zip(intervals, truths, strict=True)]
    assert np.all(held / runs >= 0.92), held / runs
    assert np.all(held / runs <= 0.985), held / runs
