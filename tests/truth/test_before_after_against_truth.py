"""The fast part of `benchmarks.truth_before_after`: intervals hold the truth, nothing is called no effect wrongly."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.before_after_worlds import World, course_of
from benchmarks.truth_before_after import seen

from afteraction.analysis.before_after import BeforeAfter
from afteraction.analysis.synthetic_control import SyntheticControl, synthetic_control

ROUNDS = 30


@pytest.mark.parametrize("effect", [0.0, 0.12])
def test_the_interval_holds_the_truth_with_few_units(effect):
    rows = list(seen({"few": World(8, 12, deals=20)}, (effect,), ROUNDS))
    known = [(row.truth, row.found) for row in rows if isinstance(row.found, BeforeAfter)]
    assert len(known) >= 0.8 * ROUNDS
    assert np.mean([found.low <= truth <= found.high for truth, found in known]) >= 0.9
    called = [found.verdict in ("helps", "hurts") for _truth, found in known]
    assert np.mean(called) <= 0.1 if not effect else np.mean(called) > 0


def test_moving_apart_all_along_is_refused_where_it_shows():
    rows = list(seen({"apart": World(20, 40, apart=0.012)}, (0.0,), ROUNDS // 2))
    assert np.mean([row.diverged for row in rows]) >= 0.7


def test_moving_apart_that_does_not_show_is_allowed_for():
    rows = list(seen({"apart": World(8, 12, deals=20, apart=0.004)}, (0.0,), ROUNDS))
    found = [row.found for row in rows if row.found is not None]
    assert len(found) >= ROUNDS // 2
    assert np.mean([each.low <= 0 <= each.high for each in found]) >= 0.85


def test_a_mixture_of_others_is_exact_where_nothing_happened():
    """Its p-value is a rank among all, so it is at most 5 % in one case of twenty, whatever the units are like."""
    rng = np.random.default_rng(3)
    world = World(1, 19, deals=40, before=12)
    drawn = [synthetic_control(course_of(replace(world), rng)[0]) for _round in range(ROUNDS)]
    known = [found for found in drawn if isinstance(found, SyntheticControl)]
    assert len(known) >= 0.7 * ROUNDS
    assert np.mean([found.p_value <= 0.05 for found in known]) <= 0.2
