"""What became of leads: counted, censored, compared at the same age."""

import numpy as np
import pytest
from benchmarks.lead_frames import category, frame, frame_of
from benchmarks.lead_worlds import MEDIAN_DAYS, SPREAD, leads
from scipy.stats import norm

from afteraction.analysis.lead_comparison import Comparison, compare
from afteraction.analysis.lead_curves import curves, judging_age
from afteraction.analysis.lead_frame import SOURCE
from afteraction.analysis.lead_months import Months, by_month
from afteraction.analysis.lead_outcomes import GROUPS, OTHERS, Became, fewer, what_became
from afteraction.analysis.lead_times import times_to
from afteraction.analysis.lead_views import TwoViews, two_views
from afteraction.errors import NotEnoughData

NEVER = np.nan


def test_everything_about_a_group_is_counted():
    found = what_became(
        frame(
            np.zeros(40),
            400.0,
            worked=np.r_[np.ones(30), np.full(10, NEVER)],
            accepted=np.r_[np.full(20, 2.0), np.full(20, NEVER)],
            returned=np.r_[np.full(20, NEVER), np.full(10, 9.0), np.full(10, NEVER)],
            reason=category([None] * 20 + ["no budget"] * 6 + ["no need"] * 3 + [None] * 11),
            won=np.r_[np.full(12, 14.0), np.full(28, NEVER)],
            amount=np.r_[np.full(12, 100.0), np.full(28, NEVER)],
            currency=category(["EUR"] * 11 + [None] * 29),
            effort=np.full(40, 3.0),
            facts={SOURCE: category(["Fair"] * 15 + ["Mail"] * 20 + [None] * 5)},
        )
    )
    assert isinstance(found, Became)
    every = found.overall
    assert (every.leads, every.accepted.count, every.returned.count, every.won.count) == (40, 20, 10, 12)
    assert [(one.reason, one.share.count, one.share.n) for one in every.reasons] == [
        ("no budget", 6, 9),
        ("no need", 3, 9),
    ]
    assert [(one.currency, one.won, one.total) for one in every.revenue] == [("", 1, 100.0), ("EUR", 11, 1100.0)]
    assert every.revenue[1].per_lead.value == pytest.approx(1100 / 40)
    assert (every.effort.value, every.effort_per_won) == (3.0, 10.0)
    assert {one.so_far for one in every.times} == {1.0, 2.0, 9.0, 14.0}
    assert [(one.what, one.n, one.median) for one in every.times] == [
        ("worked", 30, 1.0),
        ("accepted", 20, 2.0),
        ("returned", 10, 9.0),
        ("deal", 12, 14.0),
        ("won", 12, 14.0),
    ]
    assert [(one.days, one.watched, round(one.won.value, 3), round(one.dead.value, 3)) for one in every.horizons] == [
        (days, 40, 0.3, 0.25) for days in (30.0, 90.0, 180.0, 365.0)
    ]
    assert [one.group for one in found.groups] == ["Mail", "Fair", ""]
    assert sum(one.leads for one in found.groups) == every.leads


def test_without_any_change_on_record_nothing_is_said_of_accepting():
    found = what_became(frame(np.zeros(12), 40.0, facts={SOURCE: category(["a"] * 12)}))
    assert found.overall.accepted is None
    assert found.overall.returned is None
    assert found.overall.horizons[0].won.value == 0
    assert 0.2 < found.overall.horizons[0].won.high < 0.4  # none of twelve leaves room for some
    assert isinstance(found.compared, NotEnoughData)


def test_young_leads_are_censored_and_not_counted_as_failures():
    rng = np.random.default_rng(3)
    world = leads(rng, 20_000, [0.3], days=120.0)
    found = what_became(frame_of(world))
    horizon = next(one for one in found.overall.horizons if one.days == 90)
    truth = 0.3 * norm.cdf(np.log(90 / MEDIAN_DAYS) / SPREAD)
    assert found.overall.won.value < truth - 0.05  # what has come so far
    assert horizon.won.low < truth < horizon.won.high
    assert found.overall.young > 5_000


def test_the_curves_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(7)
    held = []
    for _round in range(150):
        world = leads(rng, 300, [0.25], days=180.0)
        found = curves(frame_of(world), "won").reached(np.array([30.0, 90.0]))
        truth = [0.25 * norm.cdf(np.log(day / MEDIAN_DAYS) / SPREAD) for day in (30.0, 90.0)]
        held += [one.low <= value <= one.high for one, value in zip(found, truth, strict=True)]
    assert 0.92 <= np.mean(held) <= 0.98


def test_the_median_time_is_that_of_all_to_whom_it_happens_within_the_horizon():
    rng = np.random.default_rng(11)
    inside = norm.cdf(np.log(90 / MEDIAN_DAYS) / SPREAD)
    truth = MEDIAN_DAYS * np.exp(SPREAD * norm.ppf(inside / 2))
    held, naive = [], []
    for _round in range(100):
        world = leads(rng, 600, [0.3], days=120.0)
        seen = frame_of(world)
        found = next(one for one in times_to(seen, 90.0) if one.what == "won")
        held.append(found.low <= truth <= found.high)
        naive.append(np.nanmedian(seen.won - seen.created))
    assert 0.90 <= np.mean(held) <= 1.0
    assert np.mean(naive) < truth - 1  # of young leads only the quick wins are seen


def test_sources_are_told_apart_with_intervals_that_hold():
    rng = np.random.default_rng(13)
    quality = rng.beta(8, 40, 20)
    held, wrong = [], 0
    for _round in range(25):
        world = leads(rng, 4_000, quality, days=600.0)
        seen = frame_of(world)
        found = compare(seen, seen.facts[SOURCE], horizon=180.0)
        truth = quality * norm.cdf(np.log(180 / MEDIAN_DAYS) / SPREAD)
        for one in found.groups:
            true = truth[int(one.group.split()[1])]
            held.append(one.share.low <= true <= one.share.high)
            wrong += one.verdict == "above" and true < truth.mean() - 0.005
    assert 0.92 <= np.mean(held) <= 0.98
    assert wrong == 0


def test_equal_campaigns_are_not_told_apart_however_many_there_are():
    rng = np.random.default_rng(17)
    world = leads(rng, 3_000, [0.15] * 60, days=600.0)
    seen = frame_of(world)
    found = compare(seen, seen.facts[SOURCE])
    assert isinstance(found, Comparison)
    rates = [one.own.value for one in found.groups]
    assert max(rates) > 1.8 * found.overall.value  # by chance alone
    assert {one.verdict for one in found.groups} == {"cant_tell"}
    assert max(one.share.value for one in found.groups) < 1.4 * found.overall.value
    assert found.all_equal_p > 0.01


def test_months_are_compared_at_the_same_age_and_young_ones_are_marked():
    rng = np.random.default_rng(19)
    world = leads(rng, 12_000, [0.3], days=360.0)
    found = by_month(frame_of(world))
    assert isinstance(found, Months)
    *older, last = found.months
    assert [one.young for one in found.months] == [one.judged is None for one in found.months]
    assert last.young
    assert last.so_far.usual.low - 0.02 < last.so_far.share.value < last.so_far.usual.high + 0.02
    judged = [one.judged for one in older if one.judged]
    assert all(one.age == found.age for one in judged)
    usual = 0.3 * norm.cdf(np.log(found.age / MEDIAN_DAYS) / SPREAD)
    assert np.mean([one.share.low <= usual <= one.share.high for one in judged]) > 0.7


def test_the_two_sides_view_of_quality_stand_side_by_side():
    n = 200
    passed = np.arange(n) < 120
    accepted = np.r_[np.full(90, 1.0), np.full(50, NEVER), np.full(60, 1.0)]
    returned = np.where(np.isnan(accepted), 3.0, NEVER)
    won = np.where(np.arange(n) % 4 == 0, 10.0, NEVER)
    won = np.where(np.isnan(accepted), NEVER, won)
    seen = frame(np.zeros(n), 500.0, accepted=accepted, returned=returned, worked=np.ones(n), won=won)
    found = two_views(seen, passed, np.random.default_rng(1))
    assert isinstance(found, TwoViews)
    assert [(one.marketing_passed, one.sales_accepted, one.leads) for one in found.views] == [
        (True, True, 90),
        (True, False, 30),
        (False, True, 60),
        (False, False, 20),
    ]
    assert found.kept_by_sales.value == 0.75
    assert abs(found.agreement.value) < 0.2
    assert found.sales_tells.value > 0.6
    assert found.marketing_tells.low < 0.55
    assert found.views[1].won.value == 0


def test_leads_that_sales_never_judged_have_no_second_view():
    assert isinstance(two_views(frame(np.zeros(5), 9.0), np.ones(5, bool), np.random.default_rng(1)), NotEnoughData)


def test_the_smallest_groups_are_one():
    fact = category([f"c{n % 150:03}" for n in range(1_000)])
    few = fewer(fact)
    assert len(few.levels) == GROUPS + 1
    assert few.levels[-1] == OTHERS
    assert fewer(category(["a", None])).levels == ("a",)


def test_leads_are_judged_at_an_age_that_half_of_them_have_reached():
    assert judging_age(frame(np.zeros(20), 100.0), "won") == 90.0
    assert judging_age(frame(np.zeros(20), 5.0), "won") is None
    quick = frame(np.zeros(20), 400.0, won=np.full(20, 3.0))
    assert judging_age(quick, "won") == 30.0
