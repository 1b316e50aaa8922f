"""Krippendorff's alpha beside the `krippendorff` package."""

import numpy as np
import pytest
from tests.peers.installed import peer

from afteraction.analysis.agreement import Agreement, Level, SetDistance, agreement, agreement_on_sets, set_distance


def _answers(rng, deals, voices, values, missing=0.3):
    truth = rng.integers(0, values, deals)
    heard = np.where(rng.random((deals, voices)) < 0.6, truth[:, None], rng.integers(0, values, (deals, voices)))
    return np.where(rng.random((deals, voices)) < missing, np.nan, heard * 1.0)


def _listed(answers):
    return [[None if np.isnan(value) else float(value) for value in deal] for deal in answers]


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize(("voices", "values"), [(2, 2), (3, 5), (6, 21)])
def test_alpha_is_that_of_the_krippendorff_package(level, voices, values):
    krippendorff = peer("krippendorff")
    for seed in range(5):
        rng = np.random.default_rng(seed)
        answers = _answers(rng, 200, voices, values)
        ours = agreement(_listed(answers), level, rng)
        theirs = krippendorff.alpha(reliability_data=answers.T, level_of_measurement=level.value)
        assert isinstance(ours, Agreement)
        assert ours.value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("distance", list(SetDistance))
def test_alpha_of_sets_is_that_of_the_krippendorff_package_with_the_same_distance(distance):
    krippendorff = peer("krippendorff")
    rng = np.random.default_rng(4)
    sets = [frozenset(), *(frozenset(word) for word in ("a", "b", "c", "ab", "bc", "abc", "ad"))]
    answers = _answers(rng, 150, 3, len(sets))
    named = [[None if np.isnan(value) else sets[int(value)] for value in deal] for deal in answers]
    apart = np.array([[set_distance(one, other, distance) for other in sets] for one in sets])

    def metric(v1, v2, i1, i2, n_v, dtype):
        return apart[v1.astype(int), v2.astype(int)].astype(dtype)

    ours = agreement_on_sets(named, rng, distance)
    theirs = krippendorff.alpha(reliability_data=answers.T, level_of_measurement=metric)
    assert isinstance(ours, Agreement)
    assert ours.value == pytest.approx(theirs, abs=1e-9)
