"""Difference in differences, a mixture of others, and a course that breaks: what they say of numbers made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.before_after_worlds import World, course_of, panel_of

from afteraction.analysis.before_after import (
    BeforeAfter,
    NotParallel,
    Trend,
    difference_in_differences,
    event_study,
)
from afteraction.analysis.before_after_cells import NEVER, Panel
from afteraction.analysis.interrupted_series import Interrupted, interrupted_series
from afteraction.analysis.synthetic_control import (
    Course,
    PoorFit,
    SyntheticControl,
    synthetic_control,
    synthetic_weights,
)
from afteraction.errors import NotEnoughData


def exact(shares, changed, deals=100.0, **how):
    """A panel in which every unit has these shares exactly."""
    shares = np.asarray(shares, dtype=float)
    counts = np.full(shares.shape, deals)
    return Panel(counts, counts * shares, np.asarray(changed), **how)


def test_what_everyone_did_meanwhile_is_taken_off():
    course = np.array([0.2, 0.25, 0.2, 0.3, 0.25, 0.35, 0.4, 0.4])
    levels = np.array([0.0, 0.05, 0.1, 0.0, 0.1, 0.2])
    shares = course[None] + levels[:, None]
    shares[:3, 5:] += 0.1
    panel = exact(shares, [5, 5, 5, NEVER, NEVER, NEVER], partial=False)
    found = difference_in_differences(panel)
    assert isinstance(found, BeforeAfter)
    assert found.effect.value == pytest.approx(0.1)
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))
    assert found.others == pytest.approx(course[5:].mean() - course[:5].mean())
    assert (found.changed_units, found.other_units, found.verdict) == (3, 3, "helps")
    periods = event_study(panel)
    assert [period.since for period in periods] == [-5, -4, -3, -2, -1, 0, 1, 2]
    assert [period.apart.value for period in periods[5:]] == pytest.approx([0.1] * 3)


def test_units_that_changed_earlier_are_never_compared_with():
    """An effect that grows makes early ones a bad measure: two-way fixed effects would find far less."""
    shares = np.full((9, 16), 0.3)
    starts = [6] * 3 + [11] * 3 + [NEVER] * 3
    for unit, start in enumerate(starts[:6]):
        shares[unit, start:] += 0.02 * np.arange(1, 17 - start)
    found = difference_in_differences(exact(shares, starts, partial=False))
    assert isinstance(found, BeforeAfter)
    expected = np.average([0.02 * n for s in (6, 11) for n in range(1, 17 - s)])
    assert found.effect.value == pytest.approx(expected)


def test_months_whose_deals_lie_on_both_sides_count_on_none():
    shares = np.full((6, 12), 0.3)
    shares[:3, 7:] += 0.1
    shares[:3, 5:7] = 0.9  # the gap
    shares[:3, 7] = 0.9  # the month of the change, which it shares
    found = difference_in_differences(exact(shares, [7, 7, 7, NEVER, NEVER, NEVER], gap=2))
    assert isinstance(found, BeforeAfter)
    assert found.effect.value == pytest.approx(0.1)
    assert found.left_out == 6 * 3 * 100


def test_moving_apart_before_is_told_and_no_effect_of_the_change():
    rng = np.random.default_rng(1)
    panel, _truth = panel_of(World(20, 40, apart=0.02), rng)
    found = difference_in_differences(panel)
    assert isinstance(found, NotParallel)
    assert "moved apart from the others before" in found.reason
    assert found.trend.diverged
    assert not found.trend.shown_parallel


def test_without_months_before_nothing_is_called_an_effect():
    rng = np.random.default_rng(2)
    panel, _truth = panel_of(World(20, 40, before=3, effect=0.3), rng)
    found = difference_in_differences(panel)
    assert isinstance(found, BeforeAfter)
    assert isinstance(found.trend, NotEnoughData)
    assert found.verdict == "cant_tell"
    assert found.effect.low > 0


@pytest.mark.parametrize(("changed", "others"), [(2, 10), (10, 2)])
def test_too_few_units_are_refused(changed, others):
    panel, _truth = panel_of(World(changed, others), np.random.default_rng(3))
    found = difference_in_differences(panel)
    assert isinstance(found, NotEnoughData)
    assert "too few" in found.reason


def test_the_trend_says_what_it_would_have_seen():
    small, large = (
        difference_in_differences(panel_of(World(10, 20, deals=deals), np.random.default_rng(4))[0])
        for deals in (5, 80)
    )
    assert isinstance(small, BeforeAfter)
    assert isinstance(large, BeforeAfter)
    assert isinstance(small.trend, Trend)
    assert isinstance(large.trend, Trend)
    assert small.trend.seen > large.trend.seen > 0
    assert large.parallel


def test_weights_of_the_mixture_are_those_of_a_search_of_the_simplex():
    rng = np.random.default_rng(6)
    for _round in range(5):
        own, others, weight = rng.random(7), rng.random((3, 7)), rng.random(7) + 0.2
        found = synthetic_weights(own, others, weight)
        grid = np.linspace(0, 1, 201)
        a, b = (each.ravel() for each in np.meshgrid(grid, grid))
        inside = a + b <= 1 + 1e-12
        every = np.column_stack([a, b, 1 - a - b])[inside]
        loss = ((every @ others - own) ** 2 * weight).sum(axis=1)
        assert ((found @ others - own) ** 2 * weight).sum() <= loss.min() + 1e-9
        assert found == pytest.approx(every[np.argmin(loss)], abs=0.02)
        assert found.sum() == pytest.approx(1)


def test_a_mixture_that_went_alike_before_says_what_would_have_been():
    course, truth = course_of(World(1, 24, deals=200, before=18, effect=0.2, spells=0.01), np.random.default_rng(7))
    found = synthetic_control(course)
    assert isinstance(found, SyntheticControl)
    assert found.low <= truth <= found.high
    assert found.p_value == pytest.approx(1 / 25)
    assert len(found.weights) == found.others == 24


def test_a_poor_fit_before_is_refused_and_shown():
    course, _truth = course_of(World(1, 24, deals=400, before=18), np.random.default_rng(8))
    total = course.total.copy()
    total[0, ::2] = course.deals[0, ::2] * 0.9
    found = synthetic_control(replace(course, total=total))
    assert isinstance(found, PoorFit)
    assert found.fit > found.by_chance
    assert len(found.synthetic) == 24


@pytest.mark.parametrize(
    ("keep", "reason"), [(18, "others with deals"), (24, "periods before")], ids=["few others", "few periods"]
)
def test_few_others_and_few_periods_are_refused(keep, reason):
    course, _truth = course_of(World(1, 24, before=18 if keep == 18 else 5), np.random.default_rng(9))
    some = slice(0, keep + 1)
    found = synthetic_control(Course(course.deals[some], course.total[some], course.treated[some], course.after))
    assert isinstance(found, NotEnoughData)
    assert reason in found.reason


def test_a_step_in_everyones_course_is_described():
    deals = np.full(24, 200.0)
    shares = 0.2 + 0.002 * np.arange(24)
    shares[14:] += 0.08
    found = interrupted_series(deals, deals * shares, 14)
    assert isinstance(found, Interrupted)
    assert found.step == pytest.approx(0.08)
    assert found.expected[-1] == pytest.approx(0.2 + 0.002 * 23)
    few = interrupted_series(deals, deals * shares, 4)
    assert isinstance(few, NotEnoughData)


def test_one_that_goes_its_own_way_all_along_is_refused_though_a_mixture_fits_by_chance():
    rng = np.random.default_rng(11)
    found = [synthetic_control(course_of(World(1, 24, deals=40, before=18, apart=0.01), rng)[0]) for _round in range(8)]
    assert sum(isinstance(each, PoorFit) for each in found) >= 6
    assert any("went their own way" in each.reason for each in found if isinstance(each, PoorFit))
