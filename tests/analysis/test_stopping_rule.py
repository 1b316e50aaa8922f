"""The locked rule decides, and always the same."""

import math

import numpy as np
import pytest

from afteraction.analysis.confidence_sequence import Interval, Look
from afteraction.analysis.stopping_rule import (
    Decision,
    Guardrail,
    StoppingRule,
    conditional_power,
    decide,
    predictive_power,
)

RULE = StoppingRule(information=1000.0)


def _look(value: float, fraction: float) -> Look:
    return Look(value, 1 / math.sqrt(1000 * fraction))


@pytest.mark.parametrize(
    ("value", "fraction", "low", "high", "decision"),
    [
        (0.0, 0.1, -0.3, 0.3, Decision.GO_ON),
        (0.2, 0.5, 0.02, 0.4, Decision.BENEFIT),
        (-0.2, 0.5, -0.4, -0.02, Decision.HARM),
        (-0.02, 0.5, -0.2, 0.2, Decision.FUTILITY),
        (0.1, 1.0, 0.02, 0.2, Decision.ADOPT),
        (0.01, 1.0, -0.08, 0.1, Decision.REJECT),
    ],
)
def test_each_look_has_its_decision(value, fraction, low, high, decision):
    assert decide(RULE, _look(value, fraction), Interval(value, low, high)).decision == decision


def test_a_guardrail_that_is_broken_stops_whatever_the_effect():
    worse = Guardrail("margin", Interval(-0.2, -0.3, -0.1), 0.05)
    found = decide(RULE, _look(0.2, 0.5), Interval(0.2, 0.02, 0.4), [worse])
    assert found.decision == Decision.HARM
    assert "margin by more than 0.05" in found.reason
    uncertain = Guardrail("margin", Interval(-0.2, -0.4, 0.0), 0.05)
    assert decide(RULE, _look(0.2, 0.5), Interval(0.2, 0.02, 0.4), [uncertain]).decision == Decision.BENEFIT


def test_a_hopeful_trial_is_extended_only_where_the_protocol_left_room():
    rule = StoppingRule(information=1000.0, planned=0.7)
    look, interval = _look(0.075, 0.7), Interval(0.075, -0.02, 0.15)
    assert decide(rule, look, interval).decision == Decision.EXTEND
    assert decide(RULE, _look(0.065, 1.0), interval).decision == Decision.REJECT
    assert decide(rule, look, interval, over=True).decision == Decision.REJECT


def test_conditional_power_is_how_often_trials_that_go_on_end_above():
    rng = np.random.default_rng(1)
    look, effect = _look(0.05, 0.4), 0.09
    root, steps = math.sqrt(1000), 1200
    start = look.value * look.information / root
    moves = rng.normal(effect * root * 0.6 / steps, math.sqrt(0.6 / steps), (2000, steps))
    reached = np.mean((start + np.cumsum(moves, axis=1)).max(axis=1) > 2.2414)
    assert reached == pytest.approx(conditional_power(look, RULE, effect), abs=0.04)


def test_predictive_power_lies_between_what_is_certain():
    assert predictive_power(_look(-0.1, 0.6), RULE) < 0.01
    assert predictive_power(_look(0.2, 0.9), RULE) > 0.99
    assert predictive_power(_look(0.05, 0.5), RULE) > predictive_power(_look(0.03, 0.5), RULE)
