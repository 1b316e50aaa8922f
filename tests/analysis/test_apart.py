"""Deals that are set apart are described by what stands out among them."""

import numpy as np
from tests.analysis.frames import frame

from afteraction.analysis.apart import kinds_set_apart


def test_the_kind_that_makes_up_most_of_those_set_apart_is_named() -> None:
    deals = frame(["won"] * 20, categories={"segment": ["Enterprise"] * 8 + ["Small"] * 12, "source": ["web"] * 20})
    apart, rest = np.arange(10), np.arange(10, 20)
    assert kinds_set_apart(deals, apart, rest) == ("segment Enterprise (80%, 0% of the rest)",)


def test_nothing_is_named_where_both_sides_are_alike_or_one_is_empty() -> None:
    deals = frame(["won"] * 20, categories={"segment": ["Enterprise", "Small"] * 10})
    assert kinds_set_apart(deals, np.arange(10), np.arange(10, 20)) == ()
    assert kinds_set_apart(deals, np.arange(0), np.arange(20)) == ()


def test_an_owner_is_not_called_by_name() -> None:
    deals = frame(["won"] * 20, owner=["Ada"] * 9 + ["Noor"] * 11)
    assert kinds_set_apart(deals, np.arange(10), np.arange(10, 20)) == ("deals of one owner (90%, 0% of the rest)",)
