"""Small tools on arrays."""

import numpy as np
import pytest

from afteraction.simulate.arrays import moments, numbered, pick, stream


def test_numbers_are_written_with_leading_noughts() -> None:
    assert numbered("D", np.array([0, 42, 999]), 3).to_pylist() == ["D000", "D042", "D999"]
    assert numbered("D", np.array([], dtype=np.int64), 3).to_pylist() == []


def test_a_number_that_is_too_long_is_an_error() -> None:
    with pytest.raises(OverflowError):
        numbered("D", np.array([1_000]), 3)


def test_shares_are_drawn_in_proportion() -> None:
    drawn = pick([1, 0, 3], np.linspace(0, 1, 4_000, endpoint=False))
    assert np.bincount(drawn).tolist() == [1_000, 0, 3_000]


def test_times_that_never_come_are_empty() -> None:
    assert moments(np.array([np.inf, 0.9])).to_pylist()[0] is None
    assert moments(np.array([5.0, 0.9]))[1].value == 0


def test_streams_are_independent_by_purpose_and_block() -> None:
    firsts = {stream(1, purpose, block).random() for purpose in ("deals", "noise") for block in (0, 1)}
    assert len(firsts) == 4
    assert stream(1, "deals").random() == stream(1, "deals").random()
