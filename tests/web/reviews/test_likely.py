"""Which drivers the record makes likely: with reasons, never more than two chosen, those of wins as those of losses."""

import pytest

from afteraction.analysis.record_conditions import DealRecord
from afteraction.web.reviews.defaults import default_drivers
from afteraction.web.reviews.likely import MOST_CHOSEN, Facts, Likely, ranked


def likely(facts: Facts) -> dict[str, Likely]:
    fitting = [driver for driver in default_drivers() if facts.outcome in driver.outcomes]
    return {each.driver.key: each for each in ranked(fitting, facts)}


def test_the_reason_of_the_crm_comes_first_and_is_chosen_with_its_reason() -> None:
    found = likely(Facts("lost", lost_reason="Too Expensive"))
    assert next(iter(found)) == "price"
    assert (found["price"].chosen, found["price"].because) == (True, ("the CRM says “Too Expensive”",))


@pytest.mark.parametrize("outcome", ["won", "lost", "no_decision"])
def test_without_any_fact_nothing_is_chosen_and_the_order_is_that_of_the_taxonomy(outcome: str) -> None:
    found = list(likely(Facts(outcome)).values())
    assert not any(each.chosen or each.because for each in found)
    assert [each.driver.place for each in found] == sorted(each.driver.place for each in found)


def test_a_step_that_was_missed_speaks_for_what_it_stands_for() -> None:
    found = likely(Facts("lost", record=DealRecord({"Reference call": False}, {})))
    assert found["no_references"].chosen
    assert found["no_references"].because == ("Reference call was missed",)


def test_a_win_has_its_drivers_from_the_record_as_a_loss_has() -> None:
    found = likely(Facts("won", record=DealRecord({"Reference call": True}, {})))
    assert found["references"].chosen
    assert "no_references" not in found


def test_what_the_record_contradicts_falls_to_the_end_and_is_not_said_to_be_so() -> None:
    found = likely(Facts("lost", record=DealRecord({"Reference call": True}, {})))
    assert list(found)[-1] == "no_references"
    assert found["no_references"].because == ()


def test_a_fact_alone_brings_a_driver_forward_and_does_not_choose_it() -> None:
    found = likely(Facts("lost", competitor="Corvane"))
    assert next(iter(found)) == "competitor_stronger"
    assert not found["competitor_stronger"].chosen


@pytest.mark.parametrize("nobody", ["None", "n/a", "–", "Unknown"])
def test_a_word_for_no_competitor_is_none(nobody: str) -> None:
    assert likely(Facts("lost", competitor=nobody))["competitor_stronger"].because == ()


def test_a_silence_is_told_in_days() -> None:
    found = likely(Facts("lost", record=DealRecord({}, {"silence": True}), silent_days=44))
    assert found["slow_response"].because == ("nothing happened for 44 days",)


def test_never_more_than_two_are_chosen() -> None:
    steps = {"Reference call": False, "Pilot": False, "Legal review": False, "Discovery call": False}
    found = likely(Facts("lost", lost_reason="Price", record=DealRecord(steps, {"silence": True})))
    assert sum(each.chosen for each in found.values()) == MOST_CHOSEN
    assert sum(bool(each.because) for each in found.values()) > MOST_CHOSEN
