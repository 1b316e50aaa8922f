import numpy as np
import pytest

from afteraction.analysis.amount_shares import AmountShare
from afteraction.analysis.effect import standard_error

OWNER = np.repeat(np.arange(50), 4).astype(np.int32)


def test_deals_of_one_owner_that_are_alike_count_as_one():
    influence = np.random.default_rng(1).standard_normal(50)[OWNER]
    assert standard_error(influence, OWNER) == pytest.approx(2 * standard_error(influence, None), rel=0.02)


def test_clusters_never_make_an_effect_look_surer_than_independent_deals():
    """Models that know the owners take their mean out of what is left: sums by owner are then next to nothing."""
    influence = np.random.default_rng(2).standard_normal(200)
    influence -= np.bincount(OWNER, influence)[OWNER] / 4
    assert standard_error(influence, OWNER) == standard_error(influence, None)


def test_a_deal_without_an_owner_is_on_its_own():
    influence = np.random.default_rng(3).standard_normal(200)
    influence -= influence.mean()
    nobody = np.full(200, -1, dtype=np.int32)
    assert standard_error(influence, nobody) == pytest.approx(standard_error(influence, None))


def test_a_share_that_hangs_on_a_few_large_deals_is_less_sure():
    rng = np.random.default_rng(4)
    chosen = np.arange(400) % 2 == 0
    equal = AmountShare.of(chosen, np.ones(400)).measured
    unequal = AmountShare.of(chosen, np.exp(2.0 * rng.standard_normal(400))).measured
    assert equal.high - equal.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.02)
    assert unequal.high - unequal.low > 2 * (equal.high - equal.low)


def test_intervals_of_shares_hold_the_truth_where_few_deals_hold_most_of_the_value():
    """Amounts as unequal as those of won deals, and a rule that leaves a tenth of them."""
    rng, held = np.random.default_rng(5), []
    for _trial in range(400):
        chosen, amount = rng.random(150) < 0.1, np.exp(1.3 * rng.standard_normal(150))
        measured = AmountShare.of(chosen, amount).measured
        held.append(measured.low <= 0.1 <= measured.high)
    assert 0.92 <= np.mean(held) <= 0.985
