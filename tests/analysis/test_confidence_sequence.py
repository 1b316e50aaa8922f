"""Intervals that hold at every look: published numbers, and Brownian motions that are looked at all the time."""

import math

import numpy as np
import pytest

from afteraction.analysis.confidence_sequence import (
    Interval,
    Look,
    OpenEnded,
    UntilPlanned,
    level,
    mixture_radius,
    p_value,
    sequence,
    tuning,
)
from afteraction.errors import NotEnoughData

MISSING = NotEnoughData("too few", "more")


def test_the_level_is_that_of_published_tables():
    """The limit of O'Brien & Fleming's constants for ever more looks (Jennison & Turnbull 2000, p. 39: 2.24 at 5 %)."""
    assert level(0.05) == pytest.approx(2.2414, abs=1e-4)
    assert level(0.01) == pytest.approx(2.8070, abs=1e-4)


def test_the_radius_is_that_of_growthbook():
    """gbstats 0.8.0, SequentialTwoSidedTTest: 300 of 1000 against 350 of 1000, absolute difference, tuned at 5000."""
    look = Look(0.05, math.sqrt((0.3 * 0.7 + 0.35 * 0.65) / 1000))
    n, rho2 = 2000, (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / 5000
    tau = look.information / (n * rho2)
    assert mixture_radius(look.information, tau) == pytest.approx(GROWTHBOOK, rel=1e-12)


GROWTHBOOK = 0.06533852744317925


def test_the_tuning_makes_the_sequence_narrowest_where_it_is_planned():
    best = OpenEnded(400.0).radius(400.0)
    assert all(mixture_radius(400.0, tuning(400.0) * by) > best for by in (0.8, 0.95, 1.05, 1.25))
    # Approximation of Waudby-Smith et al. (2024), app. B.2.
    approximate = 400 / (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1))
    assert tuning(400.0) == pytest.approx(approximate, rel=0.06)


def test_few_degrees_of_freedom_leave_less_information():
    assert Look(0.1, 0.1).information == pytest.approx(100)
    assert Look(0.1, 0.1, 6).information == pytest.approx(100 * (1.959964 / 2.446912) ** 2, rel=1e-6)


def test_the_sequence_only_narrows_and_keeps_what_it_knew_when_a_look_is_missing():
    found = sequence([MISSING, Look(0.2, 0.1), MISSING, Look(0.0, 0.06)], UntilPlanned(400.0))
    assert found[0] == MISSING
    known = [each for each in found if isinstance(each, Interval)]
    assert len(known) == 3
    assert known[1] == known[0]
    assert known[2].high - known[2].low < known[1].high - known[1].low
    assert known[2].low >= known[0].low
    assert known[2].high <= known[0].high


def test_nothing_is_promised_beyond_the_planned_information():
    with pytest.raises(ValueError, match="beyond the planned"):
        UntilPlanned(100.0).radius(200.0)
    first, second = sequence([Look(0.0, 0.12), Look(0.3, 0.05)], UntilPlanned(100.0))
    assert isinstance(first, Interval)
    assert second == Interval(first.value, first.low, first.high, past_plan=True)


def test_the_p_value_is_where_the_interval_begins_to_leave_out_nothing():
    for boundary in (UntilPlanned(400.0), OpenEnded(400.0)):
        look = Look(0.12, 0.055)
        p = p_value(look, boundary)
        assert type(boundary)(400.0, p).radius(look.information) == pytest.approx(0.12, rel=1e-6)


@pytest.mark.parametrize(("boundary", "least"), [(UntilPlanned(1.0), 0.03), (OpenEnded(0.3), 0.005)])
def test_five_in_a_hundred_brownian_motions_leave_the_sequence_at_most(boundary, least):
    rng = np.random.default_rng(4)
    steps = 1000
    time = np.arange(1, steps + 1) / steps
    path = np.cumsum(rng.normal(size=(4000, steps)), axis=1) / math.sqrt(steps)
    edge = np.array([boundary.radius(t) for t in time])
    left = np.mean((np.abs(path / time) > edge).any(axis=1))
    assert least < left < 0.05 + 2.5 * math.sqrt(0.05 * 0.95 / 4000)
