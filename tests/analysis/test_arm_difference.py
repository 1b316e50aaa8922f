"""Differences between arms of independent units."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from afteraction.analysis.arm_difference import adjusted, of_means, of_shares
from afteraction.analysis.confidence_sequence import Look
from afteraction.errors import NotEnoughData


def _looked(found: Look | NotEnoughData) -> Look:
    assert isinstance(found, Look)
    return found


def test_a_difference_of_shares_has_the_unpooled_error():
    won = np.r_[np.ones(35), np.zeros(65), np.ones(30), np.zeros(70)].astype(bool)
    look = _looked(of_shares(won, np.repeat([True, False], 100)))
    assert look.value == pytest.approx(0.05)
    assert look.error == pytest.approx(np.sqrt(0.35 * 0.65 / 100 + 0.3 * 0.7 / 100))


def test_a_difference_of_means_is_welchs():
    rng = np.random.default_rng(1)
    y, treated = rng.normal(size=60), np.arange(60) < 25
    look, theirs = _looked(of_means(y, treated)), ttest_ind(y[treated], y[~treated], equal_var=False)
    assert look.value / look.error == pytest.approx(theirs.statistic)
    assert look.freedom == pytest.approx(theirs.df)


def test_few_units_or_units_that_do_not_differ_are_refused():
    flags = np.arange(40) < 20
    assert isinstance(of_shares(np.zeros(40, dtype=bool), flags), NotEnoughData)
    assert isinstance(of_means(np.ones(40), flags), NotEnoughData)
    assert isinstance(adjusted(np.arange(40.0), flags, np.ones((40, 1))), NotEnoughData)
    assert isinstance(of_means(np.arange(12.0), np.arange(12) < 3), NotEnoughData)


def test_adjusting_for_the_probability_of_winning_narrows_and_does_not_bias():
    rng = np.random.default_rng(3)
    plain, better, covered = [], [], []
    for _round in range(300):
        chance = rng.beta(1, 1.5, 500)
        treated = rng.random(500) < 0.4
        won = (rng.random(500) < np.clip(chance + 0.1 * treated * (chance < 0.9), 0, 1)).astype(float)
        plain.append(_looked(of_means(won, treated)))
        better.append(_looked(adjusted(won, treated, chance[:, None])))
        covered.append(abs(better[-1].value - 0.1 * (1 - 0.1**1.5)) < 1.96 * better[-1].error)
    assert np.mean([b.error for b in better]) < 0.9 * np.mean([p.error for p in plain])
    assert np.std([b.value for b in better]) == pytest.approx(np.mean([b.error for b in better]), rel=0.1)
    assert np.mean(covered) > 0.92
