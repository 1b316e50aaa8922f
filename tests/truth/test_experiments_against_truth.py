"""Trials that are looked at daily for a year: a fast part of benchmarks/truth_experiments.py."""

import numpy as np
import pytest
from benchmarks.experiment_worlds import HORIZON, Clusters, single
from benchmarks.truth_experiments import LIKENESS, by_randomisation, by_robust_errors, fast_looks, late_looks, run
from scipy.stats import binom

from afteraction.analysis.confidence_sequence import Interval, OpenEnded, sequence
from afteraction.analysis.experiment_power import drift
from afteraction.analysis.stopping_rule import Decision, StoppingRule

ROUNDS = 60


def few_enough(times: int, rounds: int) -> bool:
    """Whether so many could come by chance where 5 % are allowed, one time in a hundred at least."""
    return bool(binom.sf(times - 1, rounds, 0.05) > 0.01)


@pytest.mark.parametrize(
    ("way", "clusters", "deals"), [(by_randomisation, 8, 400), (by_randomisation, 20, 800), (by_robust_errors, 60, 900)]
)
def test_a_year_of_daily_looks_finds_nothing_where_nothing_is(way, clusters, deals):
    rng = np.random.default_rng(clusters)
    years = [way(Clusters(clusters, deals, LIKENESS), rng) for _round in range(ROUNDS)]
    assert few_enough(sum(year.truth_excluded for year in years), ROUNDS)
    assert not few_enough(sum(year.plain_excluded for year in years), ROUNDS)  # plain intervals do not hold


def test_only_what_is_over_for_all_holds_when_one_arm_is_faster():
    rng = np.random.default_rng(5)
    trials = [single(1500, 0.0, rng, faster=True) for _round in range(40)]
    wrong = {}
    for way in ("ended so far", "horizon passed", "cumulative incidence"):
        wrong[way] = 0
        for deals in trials:
            intervals = sequence(late_looks(deals, way, range(HORIZON + 1, 361, 15)), OpenEnded(900.0))
            wrong[way] += any(isinstance(i, Interval) and not i.low <= 0 <= i.high for i in intervals)
    assert not few_enough(wrong["ended so far"], 40)
    assert few_enough(wrong["horizon passed"], 40)
    assert few_enough(wrong["cumulative incidence"], 40)


def test_futility_ends_a_trial_of_nothing_sooner():
    rng = np.random.default_rng(6)
    information = (drift(0.8) / 0.1) ** 2
    looks = [fast_looks(single(740, 0.0, rng)) for _round in range(40)]
    ends = {futile: [run(each, StoppingRule(information, futile=futile)) for each in looks] for futile in (None, 0.02)}
    assert np.mean([end[1] for end in ends[0.02]]) < 0.8 * np.mean([end[1] for end in ends[None]])
    assert any(end[0] == Decision.FUTILITY for end in ends[0.02])
