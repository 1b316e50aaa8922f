import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis.attributes import attribute_effects
from afteraction.analysis.deal_facts import SIZE
from afteraction.analysis.verdict import Verdict


def deals(n=1_200, **columns):
    """Ended deals of two sources; partners' are won 30 points more often, and come more often in the large segment.

    The large segment is won 20 points less often than the small one. `columns` are given the outcomes.
    """
    rng = np.random.default_rng(1)
    large = rng.random(n) < 0.5
    partner = rng.random(n) < np.where(large, 0.7, 0.3)
    won = rng.random(n) < 0.4 + 0.3 * partner - 0.2 * large
    closed = 5 + rng.exponential(20, n)
    facts = {
        "source": np.where(partner, "Partner", "Web"),
        "segment": np.where(large, "Large", "Small"),
        "pipeline": ["Sales"] * n,
        "name": [f"deal {number}" for number in range(n)],
    } | {name: make(won, rng) for name, make in columns.items()}
    size = np.where(large, "largest quarter", "smallest quarter")
    outcome = np.where(won, "won", "lost")
    return frame_of(outcome, np.zeros(n), closed, 200.0, facts=facts, size=size, amount=np.where(large, 9.0, 1.0))


def found_in(frame):
    return {(each.attribute, each.level): each for each in attribute_effects(frame, np.random.default_rng(2))}


def test_a_level_is_compared_with_the_rest_all_else_being_equal():
    found = found_in(deals())
    partner = found["source", "Partner"]
    assert partner.verdict is Verdict.HELPS
    assert partner.low < 0.3 < partner.high
    assert partner.naive_difference < 0.27
    assert found["source", "Web"].effect == pytest.approx(-partner.effect, abs=0.01)


def test_names_and_facts_that_are_the_same_everywhere_are_not_asked_about():
    assert {attribute for attribute, _level in found_in(deals())} == {"source", "segment", SIZE}


def test_a_fact_that_is_noted_because_of_the_outcome_is_refused_and_not_adjusted_for():
    def noted(won, rng):
        return [None if each else ("A", "B")[rng.integers(2)] for each in won]

    found, without = found_in(deals(competitor=noted)), found_in(deals())
    assert found["competitor", "A"].verdict is Verdict.CANT_TELL
    assert "on record for 0% of" in found["competitor", "A"].refused.reason
    assert found["source", "Partner"].effect == pytest.approx(without["source", "Partner"].effect, abs=0.02)


def test_a_rare_level_is_left_out():
    def rare(won, _rng):
        return ["Rare" if number < 20 else "Common" for number in range(len(won))]

    assert ("region", "Rare") not in found_in(deals(region=rare))
