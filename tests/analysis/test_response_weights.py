"""The truth is known: unhappy buyers answer less often, and the record knows which deals were lost and how large."""

import numpy as np
import pytest
from benchmarks.review_worlds import invited_buyers
from scipy.special import expit

from afteraction.analysis.response_weights import TRIM, corrected, design, response_weights
from afteraction.analysis.review_sampling import SamplingRule, draw_sample
from afteraction.errors import NotEnoughData

TRUTH = float(np.mean(invited_buyers(np.random.default_rng(0), 1_000_000)[0]))


def test_the_weights_remove_a_planted_bias_and_their_interval_holds_the_truth():
    rng = np.random.default_rng(1)
    found = []
    for _sample in range(400):
        price, answered, words, numbers = invited_buyers(rng, 600)
        found.append(corrected(price, response_weights(answered, words, numbers)))
    plain, weighted = (np.mean([getattr(each, name).value for each in found]) for name in ("plain", "weighted"))
    assert plain < TRUTH - 0.08
    assert weighted == pytest.approx(TRUTH, abs=0.01)
    assert np.mean([each.plain.low <= TRUTH <= each.plain.high for each in found]) < 0.3
    assert np.mean([each.weighted.low <= TRUTH <= each.weighted.high for each in found]) >= 0.94


def test_what_the_record_does_not_know_is_not_corrected():
    price, answered, _words, _numbers = invited_buyers(np.random.default_rng(2), 20_000)
    found = corrected(price, response_weights(answered, {}, {"noise": np.random.default_rng(3).normal(size=20_000)}))
    assert abs(found.moved) < 0.005
    assert found.weighted.value < TRUTH - 0.08


def test_weighted_answers_look_like_all_who_wereinvited_buyers():
    _price, answered, words, numbers = invited_buyers(np.random.default_rng(4), 3_000)
    found = response_weights(answered, words, numbers)
    assert max(abs(each.before) for each in found.balance) > 0.3
    assert max(abs(each.after) for each in found.balance) < 0.05
    assert found.weight[answered].mean() == pytest.approx(1)
    assert not found.weight[~answered].any()
    assert found.effective < found.answered


def test_a_huge_weight_is_cut_and_it_is_said():
    rng = np.random.default_rng(5)
    large = rng.normal(size=3_000)
    found = response_weights(rng.random(3_000) < expit(-1 + 2.5 * large), {}, {"log amount": large})
    assert found.trimmed > 0
    assert found.largest > TRIM
    assert found.weight.max() < found.largest


def test_weights_of_a_draw_and_of_answers_together_speak_for_all_deals():
    rng = np.random.default_rng(6)
    price, answered, words, numbers = invited_buyers(rng, 40_000)
    large = numbers["log amount"]
    drawn = draw_sample([str(each) for each in range(40_000)], large, SamplingRule(0.2, "2026", 1.0))
    kept = drawn.drawn
    facts = {"outcome": [each for each, here in zip(words["outcome"], kept, strict=True) if here]}, {"a": large[kept]}
    both = response_weights(answered[kept], *facts, sampling=drawn.weight[kept])
    one = response_weights(answered[kept], *facts)
    assert corrected(price[kept], both).weighted.value == pytest.approx(TRUTH, abs=0.02)
    assert corrected(price[kept], one).weighted.value > TRUTH + 0.02


def test_deals_of_an_owner_that_are_alike_make_the_interval_wider():
    price, answered, words, numbers = invited_buyers(np.random.default_rng(7), 3_000)
    weights = response_weights(answered, words, numbers)
    owner = np.arange(3_000) // 60
    price = (owner % 2 == 1) & (price | (owner % 4 == 1))
    apart, together = corrected(price, weights).weighted, corrected(price, weights, owner).weighted
    assert together.value == apart.value
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_unknown_numbers_rare_words_and_facts_that_never_vary_have_their_columns_or_none():
    words = {"segment": ["a"] * 15 + ["b"] * 12 + ["c", "d", ""], "same": ["x"] * 30}
    numbers = {"amount": np.array([np.nan, *range(29)]), "never": np.full(30, np.nan), "one": np.ones(30)}
    names, z = design(words, numbers, 30)
    assert names == ("all", "amount", "amount unknown", "segment a", "segment b", "segment another")
    assert z.shape == (30, 6)
    assert z[0, 1] == 0
    assert z[1:, 1].std() == pytest.approx(1)


@pytest.mark.parametrize("yes", [19, 81])
def test_too_few_answers_or_too_few_without_one_are_refused(yes):
    answered = np.arange(100) < yes
    found = response_weights(answered, {}, {"amount": np.arange(100.0)})
    assert found == NotEnoughData(f"{yes} of 100 invited deals answered", "at least 20 that did and 20 that did not")
