import numpy as np
import pytest
from benchmarks.review_worlds import two_voices

from afteraction.analysis.agreement import (
    Agreement,
    Level,
    SetDistance,
    agreement,
    agreement_by_driver,
    agreement_on_sets,
    set_distance,
)
from afteraction.errors import NotEnoughData

PRICE, STORY, BOTH, NONE = frozenset({"price"}), frozenset({"story"}), frozenset({"price", "story"}), frozenset()


def test_the_worked_example_of_the_literature_comes_out():
    """Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, C: four observers, twelve units, some missing."""
    observers = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
            [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
        ]
    )
    once = [[None if np.isnan(value) else float(value) for value in unit] for unit in observers.T]
    # Each unit twice, as a dozen are refused; that moves D_e by its n - 1 alone.
    found = agreement(once * 2, Level.NOMINAL, np.random.default_rng(0))
    assert isinstance(found, Agreement)
    n = 40
    assert 1 - (1 - found.value) * (n - 1) / n * (2 * n) / (2 * n - 1) == pytest.approx(0.743, abs=0.0005)


def test_an_interval_of_two_voices_holds_the_truth_in_95_of_100_samples():
    truth = agreement(two_voices(np.random.default_rng(0), 400_000)[0], Level.NOMINAL, np.random.default_rng(0)).value
    rng = np.random.default_rng(1)
    found = [agreement(two_voices(rng, 60)[0], Level.NOMINAL, rng) for _sample in range(300)]
    held = np.mean([each.low <= truth <= each.high for each in found])
    assert 0.92 <= held <= 0.98


def test_deals_of_an_owner_that_are_alike_make_the_interval_wider():
    rng = np.random.default_rng(2)
    answers, owner = two_voices(rng, 1_200, owners=40)
    apart = agreement(answers, Level.NOMINAL, rng)
    together = agreement(answers, Level.NOMINAL, rng, owner)
    assert together.clustered
    assert not apart.clustered
    assert together.value == apart.value
    assert together.high - together.low > 1.1 * (apart.high - apart.low)


def test_with_few_owners_deals_are_drawn_by_themselves():
    rng = np.random.default_rng(2)
    answers, owner = two_voices(rng, 200, owners=5)
    assert not agreement(answers, Level.NOMINAL, rng, owner).clustered


def test_perfect_agreement_on_few_deals_is_not_taken_for_certain():
    answers = [[float(deal % 2)] * 2 for deal in range(30)]
    found = agreement(answers, Level.NOMINAL, np.random.default_rng(0))
    assert found.value == found.high == 1
    assert 0.7 < found.low < 0.85


def test_an_ordinal_answer_one_step_off_disagrees_less_than_one_far_off():
    near = [[1.0, 2.0], [5.0, 4.0], [3.0, 3.0]] * 10
    far = [[1.0, 5.0], [5.0, 1.0], [3.0, 3.0]] * 10
    values = [agreement(each, Level.ORDINAL, np.random.default_rng(0)).value for each in (near, far)]
    assert values[0] > 0.5
    assert values[1] < 0


def test_the_same_seed_gives_the_same_interval():
    answers, _owner = two_voices(np.random.default_rng(3), 100)
    assert agreement(answers, Level.NOMINAL, np.random.default_rng(9)) == agreement(
        answers, Level.NOMINAL, np.random.default_rng(9)
    )


def test_too_few_deals_with_two_voices_are_refused():
    answers = [[1.0, 0.0], [0.0, None]] * 19
    found = agreement(answers, Level.NOMINAL, np.random.default_rng(0))
    assert found == NotEnoughData("only 19 deals have the answer of two voices or more", "at least 20 such deals")


def test_answers_that_are_all_the_same_say_nothing_of_agreement():
    for usual, other in (("price", "price"), ("price", "product")):
        answers = [[usual, usual]] * 50 + [[other, other]]
        assert isinstance(agreement(answers, Level.NOMINAL, np.random.default_rng(0)), NotEnoughData)


def test_words_have_no_order():
    with pytest.raises(ValueError, match="expected numbers at the ordinal level"):
        agreement([["low", "high"]] * 30, Level.ORDINAL, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("one", "other", "jaccard", "masi"),
    [
        (PRICE, PRICE, 0, 0),
        (NONE, NONE, 0, 0),
        (PRICE, BOTH, 1 / 2, 2 / 3),
        (BOTH, frozenset({"price", "timing"}), 2 / 3, 8 / 9),
        (PRICE, STORY, 1, 1),
        (PRICE, NONE, 1, 1),
    ],
)
def test_sets_are_as_far_apart_as_the_literature_says(one, other, jaccard, masi):
    for left, right in ((one, other), (other, one)):
        assert set_distance(left, right, SetDistance.JACCARD) == pytest.approx(jaccard)
        assert set_distance(left, right, SetDistance.MASI) == pytest.approx(masi)


def test_naming_more_drivers_is_nearer_than_naming_others():
    rng = np.random.default_rng(0)
    more = agreement_on_sets([[PRICE, BOTH], [STORY, STORY], [STORY, BOTH]] * 10, rng)
    others = agreement_on_sets([[PRICE, STORY], [STORY, STORY], [STORY, PRICE]] * 10, rng)
    assert more.value > others.value


def test_each_driver_has_its_own_agreement_and_one_that_nobody_names_is_refused():
    answers = [[PRICE, BOTH], [STORY, STORY], [None, PRICE], [BOTH, PRICE]] * 20
    found = agreement_by_driver(answers, ["price", "story", "timing"], np.random.default_rng(0))
    assert found["price"].value == 1
    assert found["story"].value < 0.5
    assert found["price"].deals == 60
    assert isinstance(found["timing"], NotEnoughData)
