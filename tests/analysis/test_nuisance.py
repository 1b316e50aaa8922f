"""What is adjusted for, where it is known what sways what."""

import numpy as np
import pytest
from scipy.special import expit

from afteraction.analysis.effect import augmented
from afteraction.analysis.nuisance import Comparison, cross_fitted, relevant, worth_keeping
from afteraction.errors import NotEnoughData

COLUMNS = 20


def deals(seed: int, n: int = 2_000) -> Comparison:
    """Column 0 sways both, 1 winning alone, 2 the step alone; the others nothing; the last never varies."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, COLUMNS))
    x[:, -1] = 3.0
    did = rng.random(n) < expit(0.8 * x[:, 0] + 1.5 * x[:, 2])
    won = rng.random(n) < expit(0.8 * x[:, 0] + 0.8 * x[:, 1] - 0.5)
    return Comparison(did, won, np.ones(n), x, np.zeros(n, dtype=np.int32))


def kept(given: Comparison) -> list[int]:
    chosen = relevant(given).x
    return [place for place in range(given.x.shape[1]) if any(np.array_equal(given.x[:, place], c) for c in chosen.T)]


def test_what_predicts_winning_is_kept_and_most_of_the_rest_is_not():
    places = [kept(deals(seed)) for seed in range(20)]
    assert all({0, 1} <= set(each) for each in places)
    others = [len(set(each) - {0, 1}) / (COLUMNS - 2) for each in places]
    # |z| > 1 by chance alone: 32 of 100.
    assert 0.2 < np.mean(others) < 0.42


def test_it_does_not_matter_in_which_unit_a_column_is():
    given = deals(1)
    scale = np.exp(np.random.default_rng(1).normal(0, 2, COLUMNS))
    scaled = Comparison(given.did, given.won, given.weight, given.x * scale, given.owner)
    assert kept(scaled) == kept(given)


def test_an_effect_of_nothing_is_told_more_closely_and_no_less_rightly():
    errors, widths = [], []
    for seed in range(12):
        given, rng = deals(seed), np.random.default_rng(seed)
        found = [augmented(each, cross_fitted(each, rng)) for each in (relevant(given), given)]
        errors.append(found[0].effect)
        widths.append([each.standard_error for each in found])
    chosen, everything = np.mean(widths, axis=0)
    assert chosen < 0.85 * everything
    assert abs(np.mean(errors)) < 3 * chosen / np.sqrt(12)


@pytest.mark.parametrize("columns", [0, 1])
def test_where_nothing_predicts_winning_the_plain_difference_is_left(columns):
    rng = np.random.default_rng(0)
    did, won = rng.random((2, 800)) < 0.5
    x = np.zeros((800, columns))
    given = Comparison(did, won, np.ones(800), x, np.zeros(800, dtype=np.int32))
    assert relevant(given).x.shape == (800, 0)
    found = augmented(relevant(given), cross_fitted(relevant(given), rng))
    assert found.effect == pytest.approx(found.naive, abs=0.01)


def test_of_columns_that_say_the_same_one_stays():
    """Each beside the other predicts next to nothing; gone both, what they say would sway the effect."""
    for seed in range(8):
        given = deals(seed)
        noise = np.random.default_rng(seed).normal(scale=0.02, size=(len(given), 3))
        twins = np.column_stack([given.x, given.x[:, :1] + noise, given.x[:, :1]])
        doubled = Comparison(given.did, given.won, given.weight, twins, given.owner)
        assert {0, COLUMNS, COLUMNS + 1, COLUMNS + 2, COLUMNS + 3} & set(kept(doubled))
        single, both = (
            augmented(each, cross_fitted(each, np.random.default_rng(0))) for each in map(relevant, (given, doubled))
        )
        assert both.effect == pytest.approx(single.effect, abs=single.standard_error / 4)


def test_what_is_nearly_the_thing_itself_stays_so_that_nobody_can_be_compared():
    given = deals(2)
    nearly = np.where(np.random.default_rng(2).random(len(given)) < 0.01, ~given.did, given.did)
    with_it = Comparison(given.did, given.won, given.weight, np.column_stack([given.x, nearly]), given.owner)
    assert COLUMNS in kept(with_it)
    result = augmented(relevant(with_it), cross_fitted(relevant(with_it), np.random.default_rng(0)))
    assert isinstance(result, NotEnoughData)


def test_a_column_that_goes_changes_the_others_as_a_fit_without_it_does():
    """Least squares, where the approximation by a parabola is exact: eliminated one by one with a fit at each step."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(300, 12)) @ rng.normal(size=(12, 12))
    y = x[:, :3] @ [0.15, -0.1, 0.05] + rng.normal(size=300)
    left = list(range(12))
    while True:
        inverse = np.linalg.inv(x[:, left].T @ x[:, left])
        size = np.abs(inverse @ x[:, left].T @ y) / np.sqrt(np.diag(inverse))
        if size.min() > 1:
            break
        del left[int(np.argmin(size))]
    inverse = np.linalg.inv(x.T @ x)
    assert 0 < len(left) < 12
    assert np.flatnonzero(worth_keeping(inverse @ x.T @ y, inverse, np.ones(12, dtype=bool))).tolist() == left
