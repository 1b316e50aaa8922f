"""Assignment is the same for ever, even between arms, and chosen by nobody."""

from collections import Counter

import numpy as np
import pytest

from afteraction.analysis.randomisation import (
    arm_of,
    arm_of_arrival,
    draw,
    matched_pairs,
    pair_matched,
    stepped,
    stratified,
    switchback,
)
from afteraction.errors import NotEnoughData, Refused

UNITS = [f"D{number}" for number in range(4000)]
ARMS = ("old", "new")


def test_the_same_unit_of_the_same_protocol_is_always_in_the_same_arm():
    assert draw("protocol", "D1") == 0.3880645676610127
    assert draw("protocol", "D1") != draw("another", "D1")
    shares = {"old": 0.5, "new": 0.5}
    assert [arm_of("p", unit, shares) for unit in UNITS] == [arm_of("p", unit, shares) for unit in UNITS]


def test_arms_get_their_shares_and_protocols_are_independent_of_each_other():
    shares = {"old": 0.75, "new": 0.25}
    first = np.array([arm_of("p", unit, shares) == "new" for unit in UNITS])
    second = np.array([arm_of("q", unit, shares) == "new" for unit in UNITS])
    assert abs(first.mean() - 0.25) < 0.03
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.05


def test_shares_that_do_not_add_up_are_refused():
    with pytest.raises(Refused, match=r"together 0\.9"):
        arm_of("p", "D1", {"old": 0.5, "new": 0.4})


def test_arrivals_are_level_after_each_block():
    arms = [arm_of_arrival("p", "small", place, ARMS) for place in range(400)]
    assert all(Counter(arms[at : at + 4]) == {"old": 2, "new": 2} for at in range(0, 400, 4))
    assert len({tuple(arms[at : at + 4]) for at in range(0, 400, 4)}) == 6  # every order occurs


def test_strata_are_even_and_what_is_left_over_favours_no_arm():
    strata = {unit: f"S{place % 7}" for place, unit in enumerate(UNITS[:35])}
    found = stratified("p", strata, ARMS)
    for stratum in set(strata.values()):
        counts = Counter(found[unit] for unit, its in strata.items() if its == stratum)
        assert abs(counts["old"] - counts["new"]) == 1
    ahead = [sum(1 if a == "new" else -1 for a in stratified(f"p{n}", strata, ARMS).values()) for n in range(200)]
    assert abs(np.mean(ahead)) < 0.6


def test_pairs_are_of_units_that_are_alike_and_a_coin_decides_within_each():
    facts = np.array([[1.0, 0.0], [5.0, 1.0], [1.1, 0.1], [9.0, 0.0], [5.1, 1.1], [9.2, 0.1]])
    pairs = matched_pairs(list("abcdef"), facts)
    assert pairs == [("a", "c"), ("b", "e"), ("d", "f")]
    found = pair_matched("p", pairs, ARMS)
    assert all({found[one], found[other]} == set(ARMS) for one, other in pairs)
    assert 60 < sum(pair_matched(f"p{n}", pairs, ARMS)["a"] == "new" for n in range(150)) < 90


def test_an_odd_number_of_units_makes_no_pairs():
    assert matched_pairs(list("abcde"), np.zeros((5, 1))) == NotEnoughData(
        "5 units cannot be made into pairs", "an even number of units, 4 at least"
    )


def test_a_switchback_gives_each_arm_once_in_every_run():
    arms = [switchback("p", "team", period, ARMS) for period in range(100)]
    assert all({arms[at], arms[at + 1]} == set(ARMS) for at in range(0, 100, 2))
    assert len({tuple(arms[at : at + 2]) for at in range(0, 100, 2)}) == 2


def test_a_stepped_roll_out_starts_as_many_in_each_step():
    found = stepped("p", UNITS[:10], 5)
    assert Counter(found.values()) == dict.fromkeys(range(1, 6), 2)
    with pytest.raises(Refused, match="11 steps for 10 units"):
        stepped("p", UNITS[:10], 11)
