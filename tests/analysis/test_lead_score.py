"""The chance that a lead becomes revenue, tested on leads that came in later."""

import numpy as np
import pytest
from benchmarks.lead_frames import category, frame, frame_of
from benchmarks.lead_worlds import leads
from scipy.special import logit

from afteraction.analysis.lead_frame import SOURCE, lead_frame
from afteraction.analysis.lead_points import Criterion, points
from afteraction.analysis.lead_score import LeadScore, chances, fit, score
from afteraction.analysis.lead_snapshot import TOUCHED_BY, TOUCHES, behaviour, lead_snapshot
from afteraction.errors import NotEnoughData

POINTS = (Criterion("from the best source", SOURCE, frozenset({"source 2"}), 10.0),)


@pytest.fixture(scope="module")
def world():
    return leads(np.random.default_rng(5), 9_000, [0.05, 0.15, 0.35], days=540.0, fit=0.8)


@pytest.fixture(scope="module")
def fitted(world):
    found = fit(frame_of(world), horizon=90.0, points=POINTS)
    assert isinstance(found, LeadScore)
    return found


def test_it_tells_later_leads_apart_and_means_what_it_says(world, fitted):
    truth = world.won_by(90.0)[world.created >= np.quantile(world.created, 0.7)]
    best = np.mean(truth[:, None] > truth[None, :500])
    assert best == pytest.approx(0.5, abs=0.1)
    found = fitted.accuracy
    assert found.auc.low > 0.68
    assert found.slope.low <= 1 <= found.slope.high
    assert found.intercept.low <= 0 <= found.intercept.high
    assert [one.age for one in fitted.by_age][:2] == [0.0, 7.0]


def test_it_is_close_to_the_true_chance_of_each_lead(world, fitted):
    seen = frame_of(world)
    late = np.flatnonzero(world.created > world.end - 1)  # hardly older than a day: no age to speak of
    ours = chances(fitted, seen)[late]
    known = ~np.isnan(ours)
    truth = world.won_by(90.0)[late][known]
    assert np.corrcoef(logit(ours[known]), logit(truth))[0, 1] > 0.95
    assert np.mean(ours[known]) == pytest.approx(np.mean(truth), abs=0.04)


def test_the_points_of_marketing_stand_beside_it(fitted):
    assert fitted.points is not None
    assert 0.5 < fitted.points.accuracy.auc.value < fitted.accuracy.auc.value
    assert fitted.points.gain.low > 0


def test_promises_kept_raise_no_alarm_and_broken_ones_do(world, fitted):
    assert fitted.promises.alarm is None
    moved = leads(np.random.default_rng(6), 9_000, [0.05, 0.15, 0.35], days=540.0, fit=0.8)
    worse = leads(np.random.default_rng(6), 9_000, [0.05, 0.15, 0.35], days=1080.0, fit=0.8, shift=-1.6)
    assert fit(frame_of(moved)).promises.alarm is None
    seen = frame_of(worse)
    broken = fit(seen.only(np.flatnonzero((seen.created < 720) & (seen.created > 180))))
    assert broken.promises.alarm is not None
    assert broken.promises.too_high


def test_the_parts_of_a_score_add_up_to_it_and_its_reasons_to_the_chance(world, fitted):
    seen = frame_of(world)
    rows = np.flatnonzero(np.isnan(seen.won) & np.isnan(seen.dead))[:50]
    for one in score(fitted, seen, rows=rows):
        assert one.total == pytest.approx(logit(one.probability), abs=1e-12)
        assert sum(one.parts.values()) == pytest.approx(one.total, abs=1e-9)
        assert sum(each.points for each in one.factors) == pytest.approx(one.probability - one.average, abs=1e-9)
        assert "within 90 days; the average lead of its age has" in one.words


def test_leads_of_a_later_version_are_scored_in_the_terms_of_the_model(fitted):
    later = frame(np.zeros(3), 5.0, facts={SOURCE: category(["source 2", "a new one", "source 0"])}, numbers={})
    found = {one.lead_id: one for one in score(fitted, later)}
    assert found["L0000000"].probability > found["L0000001"].probability > found["L0000002"].probability
    assert "source: source 2" in found["L0000000"].words


def test_young_leads_do_not_pull_the_chance_down():
    world = leads(np.random.default_rng(8), 8_000, [0.3], days=280.0)
    found = fit(frame_of(world), horizon=90.0)
    assert isinstance(found, LeadScore)
    assert found.accuracy.intercept.low <= 0 <= found.accuracy.intercept.high
    truth = world.won_by(90.0).mean()
    assert found.base_rate == pytest.approx(truth, abs=0.03)


def test_a_fact_written_when_the_lead_ends_is_not_used():
    world = leads(np.random.default_rng(9), 4_000, [0.2], days=400.0)
    seen = frame_of(world)
    stamped = category(["A7" if won else None for won in ~np.isnan(world.won)])
    status = category(["x"] * len(seen))
    told = frame(
        world.created,
        world.end,
        won=world.won,
        returned=world.dead,
        facts={**seen.facts, "won by": stamped, "package": stamped, "Lead Status": status},
        numbers={"score": np.nan_to_num(world.won), "fit": np.exp(world.fit)},
    )
    found = fit(told)
    assert {one.fact for one in found.left_out} >= {"package", "Lead Status", "score"}
    assert found.accuracy.auc.value < 0.6


def test_only_what_was_done_until_the_moment_is_known(record, day):
    tables, _log = record(
        leads=[{"lead_id": "A", "created_at": day(0)}, {"lead_id": "B", "created_at": day(0)}],
        lead_touches=[
            {"touch_id": "1", "lead_id": "A", "activity": "Click", "at": day(1), "channel": "mail"},
            {"touch_id": "2", "lead_id": "A", "activity": "Visit", "at": day(9), "channel": "website"},
        ],
    )
    seen = lead_frame(tables)
    known = lead_snapshot(seen, behaviour(tables, seen), np.array([0, 0, 1]), np.array([0.5, 2.0, 20.0]))
    assert np.expm1(known.numbers[TOUCHES]).tolist() == pytest.approx([0, 1, 0])
    assert {name: flags.tolist() for name, flags in known.flags[TOUCHED_BY].items()} == {
        "mail": [False, True, False],
        "website": [False, False, False],
    }


def test_a_record_shorter_than_the_horizon_asks_for_is_refused():
    world = leads(np.random.default_rng(8), 4_000, [0.3], days=200.0)
    assert isinstance(fit(frame_of(world), horizon=90.0), NotEnoughData)
    assert isinstance(fit(frame_of(world), horizon=30.0), LeadScore)


def test_too_few_wins_are_refused():
    assert isinstance(fit(frame(np.arange(300.0), 400.0)), NotEnoughData)


def test_points_count_what_is_known():
    seen = frame(np.zeros(3), 1.0, facts={SOURCE: category(["Fair", "Mail", None])})
    criteria = (
        Criterion("fair", SOURCE, frozenset({"Fair"}), 10.0),
        Criterion("no fact of that name", "industry", frozenset({"Steel"}), 5.0),
    )
    assert points(seen, criteria).tolist() == [10.0, 0.0, 0.0]
    assert points(seen, ()).tolist() == [0.0, 0.0, 0.0]
