"""Figures that move: found where they do, hardly ever where they stand still."""

import numpy as np
import pytest

from afteraction.analysis.moved import Pair, movement


def test_hardly_any_week_names_a_figure_where_all_stand_still() -> None:
    rng = np.random.default_rng(1)
    named = []
    for _week in range(400):
        counts = rng.binomial([[60], [180]], 0.3, (2, 20))
        pairs = [
            Pair("accepted", f"source {n}", (int(now), 60), (int(then), 180)) for n, (now, then) in enumerate(counts.T)
        ]
        named.append(bool(movement(pairs).moved))
    assert np.mean(named) <= 0.07


def test_a_figure_that_halves_is_found_first_with_its_interval() -> None:
    pairs = [Pair("accepted", f"source {n}", (60, 100), (180, 300)) for n in range(10)]
    found = movement([*pairs, Pair("answered", "", (30, 100), (180, 300))])
    assert [each.pair.measure for each in found.moved] == ["answered"]
    assert (found.compared, found.too_few) == (11, 0)
    moved = found.moved[0]
    assert moved.difference.low < -0.3 < moved.difference.high < 0


def test_few_cases_are_counted_and_not_compared() -> None:
    found = movement([Pair("won", "", (0, 9), (200, 200)), Pair("won", "x", (1, 20), (2, 30))])
    assert (found.moved, found.compared, found.too_few) == ((), 1, 1)
    with pytest.raises(ValueError, match="no rate"):
        movement([Pair("won", "", (21, 20), (1, 20))])
