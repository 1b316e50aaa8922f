"""Retention is measured, compared and forecast as it is, on people whose memory is known; else it is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benchmarks.learner_worlds import WORLDS, World, learned
from benchmarks.truth_retention import judged

from afteraction.analysis.retention import (
    Answers,
    Correction,
    Retention,
    corrected,
    correction,
    forecast_accuracy,
    forgetting,
    remembered_later,
    retention_of_many,
    retention_of_one,
    share_of_clusters,
)
from afteraction.errors import NotEnoughData

AS_FSRS, DIFFER, FASTER, GUESS, EXPONENTIAL, _BOTH = WORLDS


def some(people: int, each: int, right: Any = True) -> Answers:
    """Answers of so many people, so many each."""
    n = people * each
    ones = np.ones(n)
    return Answers(
        right=np.broadcast_to(np.asarray(right, dtype=bool), n).copy(),
        person=np.repeat(np.arange(people), each),
        card=np.arange(n),
        days=2 * ones,
        forecast=0.9 * ones,
        since_first=2 * ones,
        first_rating=np.full(n, 3),
        order=np.ones(n, dtype=int),
    )


def test_at_its_stability_ninety_percent_are_left() -> None:
    assert forgetting(np.array([0.0, 7.0, 700.0]), np.array([7.0, 7.0, 7.0]))[:2] == pytest.approx([1.0, 0.9])


@pytest.mark.parametrize(("people", "each"), [(4, 100), (5, 9), (50, 4)])
def test_too_few_people_or_answers_give_no_figure(people: int, each: int) -> None:
    found = retention_of_many(some(people, each))
    assert isinstance(found, NotEnoughData)
    assert "5 people" in found.needed


def test_people_with_too_few_answers_are_in_no_figure() -> None:
    answers = some(6, 20)
    answers = replace(answers, person=np.where(answers.person == 5, 5 + np.arange(120) % 20, answers.person))
    found = retention_of_many(answers)
    assert isinstance(found, Retention)
    assert (found.people, found.n) == (5, 100)


def test_one_person_gets_their_own_figure_from_twenty_answers_on() -> None:
    assert isinstance(retention_of_one(some(1, 19)), NotEnoughData)
    found = retention_of_one(some(1, 20))
    assert isinstance(found, Retention)
    assert found.measured.value == 1.0
    assert found.measured.low < 1.0


def test_nobody_has_answered_gives_a_refusal() -> None:
    nothing = some(0, 0)
    assert isinstance(retention_of_many(nothing), NotEnoughData)
    assert isinstance(retention_of_one(nothing), NotEnoughData)
    assert isinstance(forecast_accuracy(nothing.forecast, nothing.right, nothing.person), NotEnoughData)


def test_without_practice_is_the_curve_from_the_first_answer_at_the_same_delays() -> None:
    answers = replace(some(5, 20), since_first=np.full(100, 30.0))
    found = retention_of_many(answers)
    assert isinstance(found, Retention)
    assert found.without == pytest.approx(float(forgetting(np.array(30.0), np.array(2.3065))))
    assert found.gain.value == pytest.approx(1.0 - found.without)


def test_answers_that_belong_together_widen_the_interval_and_never_narrow_it() -> None:
    rng = np.random.default_rng(3)
    right = rng.random(200) < 0.8
    alone = share_of_clusters(right, np.arange(200))
    by_ten = share_of_clusters(np.repeat(right[:20], 10), np.repeat(np.arange(20), 10))
    assert by_ten.high - by_ten.low > 2 * (alone.high - alone.low)
    mixed = share_of_clusters(np.tile([True, True, True, False], 50), np.repeat(np.arange(50), 4))
    assert mixed.high - mixed.low >= 0.95 * (alone.high - alone.low)


@pytest.mark.parametrize("world", [AS_FSRS, DIFFER], ids=lambda world: world.name)
def test_intervals_of_retention_hold_what_such_people_remember(world: World) -> None:
    rng = np.random.default_rng(7)
    truth = float(np.mean(learned(world, rng, 150, 12, 60).truth))
    held = []
    for _round in range(80):
        found = retention_of_many(learned(world, rng, 8, 12, 60).answers)
        assert isinstance(found, Retention)
        held.append(found.measured.low <= truth <= found.measured.high)
    assert np.mean(held) >= 0.88  # 95 % less three standard errors of 80 rounds


def test_forecasts_of_a_memory_as_fsrs_has_it_are_calibrated() -> None:
    found = judged(AS_FSRS, np.random.default_rng(1), 30, 25)
    for by in (found.fsrs, found.ours):
        assert by.slope.low <= 1 <= by.slope.high
        assert by.log_loss.value - found.oracle < 0.01
    assert found.mean == pytest.approx(found.recalled, abs=0.03)


@pytest.mark.parametrize("world", [FASTER, GUESS, EXPONENTIAL], ids=lambda world: world.name)
def test_forecasts_of_another_memory_are_calibrated_once_they_are_corrected(world: World) -> None:
    found = judged(world, np.random.default_rng(2), 30, 25)
    assert abs(found.mean - found.recalled) < 0.035
    assert found.ours.log_loss.value <= found.fsrs.log_loss.value + 0.002


def test_with_little_data_the_forecast_stands_and_with_much_the_data_speak() -> None:
    rng = np.random.default_rng(5)
    forecast = rng.uniform(0.7, 0.97, 5_000)
    right = rng.random(5_000) < corrected(forecast, Correction(-1.0, 0.8))
    few, many = correction(forecast[:4], right[:4]), correction(forecast, right)
    assert abs(few.intercept) < 0.6
    assert (many.intercept, many.slope) == pytest.approx((-1.0, 0.8), abs=0.2)
    assert correction(np.array([]), np.array([], dtype=bool)) == Correction()


def test_less_is_left_later() -> None:
    left = [remembered_later([3.0, 30.0], [0.0, 2.0], ahead, Correction()) for ahead in (0.0, 10.0, 100.0)]
    values = [each.value for each in left]
    assert values == sorted(values, reverse=True)
    assert all(0 <= each.low <= each.value <= each.high <= 1 for each in left)
