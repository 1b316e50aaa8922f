"""Steps that still do what they did, that have faded, and that never did anything."""

import numpy as np
import pytest
from benchmarks.fading_worlds import PROCESS, World, deals_of
from benchmarks.truth_fading import seen

from afteraction.analysis.power_over_time import Course, power_over_time


def test_a_faded_step_is_told_from_one_that_still_helps_and_from_one_that_never_did():
    frame = deals_of(World(6_000, effect=0.2), np.random.default_rng(1))
    half = frame.created < 540
    found = power_over_time(frame, PROCESS, [("version 1", half), ("version 2", ~half)], np.random.default_rng(2))
    courses = {row.step: row.course for row in found}
    assert courses["constant"] is Course.KEPT
    assert courses["fading"] is Course.FADED
    assert Course.FADED not in [courses[step] for step in ("never", "other", "another")]
    faded = found[1]
    assert faded.parted_on == pytest.approx(540, abs=20)
    assert faded.low is not None
    assert faded.drop is not None
    assert faded.low < faded.drop < (faded.high or 0)
    assert faded.drop == pytest.approx(0.2, abs=0.08)
    first, second = faded.versions
    assert (first.name, second.name) == ("version 1", "version 2")
    assert (first.low or 0) > 0 > (second.low or 0)


def test_with_few_deals_nothing_is_called_faded():
    found = power_over_time(deals_of(World(300), np.random.default_rng(3)), PROCESS, (), np.random.default_rng(4))
    assert {row.course for row in found} <= {Course.CANT_TELL, Course.NONE}
    assert all(row.versions == () for row in found)


def test_false_alarms_are_rare():
    rows = list(seen({"world": World(1_500)}, 5))
    alarms = [row for row in rows if row.course is Course.FADED and row.step != "fading"]
    assert len(rows) == 25
    assert not alarms
