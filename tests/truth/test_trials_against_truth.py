"""Whole trials of known truth, to what the locked rule decides: a fast part of benchmarks/truth_trials.py."""

import numpy as np
import pytest
from benchmarks.trial_worlds import World
from benchmarks.truth_trials import course
from tests.truth.test_experiments_against_truth import few_enough

from afteraction.analysis.stopping_rule import Decision

HELPED = (Decision.BENEFIT, Decision.ADOPT)


@pytest.mark.parametrize(
    ("world", "effect", "rounds"),
    [
        (World("deals", 500, known=0.25), 0.13, 20),
        (World("turns", 500, 8), 0.16, 10),
        (World("steps", 600, 10, likeness=0.01, trend=0.2), 0.3, 8),
    ],
    ids=["deals", "turns", "steps"],
)
def test_a_trial_of_nothing_is_hardly_ever_adopted_and_one_of_much_mostly_is(world, effect, rounds):
    rng = np.random.default_rng(17)
    none = [course(world, 0.0, effect, rng, every=75.0) for _round in range(rounds)]
    some = [course(world, effect, effect, rng, every=75.0) for _round in range(rounds // 2)]
    assert few_enough(sum(each.decision in HELPED for each in none), rounds)
    assert few_enough(sum(each.truth_excluded for each in none + some), rounds + len(some))
    assert np.mean([each.decision in HELPED for each in some]) > 0.5
    if world.design == "deals":
        assert np.mean([each.time for each in none]) < 0.97  # futility ends some of them sooner
