import numpy as np
import pytest

from afteraction.analysis.intervals import difference, rate
from afteraction.analysis.response import response
from afteraction.errors import NotEnoughData


def test_response_rates_are_counted_for_every_group_the_largest_first():
    outcome = ["won"] * 30 + ["lost"] * 70
    answered = np.array([True] * 20 + [False] * 10 + [True] * 14 + [False] * 56)
    found = response(answered, {"outcome": outcome})
    assert found.answered == rate(34, 100)
    assert [(each.group, each.answered) for each in found.groups] == [("lost", rate(14, 70)), ("won", rate(20, 30))]
    assert found.groups[0].difference == difference(rate(14, 70), rate(20, 30))
    assert found.groups[0].q < 0.001


def test_groups_that_differ_by_chance_alone_are_rarely_told_apart():
    rng = np.random.default_rng(0)
    owners = [f"owner {each}" for each in np.arange(400) % 20]
    false = [
        any(each.q <= 0.05 for each in response(rng.random(400) < 0.3, {"owner": owners}).groups) for _ in range(200)
    ]
    assert np.mean(false) < 0.1


def test_a_fact_that_is_the_same_for_all_is_compared_with_nothing():
    (only,) = response(np.array([True, False]), {"segment": ["", ""]}).groups
    assert only.group == ""
    assert only.difference is None
    assert only.q is None


def test_without_an_invited_deal_there_is_no_rate():
    assert isinstance(response(np.array([], dtype=bool), {}), NotEnoughData)


@pytest.mark.parametrize("facts", [{}, {"outcome": ["won"] * 3}])
def test_the_overall_rate_needs_no_groups(facts):
    assert response(np.array([True, True, False]), facts).answered == rate(2, 3)
