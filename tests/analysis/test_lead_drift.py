"""A score that no longer fits is noticed; one that does is left alone."""

import numpy as np
import pytest
from scipy.special import expit, logit

from afteraction.analysis.lead_drift import ALPHA, TOLERANCE, stability, watch

RNG = np.random.default_rng(3)


def test_promises_that_hold_rarely_raise_an_alarm_however_often_one_looks():
    alarms = 0
    for _round in range(400):
        chance = RNG.beta(2, 18, 1_500)
        edge = expit(logit(chance) + TOLERANCE * (1 if RNG.random() < 0.5 else -1))  # as far off as is tolerated
        alarms += watch(chance, RNG.random(1_500) < edge).alarm is not None
    assert alarms / 400 <= ALPHA + 2 * np.sqrt(ALPHA * (1 - ALPHA) / 400)


def test_promises_that_are_too_high_raise_an_alarm_that_says_so():
    chance = RNG.beta(2, 8, 3_000)
    found = watch(chance, RNG.random(3_000) < expit(logit(chance) - 0.8))
    assert found.alarm is not None
    assert found.alarm < 2_000
    assert found.too_high
    assert found.ratio.high < 0.8
    low = watch(chance, RNG.random(3_000) < expit(logit(chance) + 0.8))
    assert low.too_high is False


def test_leads_of_the_same_kind_are_stable_and_others_are_not():
    earlier = RNG.beta(2, 8, 4_000)
    chance = [stability(earlier, RNG.beta(2, 8, 800)) for _round in range(200)]
    assert 0.01 <= np.mean([one.p < 0.05 for one in chance]) <= 0.10
    assert np.mean([one.psi > one.by_chance for one in chance]) == np.mean([one.p < 0.05 for one in chance])
    assert np.mean([one.true.low == 0 for one in chance]) > 0.9
    other = stability(earlier, RNG.beta(3, 8, 800))
    assert other.p < 0.001
    assert other.true.low > 0


def test_the_index_holds_its_true_value():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.3, 0.3])
    true = float(np.sum((q - p) * np.log(q / p)))
    held = []
    for _round in range(300):
        earlier, newer = RNG.choice([0.1, 0.2, 0.3], 3_000, p=p), RNG.choice([0.1, 0.2, 0.3], 700, p=q)
        found = stability(earlier, newer)
        held.append(found.true.low <= true <= found.true.high)
    assert 0.9 <= np.mean(held) <= 0.99


def test_too_few_leads_say_nothing():
    assert stability(np.array([0.1, 0.2]), np.array([0.1])) is None
    empty = watch(np.zeros(0), np.zeros(0, dtype=bool))
    assert (empty.n, empty.ratio, empty.alarm) == (0, None, None)
    assert watch(np.array([0.5]), np.array([True])).evidence[0] == pytest.approx(1.0, abs=0.3)
