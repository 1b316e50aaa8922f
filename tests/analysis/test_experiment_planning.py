"""What the record says for a plan: estimates whose intervals hold the truth."""

import numpy as np
import pytest

from afteraction.analysis.experiment_planning import (
    Estimate,
    explained,
    likeness,
    mean,
    per_week,
    share,
    unevenness,
)
from afteraction.errors import NotEnoughData


def held(estimates: list[Estimate | NotEnoughData], truth: float) -> float:
    return float(np.mean([isinstance(each, Estimate) and each.low <= truth <= each.high for each in estimates]))


def test_likeness_holds_the_truth_with_uneven_reps() -> None:
    rng = np.random.default_rng(7)
    found = []
    for _round in range(300):
        cluster = np.repeat(np.arange(30), rng.integers(10, 60, 30))
        level = rng.beta(0.3 * 19, 0.7 * 19, 30)  # an intraclass correlation of 0.05
        found.append(likeness((rng.random(len(cluster)) < level[cluster]).astype(float), cluster))
    assert held(found, 0.05) > 0.9
    values = [each.value for each in found if isinstance(each, Estimate)]
    assert float(np.mean(values)) == pytest.approx(0.05, abs=0.005)


def test_deals_of_no_rep_in_particular_are_not_alike() -> None:
    rng = np.random.default_rng(8)
    found = likeness((rng.random(3_000) < 0.3).astype(float), rng.integers(0, 40, 3_000))
    assert isinstance(found, Estimate)
    assert found.value < 0.02
    assert found.low == 0.0


def test_what_the_chance_explains_holds_the_truth() -> None:
    rng = np.random.default_rng(9)
    found = []
    for _round in range(300):
        chance = rng.normal(0, 1, 400)
        found.append(explained(0.5 * chance + rng.normal(0, 1, 400), chance))
    assert held(found, 0.25 / 1.25) > 0.92


def test_shares_means_and_weeks_have_intervals() -> None:
    rng = np.random.default_rng(10)
    assert held([share(rng.random(200) < 0.3) for _round in range(300)], 0.3) > 0.92
    assert held([mean(rng.normal(50, 20, 200)) for _round in range(300)], 50.0) > 0.92
    assert held([per_week(rng.poisson(12, 26).tolist()) for _round in range(300)], 12.0) > 0.92


def test_unevenness_of_even_reps_is_nought() -> None:
    even = unevenness([20.0] * 12)
    assert isinstance(even, Estimate)
    assert even.value == even.low == 0.0
    found = unevenness([5.0, 10.0, 20.0, 40.0, 8.0, 12.0])
    assert isinstance(found, Estimate)
    assert found.low < found.value < found.high


@pytest.mark.parametrize(
    "refused",
    [
        share(np.ones(10, dtype=bool)),
        mean(np.ones(10)),
        likeness(np.ones(10), np.arange(10)),
        likeness(np.ones(100), np.repeat(np.arange(10), 10)),
        explained(np.ones(100), np.ones(100)),
        explained(np.ones(100), np.full(100, np.nan)),
        per_week([3.0] * 4),
        per_week([0.0] * 30),
        unevenness([3.0]),
    ],
)
def test_too_little_is_refused(refused: object) -> None:
    assert isinstance(refused, NotEnoughData)
