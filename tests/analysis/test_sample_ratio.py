"""A trial whose arms have other sizes than planned is in doubt, and only then."""

import numpy as np
import pytest
from scipy.stats import chisquare

from afteraction.analysis.sample_ratio import SampleRatio, sample_ratio
from afteraction.errors import NotEnoughData


def test_an_uneven_split_is_in_doubt_and_an_even_one_is_not():
    uneven, even = sample_ratio([600, 400], [0.5, 0.5]), sample_ratio([510, 490], [0.5, 0.5])
    assert isinstance(uneven, SampleRatio)
    assert isinstance(even, SampleRatio)
    assert uneven.in_doubt
    assert not even.in_doubt
    assert uneven.p_value == pytest.approx(2.72846e-10, rel=1e-4)


def test_more_arms_are_tested_by_chi_squared_and_refused_when_few_are_expected():
    found = sample_ratio([50, 30, 40], [0.4, 0.3, 0.3])
    assert isinstance(found, SampleRatio)
    assert found.p_value == pytest.approx(chisquare([50, 30, 40], [48, 36, 36]).pvalue)
    assert isinstance(sample_ratio([5, 3, 4], [0.4, 0.3, 0.3]), NotEnoughData)


def test_shares_that_do_not_fit_the_arms_are_an_error():
    with pytest.raises(ValueError, match="expected one each"):
        sample_ratio([5, 3], [0.4, 0.3, 0.3])


def test_looking_at_every_unit_raises_false_alarms_no_more_than_planned():
    rng = np.random.default_rng(1)
    alarms = 0
    for _round in range(100):
        new = np.cumsum(rng.random(600) < 0.5)
        looks = [sample_ratio([int(new[n - 1]), n - int(new[n - 1])], [0.5, 0.5]) for n in range(5, 601, 15)]
        alarms += min(look.at_any_time for look in looks if isinstance(look, SampleRatio)) < 0.05
    assert alarms <= 9
