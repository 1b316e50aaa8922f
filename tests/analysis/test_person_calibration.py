"""A person whose over-confidence is known: true chances, stated ones beside them, several statements on each deal."""

import numpy as np
import pytest
from benchmarks.review_worlds import person

from afteraction.analysis.person_calibration import person_calibration
from afteraction.errors import NotEnoughData


@pytest.mark.parametrize("bold", [0.0, 0.8])
def test_intervals_hold_the_truth_in_95_of_100_samples(bold):
    truth = person_calibration(*person(np.random.default_rng(0), 200_000, bold))
    rng = np.random.default_rng(1)
    for deals, least in ((12, 0.94), (60, 0.93)):
        found = [person_calibration(*person(rng, deals, bold), truth.scores.base_rate) for _sample in range(400)]
        held = [each.over_confidence.low <= truth.over_confidence.value <= each.over_confidence.high for each in found]
        assert least <= np.mean(held) <= 0.99
    assert 0.92 <= np.mean([_holds(each.scores.brier, truth.scores.brier) for each in found]) <= 0.98
    assert 0.92 <= np.mean([_holds(each.scores.skill, truth.scores.skill) for each in found]) <= 0.98
    sloped = [each.slope for each in found if not isinstance(each.slope, NotEnoughData)]
    assert len(sloped) > 350
    assert 0.92 <= np.mean([_holds(each.slope, truth.slope.slope) for each in sloped]) <= 0.98


def _holds(interval, truth):
    return interval.low <= truth.value <= interval.high


def test_who_promises_too_much_is_told_so():
    found = person_calibration(*person(np.random.default_rng(2), 200, bold=1.0))
    assert found.over_confidence.low > 0.08
    assert found.slope.in_large.high < 0
    assert found.deals == 200
    assert found.statements > 500


def test_who_guesses_is_no_better_than_the_base_rate():
    stated, won, deal = person(np.random.default_rng(3), 200)
    found = person_calibration(np.random.default_rng(4).permutation(stated), won, deal)
    assert found.scores.skill.high < 0
    assert found.slope.slope.low < 0 < found.slope.slope.high


def test_a_deal_counts_once_however_often_its_chance_was_stated():
    stated, won = np.linspace(0.1, 0.9, 30), np.arange(30) % 3 == 0
    once = person_calibration(stated, won, np.arange(30))
    again = np.repeat(np.arange(30), np.where(won, 9, 1))
    often = person_calibration(stated[again], won[again], again)
    for ours, theirs in ((often.over_confidence, once.over_confidence), (often.scores.brier, once.scores.brier)):
        assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.value, theirs.low, theirs.high))
    assert often.statements == 110


def test_ten_losses_at_the_same_chance_are_not_taken_for_certain():
    found = person_calibration(np.full(10, 0.3), np.zeros(10, dtype=bool), np.arange(10))
    assert found.over_confidence.value == pytest.approx(0.3)
    assert -0.1 < found.over_confidence.low < 0.1
    assert isinstance(found.scores, NotEnoughData)


def test_chances_of_nought_and_one_are_allowed():
    stated = np.tile([0.0, 1.0], 40)
    found = person_calibration(stated, np.arange(80) % 4 < 2, np.arange(80))
    assert found.scores.brier.value == 0.5
    assert abs(found.slope.slope.value) < 0.1


def test_the_same_chance_for_every_deal_has_no_slope():
    found = person_calibration(np.full(80, 0.4), np.arange(80) % 3 == 0, np.arange(80))
    assert found.slope == NotEnoughData(
        "every deal was given the same chance, 40%", "chances that differ between deals"
    )


def test_bands_say_how_many_deals_of_a_stated_chance_were_won():
    stated, won, deal = person(np.random.default_rng(5), 300)
    found = person_calibration(stated, won, deal)
    assert sum(each.won.n for each in found.bands) == 300
    assert all(each.low <= each.stated <= each.high for each in found.bands)
    assert [each.low for each in found.bands] == [0, 0.2, 0.4, 0.6, 0.8]


def test_a_person_with_few_ended_deals_is_not_judged():
    found = person_calibration(*person(np.random.default_rng(6), 9))
    assert found == NotEnoughData("only 9 deals with a stated chance have ended", "at least 10 such deals")


@pytest.mark.parametrize("chance", [-0.1, 70.0, np.nan])
def test_what_is_no_probability_is_an_error(chance):
    with pytest.raises(ValueError, match="expected probabilities"):
        person_calibration(np.full(20, chance), np.zeros(20, dtype=bool), np.arange(20))
