"""Few clusters under daily looking, by what else might have been drawn."""

import numpy as np
import pytest

from afteraction.analysis.randomisation_inference import (
    ClusterCourse,
    Drawn,
    arrangements,
    randomisation_sequence,
    rejected_at,
    spent,
)
from afteraction.errors import NotEnoughData

ONE = np.zeros(8, dtype=np.int64)


def _course(treated: np.ndarray, rng: np.random.Generator, looks: int = 40, effect: float = 0.0) -> ClusterCourse:
    count = len(treated)
    each = rng.poisson(3, (looks, count)) + 1
    level = rng.beta(6, 14, count) + effect * treated
    won = rng.binomial(each, np.clip(level, 0, 1))
    stratum = np.zeros(count, dtype=np.int64)
    return ClusterCourse(won.cumsum(axis=0).astype(float), each.cumsum(axis=0).astype(float), treated, stratum, 0.05)


def test_alpha_is_spent_late_and_never_more_than_there_is():
    assert spent(0.0) == 0
    assert spent(0.25) < 0.0001
    assert spent(1.0) == pytest.approx(0.05)
    assert [spent(f) for f in (0.2, 0.5, 0.8)] == sorted(spent(f) for f in (0.2, 0.5, 0.8))


def test_all_arrangements_are_listed_where_they_are_few_and_what_was_drawn_comes_first():
    treated = np.array([1, 0, 1, 0, 1, 0, 0, 1], dtype=bool)
    found = arrangements(treated, ONE, np.random.default_rng(1))
    assert found.shape == (70, 8)
    assert (found[0] == treated).all()
    assert len({row.tobytes() for row in found}) == 70
    pairs = arrangements(treated, np.arange(8) // 2, np.random.default_rng(1))
    assert len(pairs) == 16
    many = arrangements(np.arange(20) < 10, np.zeros(20, dtype=np.int64), np.random.default_rng(1), 999)
    assert many.shape == (1000, 20)
    assert (many.sum(axis=1) == 10).all()


def test_of_all_that_might_have_been_drawn_one_in_twenty_at_most_is_rejected():
    """The exact size: every arrangement of eight clusters takes its turn to be the real one."""
    rng = np.random.default_rng(2)
    first = np.arange(8) < 4
    course = _course(first, rng)
    fractions = np.arange(1, 41) / 40
    rejected = 0
    for treated in arrangements(first, ONE, rng):
        drawn = ClusterCourse(course.total, course.deals, treated, course.stratum, course.likeness)
        rejected += rejected_at(drawn, fractions, arrangements(treated, ONE, rng), 0.0) is not None
    assert 0 < rejected <= 3


def test_a_large_effect_is_found_before_the_end_and_its_interval_holds_it():
    rng = np.random.default_rng(3)
    treated = np.arange(20) % 2 == 0
    course = _course(treated, rng, effect=0.3)
    arranged = arrangements(treated, course.stratum, rng, 499)
    found = randomisation_sequence(course, np.arange(1, 41) / 40, arranged)
    assert isinstance(found, Drawn)
    assert found.excluded_at is not None
    assert found.excluded_at < 39
    assert 0 < found.low < 0.3 < found.high


def test_clusters_that_can_be_drawn_in_few_ways_are_refused():
    treated = np.arange(6) < 3
    course = _course(treated, np.random.default_rng(4))
    found = randomisation_sequence(course, np.ones(40), arrangements(treated, course.stratum, np.random.default_rng(1)))
    assert isinstance(found, NotEnoughData)
    assert "20 ways only" in found.reason
