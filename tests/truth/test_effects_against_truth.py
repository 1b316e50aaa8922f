"""A small part of `benchmarks.truth`: what is said of steps, attributes, behaviours and ages agrees with the truth."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.truth_effects import ages_found, attributes_found, behaviours_found, steps_found
from benchmarks.truth_found import Found
from benchmarks.truth_worlds import planted, planted_ways_back, seen, without_ways_back

from afteraction.analysis.claim import ClaimVerdict
from afteraction.analysis.claims import judge_claims
from afteraction.analysis.folklore import FOLKLORE
from afteraction.analysis.grounds import grounds
from afteraction.simulate import default_organisation, null_effects

SIGNS = {"helps": 1, "hurts": -1}


def coverage(found: Sequence[Found]) -> float:
    estimated = [each for each in found if each.low is not None and each.high is not None]
    return float(np.mean([each.low <= each.truth <= each.high for each in estimated]))


def called(found: Sequence[Found]) -> list[Found]:
    return [each for each in found if each.verdict in SIGNS]


@pytest.fixture(scope="module")
def steps() -> list[Found]:
    """The steps, as a whole and by segment, of three organisations with effects of their own and all traps."""
    organisations = [(number, planted(number)) for number in (1, 2, 3)]
    return [
        each
        for number, organisation in organisations
        for each in steps_found(organisation, "planted", 2_500, number, seen(organisation, 2_500, number))
    ]


@pytest.fixture(scope="module")
def whole(steps) -> list[Found]:
    return [each for each in steps if each.kind == "step"]


def test_intervals_of_steps_hold_the_truth(whole):
    assert coverage(whole) >= 0.85


def test_intervals_a_third_as_wide_would_not(whole):
    estimated = [each for each in whole if each.estimated]
    narrow = [
        replace(e, low=e.effect + (e.low - e.effect) / 3, high=e.effect + (e.high - e.effect) / 3) for e in estimated
    ]
    assert coverage(narrow) < 0.7


def test_the_plain_difference_would_mislead(whole):
    null = [each for each in whole if each.truth == 0 and not each.leak and each.estimated]
    assert np.mean([abs(each.naive) >= 0.03 for each in null]) >= 0.8


def test_intervals_of_steps_in_segments_hold_the_truth(steps):
    assert coverage([each for each in steps if each.kind == "step in a segment"]) >= 0.85


def test_segments_are_not_said_to_differ_in_what_does_nothing(steps):
    same = [each for each in steps if each.kind == "segments" and each.truth == 0]
    assert len([each for each in same if each.verdict == "differ"]) <= 1


def test_no_step_is_called_with_the_wrong_sign_and_hardly_any_that_does_nothing(whole):
    assert all(SIGNS[each.verdict] * each.truth >= 0 for each in called(whole))
    null = [each for each in whole if each.truth == 0 and not each.leak and each.effect is not None]
    assert len(called(null)) <= 2


def test_leaks_are_found_and_nothing_else_is_taken_for_one(whole):
    assert all((each.verdict == "leak") == each.leak for each in whole)


def test_large_effects_are_found(whole):
    large = [each for each in whole if abs(each.truth) >= 0.1]
    assert len(called(large)) >= 0.5 * len(large)


def test_attributes_that_do_nothing_are_not_called_and_others_have_the_right_sign():
    organisation = default_organisation()
    found = list(attributes_found(organisation, "default", 2_000, 21, seen(organisation, 2_000, 21)))
    assert coverage(found) >= 0.85
    assert all(SIGNS[each.verdict] * each.truth > 0 for each in called(found) if each.truth)
    assert len(called([each for each in found if each.truth == 0])) <= 1
    assert len(called(found)) >= 5


def test_behaviours_that_do_nothing_are_not_called():
    organisation = without_ways_back(null_effects())
    found = list(behaviours_found(organisation, "null", 2_500, 31, seen(organisation, 2_500, 31)))
    assert coverage(found) >= 0.8
    assert not called(found)


def test_what_going_back_does_is_found():
    organisation = planted_ways_back(without_ways_back(null_effects()), 1)
    found = list(behaviours_found(organisation, "back", 25_000, 33, seen(organisation, 25_000, 33)))
    [back] = [each for each in found if each.name == "stage_backwards"]
    assert back.holds
    assert back.high < 0


def test_the_chance_of_old_deals_is_told():
    organisation = default_organisation()
    found = list(ages_found(organisation, "default", 1_500, 41, seen(organisation, 1_500, 41)))
    assert len(found) == 3
    assert coverage(found) >= 2 / 3


def test_folklore_is_not_judged_against_the_truth():
    """Here demos do nothing, discounts do harm, price decides one loss in eight, and old deals are won more often."""
    known = seen(default_organisation(), 4_000, 51)
    rng = np.random.default_rng(1)
    judged = judge_claims(FOLKLORE, grounds(known.tables, known.log, known.process, known.frame, rng), rng)
    assert not [each.claim.sentence for each in judged if each.verdict is ClaimVerdict.FACT]
    fiction = {each.claim.sentence for each in judged if each.verdict is ClaimVerdict.FICTION}
    assert {"Discounts close deals", "Long deals are lost deals"} <= fiction
