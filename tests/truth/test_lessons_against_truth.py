"""Lessons whose effect is known: what becomes of them. The whole table is that of `benchmarks.truth_lessons`."""

import numpy as np
import pytest
from benchmarks.lesson_use_worlds import LessonWorld
from benchmarks.truth_lessons import Life, live

from afteraction.analysis.lesson_evidence import Decision

RUNS = 20


def _lives(effect: float) -> list[Life]:
    return [live(LessonWorld(effect), seed) for seed in range(RUNS)]


@pytest.mark.parametrize(
    ("effect", "right", "wrong"),
    [
        pytest.param(0.15, {Decision.HELPS}, {Decision.NO_USE, Decision.HARMFUL}, marks=pytest.mark.slow),
        (0.0, {Decision.NO_USE}, {Decision.HELPS}),
    ],
)
def test_a_useful_lesson_is_kept_and_a_useless_one_retired_within_the_deals_of_the_formula(
    effect: float, right: set[Decision], wrong: set[Decision]
) -> None:
    found = _lives(effect)
    said = [each.decision for each in found]
    assert sum(each in right for each in said) >= RUNS * 0.58, "planned: 80 %; three standard errors below"
    assert sum(each in wrong for each in said) <= 3, "planned: 2.5 %"
    decided = [each for each in found if each.decision is not None]
    # The formula is a forecast: deals of one lesson tell more than it says, of another less, and are waited for.
    assert np.mean([each.deals for each in decided]) <= 1.1 * np.mean([each.needed for each in decided])
    assert all(each.deals <= 1.5 * each.needed for each in decided)
    assert np.mean([each.effect for each in found]) == pytest.approx(effect, abs=0.04)
