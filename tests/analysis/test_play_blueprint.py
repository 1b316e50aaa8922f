"""What won deals have in common, on deals of which it is known."""

from datetime import timedelta

import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis.effects import Effect
from afteraction.analysis.play_blueprint import Blueprint, blueprint, pattern_effect
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process, Step

STEPS = ("call", "committee", "demo", "case")
PROCESS = Process(
    "Sale", 1, ("Qualify",), tuple(Step(name, "Qualify", (name,), within=timedelta(days=14)) for name in STEPS)
)


def made(seed, n=800, lift=0.0):
    """Deals of two segments, which differ in how often they are won and how often everything is done; the second step
    adds `lift` to the chance of being won."""
    rng = np.random.default_rng(seed)
    large = rng.random(n) < 0.5
    did = rng.random((n, len(STEPS))) < np.where(large, 0.7, 0.3)[:, None]
    won = rng.random(n) < np.where(large, 0.5, 0.2) + lift * did[:, 1]
    done = np.where(did, rng.uniform(0.5, 9.0, (n, len(STEPS))), np.nan)
    closed = rng.uniform(12, 60, n)
    return frame_of(
        np.where(won, "won", "lost").tolist(),
        np.zeros(n),
        closed,
        100.0,
        facts={"segment": np.where(large, "Large", "Small").tolist()},
        done=done,
    ), rng


def some_wins(frame, rng, n=120):
    chosen = np.zeros(len(frame), dtype=bool)
    chosen[rng.choice(np.flatnonzero(frame.won), n, replace=False)] = True
    return chosen


def test_a_step_that_wins_is_common_and_those_that_only_go_with_a_segment_are_not():
    frame, rng = made(1, n=2000, lift=0.3)
    found = blueprint(frame, PROCESS, some_wins(frame, rng, 200))
    assert isinstance(found, Blueprint)
    assert [each.step for each in found.steps if each.shares.common] == ["committee"]
    assert found.kinds == ("segment",)
    assert all(each.timing.low <= each.timing.days <= each.timing.high for each in found.steps)


def test_where_nothing_wins_hardly_any_blueprint_names_anything():
    named = []
    for seed in range(200):
        frame, rng = made(seed)
        found = blueprint(frame, PROCESS, some_wins(frame, rng, 60))
        named.append(any(each.shares.common or each.shares.rare for each in (*found.steps, *found.orders)))
    assert np.mean(named) <= 0.07


def test_deals_chosen_for_a_step_do_not_prove_it():
    frame, _rng = made(3)
    chosen = frame.won & ~np.isnan(frame.done[:, 0])
    naive = blueprint(frame, PROCESS, chosen)
    honest = blueprint(frame, PROCESS, chosen, picked_by={"call"})
    of_call = {each.step: each for each in honest.steps}["call"]
    assert next(each for each in naive.steps if each.step == "call").shares.common
    assert of_call.of_all_wins
    assert not of_call.shares.common


def test_too_few_deals_and_lost_deals_are_refused():
    frame, _rng = made(1)
    few = np.zeros(len(frame), dtype=bool)
    few[np.flatnonzero(frame.won)[:3]] = True
    refused = blueprint(frame, PROCESS, few)
    assert isinstance(refused, NotEnoughData)
    assert "3 won deals" in refused.reason
    with pytest.raises(ValueError, match="some of these are not"):
        blueprint(frame, PROCESS, ~frame.won)


def test_the_effect_of_a_pattern_is_found_and_none_is_told_without_steps():
    frame, rng = made(5, n=3000, lift=0.3)
    effect = pattern_effect(frame, PROCESS, ("committee", "demo"), rng)
    assert isinstance(effect, Effect)
    assert effect.verdict == "helps"
    assert effect.low < 0.3
    assert isinstance(pattern_effect(frame, PROCESS, (), rng), NotEnoughData)
