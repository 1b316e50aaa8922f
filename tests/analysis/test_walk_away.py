from types import SimpleNamespace

import numpy as np
import pytest
from tests.analysis.frames import PROCESS, frame

from afteraction.analysis.effort import Effort, Value
from afteraction.analysis.features import Moment
from afteraction.analysis.walk_away import LEFT, USUAL, moment_days, walk_away, walk_away_moments

ON_ENTERING = Moment(0)
NO_AMOUNTS = None


def deals(won, created=None, **given):
    """Deals a day apart, in the first stage from the start."""
    created = np.arange(len(won), dtype=float) if created is None else np.asarray(created, dtype=float)
    entered = np.column_stack([created, np.full(len(won), np.nan)])
    given = {"end": float(created.max()) + 400.0} | given
    return frame(np.where(won, "won", "lost"), created=created, entered=entered, **given)


def curve(found, probability, hours, amounts=NO_AMOUNTS, days=(50.0,), moment=ON_ENTERING):
    """The curve at one moment, after which all that a deal cost is yet to come."""
    spent = Effort("hours", np.asarray(hours, dtype=float), {moment: np.asarray(hours, dtype=float)}, "")
    worth = np.full(len(found), np.nan) if amounts is NO_AMOUNTS else np.asarray(amounts, dtype=float)
    known = {moment: np.asarray(probability, dtype=float)}
    win = SimpleNamespace(out_of_time=known, training_days=days, left_out=frozenset())
    [result] = walk_away(found, PROCESS, win, spent, Value(worth, "EUR", ""))
    return result


def world(n, seed, *, telling, worth=lambda chance: np.ones_like(chance)):
    """Deals whose chance of winning is known if `telling`, and another's if not."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.02, 0.7, n)
    won = rng.random(n) < chance
    said = chance if telling else rng.permutation(chance)
    return deals(won), said, rng.gamma(2.0, 2.0, n), worth(chance) * rng.lognormal(sigma=0.5, size=n)


def at(result, wanted=USUAL):
    return next(left for left in result.curve if left.wanted == wanted)


def test_leaving_the_unlikely_saves_more_than_it_costs():
    found, said, hours, amounts = world(2_000, 1, telling=True)
    result = curve(found, said, hours, amounts, days=(0.0, 700.0))
    left = at(result)
    assert left.share == pytest.approx(0.2, abs=0.03)
    assert left.effort.value == pytest.approx(0.2, abs=0.04)
    assert left.wins.high < left.effort.low
    assert result.in_wins.value > 0
    assert result.in_wins.q < 0.01
    assert result.in_value.low > 0


def test_leaving_at_random_saves_as_much_as_it_costs():
    told = 0
    for seed in range(60):
        found, said, hours, amounts = world(400, seed, telling=False)
        result = curve(found, said, hours, amounts)
        told += min(result.in_wins.q, result.in_value.q) <= 0.05
    assert told <= 6


def test_unlikely_deals_that_are_worth_more_are_worth_their_effort():
    found, said, hours, amounts = world(2_000, 2, telling=True, worth=lambda chance: np.where(chance < 0.2, 9.0, 1.0))
    result = curve(found, said, hours, amounts)
    assert result.in_wins.low > 0
    assert result.in_value.high < 0
    assert result.in_value.q < 0.05


def test_the_shares_are_those_of_the_deals_left():
    """A hundred deals to draw the limit from, then a hundred tested: the first ten were unlikely, one of them won."""
    probability = np.concatenate([np.linspace(0.1, 0.9, 100), np.full(10, 0.05), np.full(90, 0.8)])
    won = np.concatenate([np.arange(100) % 3 == 0, np.arange(10) == 0, np.arange(90) % 2 == 0])
    hours = np.concatenate([np.ones(110), np.full(90, 2.0)])
    result = curve(deals(won), probability, hours, np.full(200, 100.0), days=(0.0, 100.0))
    left = at(result)
    assert (result.deals, left.deals) == (100, 10)
    assert (left.effort_saved, left.wins_lost) == (10.0, 1.0)
    assert left.share == pytest.approx(0.1)
    assert left.effort.value == pytest.approx(10 / 190)
    assert left.wins.value == pytest.approx(1 / 46)
    assert left.value.value == pytest.approx(1 / 46)
    assert result.in_wins.value == pytest.approx(10 / 190 - 1 / 46)


def test_the_limit_comes_from_what_was_known_before():
    """Were it drawn from the tested deals themselves, a fifth of them would be left although all became better."""
    probability = np.concatenate([np.linspace(0.1, 0.3, 100), np.linspace(0.6, 0.9, 100)])
    won = np.arange(200) % 2 == 0
    assert at(curve(deals(won), probability, np.ones(200), days=(0.0, 100.0))).deals == 0


def test_nothing_left_is_not_nothing_lost_for_certain():
    probability = np.concatenate([np.linspace(0.1, 0.3, 100), np.linspace(0.6, 0.9, 100)])
    left = at(curve(deals(np.arange(200) % 2 == 0), probability, np.ones(200), days=(0.0, 100.0)))
    assert (left.wins.value, left.wins.low) == (0.0, 0.0)
    assert left.wins.high > 0.05


def test_every_limit_leaves_as_much_as_the_one_before_or_more():
    found, said, hours, amounts = world(600, 3, telling=True)
    result = curve(found, said, hours, amounts)
    assert [left.wanted for left in result.curve] == list(LEFT)
    for part in ("share", "effort_saved", "wins_lost"):
        values = [getattr(left, part) for left in result.curve]
        assert values == sorted(values)


def test_without_amounts_only_wins_are_judged():
    found, said, hours, _amounts = world(600, 4, telling=True)
    result = curve(found, said, hours)
    assert result.in_value is None
    assert all(left.value is None for left in result.curve)


@pytest.mark.parametrize(
    ("n", "wins", "hours"), [(40, 20, 1.0), (300, 0, 1.0), (300, 4, 1.0), (300, 100, 0.0)],
    ids=["few deals", "no win", "few wins", "no effort"],
)  # fmt: skip
def test_too_little_is_refused(n, wins, hours):
    won = np.arange(n) >= n - wins
    result = curve(deals(won), np.linspace(0.1, 0.9, n), np.full(n, hours), days=(0.0, 50.0))
    assert result.curve == ()
    assert result.refused is not None
    assert (result.in_wins, result.in_value) == (None, None)
    assert "at least 50" in result.refused.needed


def test_it_is_tried_on_entering_each_stage_and_where_deals_have_been_long_in_it():
    created = np.arange(100.0)
    entered = np.column_stack([created, np.where(np.arange(100) < 60, created + np.arange(100) % 20 + 1, np.nan)])
    found = frame(["won", "lost"] * 50, created=created, closed=created + 30, entered=entered, end=900.0)
    moments = walk_away_moments(found, PROCESS)
    assert [(moment.stage, moment.age) for moment in moments][::2] == [(0, 0.0), (1, 0.0)]
    assert [moment.age for moment in moments][1::2] == [30.0, 25.0]
    days = moment_days(found, moments)
    assert days[Moment(0, 30.0)][0] == 30.0
    assert np.isnan(days[Moment(1)][99])


def test_a_stage_that_nobody_enters_is_tried_on_entering_alone():
    assert walk_away_moments(deals([True, False] * 30), PROCESS)[-1] == Moment(1)
