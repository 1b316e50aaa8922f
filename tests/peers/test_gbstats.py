"""Trials beside GrowthBook's gbstats, by numbers that its version 0.8.0 gave, and by itself where it is installed.

It is not among requirements/peers.txt: nothing else needs it. The two-sided normal mixture is also that of confseq
(Howard, Ramdas, McAuliffe & Sekhon 2021, Ann. Stat. 49:1055, eq. 14), which its published R code states.
"""

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from afteraction.analysis.arm_difference import of_means, of_shares
from afteraction.analysis.confidence_sequence import Look, mixture_radius, tuning

ALPHA = 0.05
OLD, NEW = np.arange(120.0) % 37, np.arange(90.0) * 7 % 31
WON_OF_OLD, WON_OF_NEW = np.arange(1000) < 300, np.arange(1000) < 350

FIXED_SHARES = (0.05, 0.00043749999999999995)  # estimate, variance
FIXED_MEANS = (
    -2.0166666666666657,
    -4.7482781144758,
    0.7149447811424694,
)  # estimate, and its 95 % interval by Welch's t
SEQUENTIAL_SHARES = (-0.015338527443179262, 0.11533852744317924)  # tuned at 5000
SEQUENTIAL_MEANS = (-6.279426234352851, 2.2460929010195194)  # tuned at 400


def look_of(old: Any, new: Any, way: Any) -> Look:
    found = way(np.concatenate([new, old]), np.arange(len(old) + len(new)) < len(new))
    assert isinstance(found, Look)
    return found


def sequential(look: Look, n: int, tuned: float) -> tuple[float, float]:
    """The interval of gbstats: its ρ² (by approximation, at so many units) is our τ in units of information."""
    rho2 = (-2 * math.log(ALPHA) + math.log(-2 * math.log(ALPHA) + 1)) / tuned
    known = 1 / look.error**2
    radius = mixture_radius(known, known / (n * rho2))
    return look.value - radius, look.value + radius


def fixed(look: Look) -> tuple[float, float, float]:
    half = float(student.ppf(1 - ALPHA / 2, look.freedom)) * look.error
    return look.value, look.value - half, look.value + half


def test_shares_and_means_at_one_look_are_those_of_gbstats():
    shares = look_of(WON_OF_OLD, WON_OF_NEW, of_shares)
    assert (shares.value, shares.error**2) == pytest.approx(FIXED_SHARES, rel=1e-12)
    assert fixed(look_of(OLD, NEW, of_means)) == pytest.approx(FIXED_MEANS, rel=1e-9)


def test_sequential_intervals_are_those_of_gbstats():
    shares = look_of(WON_OF_OLD, WON_OF_NEW, of_shares)
    assert sequential(shares, 2000, 5000) == pytest.approx(SEQUENTIAL_SHARES, rel=1e-12)
    assert sequential(look_of(OLD, NEW, of_means), 210, 400) == pytest.approx(SEQUENTIAL_MEANS, rel=1e-9)


def test_the_mixture_boundary_is_that_of_confseq():
    """two_sided_normal_mixture(v, alpha, rho) = √((v + ρ) ln((v + ρ) / (α² ρ))), of the sum, not of the mean."""
    for v in (1.0, 10.0, 400.0, 1e5):
        rho = tuning(400.0)
        boundary = math.sqrt((v + rho) * math.log((v + rho) / (ALPHA**2 * rho)))
        assert mixture_radius(v, rho) * v == pytest.approx(boundary, rel=1e-12)


def test_gbstats_itself_says_the_same_on_other_numbers():
    reason = "gbstats is not installed; it comes with nothing else: uv pip install gbstats==0.8.0"
    tests = pytest.importorskip("gbstats.frequentist.tests", reason=reason)
    statistics = pytest.importorskip("gbstats.models.statistics", reason=reason)
    rng = np.random.default_rng(3)
    for n in (80, 900):
        old, new = rng.gamma(2.0, 10.0, n), rng.gamma(2.1, 10.0, n + 20)
        sides = [statistics.SampleMeanStatistic(len(y), y.sum(), (y**2).sum()) for y in (old, new)]
        ours = look_of(old, new, of_means)
        theirs = tests.TwoSidedTTest(*sides, tests.FrequentistConfig(difference_type="absolute"))
        assert fixed(ours)[1:] == pytest.approx(theirs.confidence_interval, rel=1e-9)
        config = tests.SequentialConfig(difference_type="absolute", sequential_tuning_parameter=500)
        theirs = tests.SequentialTwoSidedTTest(*sides, config)
        assert sequential(ours, 2 * n + 20, 500) == pytest.approx(theirs.confidence_interval, rel=1e-9)
