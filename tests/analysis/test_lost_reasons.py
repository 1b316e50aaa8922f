from dataclasses import replace

import numpy as np
import pytest
from tests.frames import category, frame_of

from afteraction.analysis.claim import Claim, ClaimVerdict, Direction
from afteraction.analysis.claims_of_reasons import judge_reason
from afteraction.analysis.folklore import FOLKLORE, PRICE_WORDS
from afteraction.analysis.grounds import Grounds
from afteraction.analysis.lost_reasons import blame
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.verdict import Verdict
from afteraction.process.model import Process, Step

PROCESS = Process("Sale", 1, ("Propose",), (Step("discount", "Propose", ("Discount",)),))
PRICE = FOLKLORE[0]


def lost(chance, reason="Price too high"):
    """600 lost deals with a reason; `chance(discount, large, rep)` is that of blaming the price."""
    rng, number = np.random.default_rng(3), np.arange(600)
    discount, large, rep = number % 2 == 0, number % 3 == 0, number % 6
    blamed = rng.random(600) < chance(discount, large, rep)
    return frame_of(
        ["lost"] * 600,
        np.zeros(600),
        np.full(600, 9.0),
        10.0,
        owner=[f"rep {each}" for each in rep],
        amount=np.where(large, 900.0, 100.0),
        lost_reason=np.where(blamed, reason, "Product gap"),
        done=np.where(discount, 2.0, np.nan)[:, None],
    )


def everywhere(chance):
    return lambda discount, _large, _rep: np.full(len(discount), chance)


def price(frame):
    return blame(frame, PRICE_WORDS, (), [(0, 0)])


def tie(found, part):
    return next(each for each in found.ties if part in each.about)


def test_reasons_are_recognised_by_their_words():
    found = price(lost(everywhere(0.6)))
    assert found.reasons == ("Price too high",)
    assert found.share.value == pytest.approx(0.6, abs=0.05)
    assert found.most_named


def test_a_reason_that_is_given_where_the_remedy_was_refused_is_tied():
    found = tie(price(lost(lambda discount, *_: np.where(discount, 0.3, 0.7))), "offered")
    assert found.tied
    assert not found.untied
    assert found.difference.value == pytest.approx(-0.4, abs=0.1)


def test_a_reason_that_is_given_where_the_remedy_was_granted_is_not_tied():
    found = tie(price(lost(lambda discount, *_: np.where(discount, 0.7, 0.3))), "offered")
    assert not found.tied
    assert found.untied


def test_a_reason_that_is_given_everywhere_is_tied_to_nothing():
    assert not any(each.tied for each in price(lost(everywhere(0.5))).ties)


def test_large_deals_are_expected_to_be_lost_to_the_price():
    assert tie(price(lost(lambda _discount, large, _rep: np.where(large, 0.8, 0.3))), "amount").tied


def test_reps_who_give_it_more_often_than_chance_explains_are_seen():
    assert price(lost(lambda _discount, _large, rep: 0.15 * rep)).reps_differ < 0.001
    assert price(lost(everywhere(0.5))).reps_differ > 0.01


def test_without_reasons_there_is_nothing_to_test():
    assert blame(replace(lost(everywhere(0.5)), lost_reason=category([None] * 600)), (), (), []) is None


def judged(frame, verdict, low, high, direction=Direction.HURTS):
    effect = StepEffect("discount", "Propose", verdict, 9.0, 500, 250, (low + high) / 2, low, high, 0.01, compared=500)
    grounds = Grounds(frame, PROCESS, None, ("Discount",), (effect,), (), ())
    return judge_reason(Claim(PRICE.sentence, PRICE.subject, direction), grounds)


def test_price_is_fiction_where_discounts_hurt_and_the_reason_is_tied_to_nothing():
    found = judged(lost(everywhere(0.5)), Verdict.HURTS, -0.12, -0.04)
    assert found.verdict is ClaimVerdict.FICTION
    assert "the reason Price too high" in found.matched


def test_price_is_a_fact_where_discounts_help_and_are_missed():
    frame = lost(lambda discount, *_: np.where(discount, 0.3, 0.7))
    assert judged(frame, Verdict.HELPS, 0.04, 0.12).verdict is ClaimVerdict.FACT
    assert judged(frame, Verdict.HELPS, 0.04, 0.12, Direction.NONE).verdict is ClaimVerdict.FICTION


def test_where_the_two_signs_disagree_only_the_buyers_can_tell():
    found = judged(lost(lambda discount, *_: np.where(discount, 0.3, 0.7)), Verdict.HURTS, -0.12, -0.04)
    assert found.verdict is ClaimVerdict.CANT_TELL
    assert "buyers' own answers" in found.settled_by


def test_a_reason_that_nobody_gives_cannot_be_judged():
    assert judged(lost(everywhere(0.5), "Timing"), Verdict.HELPS, 0.04, 0.12).verdict is ClaimVerdict.CANT_TELL
