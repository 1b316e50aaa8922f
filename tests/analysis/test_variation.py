"""Where the differences between win rates come from, where that is known."""

import numpy as np
import pytest
from scipy.special import expit
from tests.analysis.test_pooling import Known, organisation

from afteraction.analysis.variation import Shares, shares


def found(known: Known) -> Shares:
    return shares(known.fit(), known.deals.rep)


def true_people(known: Known) -> float:
    """The share of people in the variance between these reps' win rates."""
    rep, offset = known.deals.rep, known.deals.offset
    deals, share = np.bincount(rep), known.deals.share
    average = expit(offset + share @ known.skill)

    def between(values):
        return float(share @ (values - share @ values) ** 2)

    rate, steepness = np.bincount(rep, average) / deals, np.bincount(rep, average * (1 - average)) / deals
    people = between(np.bincount(rep, expit(offset + known.skill[rep])) / deals - rate)
    return people / (people + between(rate) + float(share @ (steepness / deals)))


def test_the_three_shares_add_up_to_one():
    each = found(organisation(1))
    assert each.people.value + each.mix + each.luck == pytest.approx(1)
    assert 0 <= each.people.low <= each.people.value <= each.people.high <= 1


@pytest.mark.parametrize(("reps", "deals", "teams"), [(24, 60, 4), (60, 30, 3), (8, 120, 2)])
def test_the_interval_of_people_holds_their_true_share(reps, deals, teams):
    known = [organisation(seed, deals, reps, teams) for seed in range(20)]
    held = [each.people.low <= true_people(one) <= each.people.high for one in known for each in [found(one)]]
    assert np.sum(held) >= 17


def test_where_reps_are_equal_hardly_anything_is_put_down_to_them():
    people = [found(organisation(seed, 150, rep=0, team=0)).people for seed in range(12)]
    assert np.mean([each.value for each in people]) < 0.08
    assert all(each.low < 0.05 for each in people)


def test_a_few_teams_that_are_alike_do_not_make_people_count_for_much():
    """What is unknown of teams that might exist is nothing that these reps' win rates differ by."""
    people = found(organisation(4, 180, reps=30, teams=3, rep=0, team=0)).people
    assert people.high < 0.5
