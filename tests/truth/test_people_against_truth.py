"""A small part of `benchmarks.truth`: reps, predictions, curves, kinds of business and the walk-away rule."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.truth_business import business_found
from benchmarks.truth_found import Found
from benchmarks.truth_people import apart_found, names_nobody, people_found


def coverage(found: Sequence[Found], *kinds: str) -> float:
    return float(np.mean([each.holds for each in found if each.estimated and each.kind in kinds]))


def narrowed(found: Sequence[Found]) -> list[Found]:
    """The same with intervals a third as wide."""
    return [
        replace(e, low=e.effect + (e.low - e.effect) / 3, high=e.effect + (e.high - e.effect) / 3)
        for e in found
        if e.effect is not None and e.low is not None and e.high is not None
    ]


@pytest.fixture(scope="module")
def people() -> list[Found]:
    """Four organisations whose reps differ, and four in which they do not."""
    return [each for number in (1, 2, 3, 4) for each in people_found(1_500, number)]


@pytest.fixture(scope="module")
def business() -> list[Found]:
    return [each for number in (1, 2, 3, 4) for each in business_found(1_500, number)]


def test_intervals_of_skill_hold_the_truth(people):
    differ = [each for each in people if each.organisation == "planted"]
    assert coverage(differ, "rep") >= 0.92
    assert coverage(narrowed(differ), "rep") < 0.85


def test_where_all_reps_are_alike_nobody_is_named(people):
    alike = [each for each in people if each.organisation == "chance only" and each.kind in ("rep", "team")]
    assert len(names_nobody(alike)) == 4
    assert all(names_nobody(alike))


@pytest.mark.slow
def test_a_rep_who_wins_ten_points_more_or_less_is_found_among_others():
    apart = [each for number in (1, 2) for each in apart_found(number) if each.kind == "apart"]
    among_others = [each for each in apart if each.organisation == "among others"]
    assert all(each.verdict in ("cant_tell", "above" if each.truth > 0 else "below") for each in apart)
    assert [each.verdict for each in among_others] == ["above", "below"]


def test_predictions_mean_what_they_say(people):
    assert coverage(people, "calibration") >= 0.8


def test_the_course_of_deals_is_told(people):
    assert coverage(people, "curve") >= 0.88
    assert coverage(people, "stall") >= 0.85
    assert coverage(people, "won of stalled") >= 0.85
    assert coverage(narrowed(people), "curve") < 0.75


def test_the_accuracy_of_predictions_is_that_on_fresh_deals(business):
    assert coverage(business, "accuracy") >= 0.8


def test_what_kinds_of_business_bring_is_told(business):
    """One large deal sways the yields of all the groups that it is in: four organisations are few."""
    kinds = ("yield", "yield, pooled", "yield against others")
    assert all(coverage(business, kind) >= 0.8 for kind in kinds)
    assert all(coverage(narrowed(business), kind) < 0.7 for kind in kinds)
    assert coverage(business, "pursuit") >= 0.8


def test_no_kind_of_business_is_called_the_opposite_of_what_it_is(business):
    against = [each for each in business if each.kind == "yield against others"]
    called = [each for each in against if each.verdict in ("above", "below")]
    assert called
    assert all((each.truth >= 1) == (each.verdict == "above") for each in called)


def test_walking_away_would_have_saved_and_cost_what_is_said(business):
    assert coverage(business, "walk-away: effort") >= 0.85
    assert coverage(business, "walk-away: wins") >= 0.85
    assert coverage(business, "walk-away: value") >= 0.8
