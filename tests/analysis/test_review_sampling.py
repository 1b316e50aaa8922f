import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afteraction.analysis.review_sampling import SamplingRule, draw_sample, lot

IDS = [f"deal {number}" for number in range(20_000)]
AMOUNTS = np.random.default_rng(0).lognormal(10, 1, 20_000)
RULE = SamplingRule(0.1, "2026", 100_000)


def test_every_large_deal_is_drawn_and_a_share_of_the_rest():
    found = draw_sample(IDS, AMOUNTS, RULE)
    large = AMOUNTS >= 100_000
    assert found.drawn[large].all()
    assert (found.chance[large] == 1).all()
    assert found.drawn[~large].mean() == pytest.approx(0.1, abs=0.01)


def test_a_deal_without_an_amount_is_drawn_like_the_rest():
    found = draw_sample(IDS, np.full(20_000, np.nan), RULE)
    assert (found.chance == 0.1).all()


@given(st.lists(st.text(), unique=True), st.lists(st.text(), unique=True), st.text(min_size=1))
def test_later_deals_change_nothing_for_earlier_ones(first, later, seed):
    rule = SamplingRule(0.5, seed)
    alone = draw_sample(first, np.full(len(first), np.nan), rule)
    together = draw_sample(first + later, np.full(len(first + later), np.nan), rule)
    assert together.drawn[: len(first)].tolist() == alone.drawn.tolist()


def test_a_larger_share_keeps_those_that_were_drawn():
    few, more = (draw_sample(IDS, AMOUNTS, SamplingRule(share, "2026")).drawn for share in (0.1, 0.3))
    assert not (few & ~more).any()


def test_lots_are_even_and_those_of_two_seeds_have_nothing_in_common():
    lots = np.array([[lot(deal_id, seed) for deal_id in IDS] for seed in ("2026", "2027")])
    assert np.histogram(lots[0], bins=10, range=(0, 1))[0] == pytest.approx(np.full(10, 2_000), rel=0.1)
    assert abs(np.corrcoef(lots)[0, 1]) < 0.03
    assert lots.max() < 1


def test_a_lot_never_changes():
    """Whoever drew last year must find the same deals today."""
    assert lot("deal 1", "2026") == 0.3615640682386607


def test_weighted_by_their_chance_the_drawn_deals_stand_for_all():
    found = draw_sample(IDS, AMOUNTS, RULE)
    assert found.weight.sum() == pytest.approx(20_000, rel=0.03)
    assert np.average(AMOUNTS, weights=found.weight) == pytest.approx(AMOUNTS.mean(), rel=0.03)


def test_the_rule_says_what_is_reviewed():
    assert RULE.words == "every deal of 100,000 or more, and 10 % of the others, drawn by lot with seed “2026”"
    assert SamplingRule(0.125, "a").words == "12.5 % of all deals, drawn by lot with seed “a”"
    assert SamplingRule(1, "a", 5).words == "all deals"


def test_every_problem_of_a_rule_is_told_at_once():
    with pytest.raises(ValueError, match=r"share of 0; expected.*; found an amount of nan.*; found no seed"):
        SamplingRule(0, "", float("nan"))
