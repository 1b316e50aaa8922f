"""What using a lesson does: who is compared, when one looks, what a look may say, what later deals say against it."""

import numpy as np
import pytest
from benchmarks.lesson_use_worlds import LessonWorld, simulate_uses

from afteraction.analysis.intervals import minimum_detectable_difference
from afteraction.analysis.lesson_evidence import (
    Decision,
    Look,
    Plan,
    Shown,
    Waiting,
    contradiction,
    deals_needed,
    follow,
    next_look,
    spending_bound,
)
from afteraction.errors import NotEnoughData

NAN = np.nan


def _shown(used: list[float], closed: list[float], won: list[bool], end: float = 100.0) -> Shown:
    n = len(used)
    return Shown(
        shown=np.zeros(n),
        used=np.array(used),
        closed=np.array(closed),
        won=np.array(won),
        known=np.zeros((n, 1)),
        owner=np.full(n, -1, dtype=np.int32),
        end=end,
    )


def test_who_lost_before_the_landmark_is_held_against_nobody() -> None:
    found = follow(_shown([1.0, 2.0, NAN, NAN, NAN], [50.0, 60.0, 0.5, 1.5, NAN], [True, True, False, False, False]))
    assert not isinstance(found, NotEnoughData)
    assert found.landmark == 2.0
    assert found.rows.tolist() == [0, 1, 4]
    assert found.comparison.did.tolist() == [True, True, False]
    assert found.ended == 2


def test_a_use_after_the_landmark_counts_as_none_before_it() -> None:
    used = [1.0] * 19 + [40.0]
    found = follow(_shown(used, [90.0] * 20, [True] * 20))
    assert not isinstance(found, NotEnoughData)
    assert found.comparison.did.tolist() == [True] * 19 + [False]


def test_a_lesson_that_nobody_used_is_refused_with_what_it_takes() -> None:
    found = follow(_shown([NAN, NAN], [5.0, 6.0], [True, False]))
    assert isinstance(found, NotEnoughData)
    assert "nobody" in found.reason


@pytest.mark.parametrize("used", [0.5, 0.3, 0.1])
def test_the_deals_that_are_needed_are_those_of_the_formula(used: float) -> None:
    plan, n = Plan(smallest=0.15), deals_needed(Plan(smallest=0.15), 0.3, used)
    of_used = round(n * used)
    seen = minimum_detectable_difference(of_used, n - of_used, 0.3)
    assert seen is not None
    assert plan.smallest - 0.003 < seen <= plan.smallest
    assert deals_needed(plan, 0.3, used, told=0.5) == pytest.approx(2 * n, abs=2)


def test_the_bounds_of_two_looks_are_those_of_lan_and_demets() -> None:
    first = spending_bound(0.05, [(0.5, 0.0)])
    assert first == pytest.approx(2.963, abs=0.001)
    assert spending_bound(0.05, [(0.5, first), (1.0, 0.0)]) == pytest.approx(1.969, abs=0.001)
    assert spending_bound(0.05, [(1.0, 0.0)]) == pytest.approx(1.960, abs=0.001)


def test_two_looks_together_err_as_often_as_the_plan_says() -> None:
    rng = np.random.default_rng(3)
    half = rng.normal(size=(400_000, 2))
    first, whole = half[:, 0], half.sum(axis=1) / np.sqrt(2)
    one = spending_bound(0.05, [(0.5, 0.0)])
    two = spending_bound(0.05, [(0.5, one), (1.0, 0.0)])
    assert np.mean((np.abs(first) > one) | (np.abs(whole) > two)) == pytest.approx(0.05, abs=0.0015)


def test_nobody_looks_before_half_of_the_deals_nor_twice_at_them() -> None:
    uses = simulate_uses(LessonWorld(0.15), 900, np.random.default_rng(5))
    early = follow(uses.until(60.0))
    assert not isinstance(early, NotEnoughData)
    waits = next_look(early, Plan(), [], np.random.default_rng(1))
    assert isinstance(waits, Waiting)
    assert waits.deals < waits.at <= waits.needed
    later = follow(uses.until(uses.shown.end))
    assert not isinstance(later, NotEnoughData)
    look = next_look(later, Plan(), [], np.random.default_rng(1))
    assert isinstance(look, Look)
    assert look.decision is Decision.HELPS
    assert look.low > 0
    again = next_look(later, Plan(), [(look.fraction, look.bound)], np.random.default_rng(1))
    assert isinstance(again, Waiting)


def test_equal_deals_give_equal_looks() -> None:
    uses = simulate_uses(LessonWorld(0.0), 700, np.random.default_rng(6))
    looks = []
    for _time in range(2):
        followed = follow(uses.until(uses.shown.end))
        assert not isinstance(followed, NotEnoughData)
        found = next_look(followed, Plan(), [], np.random.default_rng(7))
        assert isinstance(found, Look)
        looks.append((found.low, found.high, found.decision))
    assert looks[0] == looks[1]


def test_a_lesson_that_does_nothing_is_challenged_and_one_that_helps_rarely_is() -> None:
    rng = np.random.default_rng(8)
    chance = np.full(300, 0.35)
    challenged = {}
    for effect in (0.0, 0.15):
        found = [contradiction(chance, rng.random(300) < 0.35 + effect, 0.15) for _run in range(400)]
        challenged[effect] = np.mean([each is not None and each.challenges for each in found])
    assert challenged[0.0] > 0.9
    assert challenged[0.15] < 0.05


def test_no_later_deal_says_nothing() -> None:
    assert contradiction(np.array([]), np.array([], dtype=bool), 0.15) is None
