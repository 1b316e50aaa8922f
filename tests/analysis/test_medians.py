"""Medians with exact intervals."""

import numpy as np
import pytest

from afteraction.analysis.medians import Median, median


@pytest.mark.parametrize(("n", "rank"), [(6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (25, 8), (50, 18), (100, 40)])
def test_the_interval_lies_between_the_ranks_of_the_tables(n: int, rank: int) -> None:
    """Conover 1999, table A3, and Hahn & Meeker 1991, table A.15a."""
    found = median(np.arange(1.0, n + 1))
    assert found is not None
    assert (found.low, found.high, found.n) == (rank, n + 1 - rank, n)


def test_the_interval_holds_the_true_median_of_a_skewed_distribution_95_times_of_100() -> None:
    rng = np.random.default_rng(4)
    found = [median(rng.exponential(size=40)) for _ in range(2_000)]
    held = np.mean([each.low <= np.log(2) <= each.high for each in found if each and each.low and each.high])
    assert 0.94 < held < 0.98  # exact, so not below 95 % but for chance


def test_few_values_have_a_median_without_interval_and_none_have_none() -> None:
    assert median([3.0, 1.0, 2.0]) == Median(2.0, None, None, 3)
    assert median([]) is None
