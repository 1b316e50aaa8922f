"""FSRS as the package has it, through the state and the log that are kept here."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import fsrs.scheduler
import pytest
from fsrs import Card, Rating, Scheduler

from afteraction.analysis import retention
from afteraction.web.practice.scheduling import Answered, Memory, Plan, after, recall, replay

BEGUN = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
AS_SHIPPED = Plan(
    learning=(timedelta(minutes=1), timedelta(minutes=10)), relearning=(timedelta(minutes=10),), most_days=36_500
)
"""As the package is set when nothing is said."""


def test_intervals_are_those_of_the_reference_sequence_of_the_package() -> None:
    # py-fsrs 6.3, tests/test_basic.py, test_review_card
    memory, at, intervals = Memory(BEGUN), BEGUN, []
    for rating in (3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3):
        memory = after(memory, Answered(at, rating), AS_SHIPPED)
        assert memory.last is not None
        intervals.append((memory.due - memory.last).days)
        at = memory.due
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_stability_and_difficulty_are_those_of_the_reference_sequence_of_the_package() -> None:
    # py-fsrs 6.3, tests/test_basic.py, test_memo_state
    memory, at = Memory(BEGUN), BEGUN
    for rating, days in zip((1, 3, 3, 3, 3, 3), (0, 0, 1, 3, 8, 21), strict=True):
        at += timedelta(days=days)
        memory = after(memory, Answered(at, rating), AS_SHIPPED)
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)


def test_the_plan_of_a_daily_session_is_the_packages_scheduler_without_steps() -> None:
    card, memory, at = Card(due=BEGUN), Memory(BEGUN), BEGUN
    theirs = Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=365, enable_fuzzing=False)
    for rating in (3, 1, 2, 4, 3, 1, 3, 3, 4, 4, 4, 4, 4):
        card, _log = theirs.review_card(card, Rating(rating), at)
        memory = after(memory, Answered(at, rating), Plan())
        assert (memory.stability, memory.difficulty, memory.due) == (card.stability, card.difficulty, card.due)
        assert recall(memory, at + timedelta(days=9)) == theirs.get_card_retrievability(card, at + timedelta(days=9))
        at = card.due + timedelta(hours=5)


def test_the_curve_and_first_stabilities_are_those_of_the_package() -> None:
    assert retention.DECAY == fsrs.scheduler.FSRS_DEFAULT_DECAY
    assert fsrs.scheduler.DEFAULT_PARAMETERS[:4] == retention.FIRST_STABILITY
    memory = after(Memory(BEGUN), Answered(BEGUN, 3), Plan())
    theirs = recall(memory, BEGUN + timedelta(days=20))
    assert memory.stability is not None
    assert float(retention.forgetting(20.0, memory.stability)) == pytest.approx(theirs)  # type: ignore[arg-type]


def test_the_order_in_which_devices_are_heard_changes_nothing() -> None:
    given = [Answered(BEGUN + timedelta(days=day), rating) for day, rating in ((0, 3), (2, 1), (2.2, 3), (9, 4))]
    found = {replay(order, Plan(), BEGUN)[0] for order in permutations(given)}
    assert len(found) == 1


def test_computing_twice_gives_the_same() -> None:
    given = [Answered(BEGUN + timedelta(days=day), 3) for day in (0, 3, 14, 60, 200)]
    assert replay(given, Plan(), BEGUN) == replay(given, Plan(), BEGUN)


def test_more_to_remember_means_sooner() -> None:
    given = [Answered(BEGUN, 3), Answered(BEGUN + timedelta(days=3), 3)]
    due = [replay(given, Plan(retention=share), BEGUN)[0].due for share in (0.95, 0.9, 0.8)]
    assert due == sorted(due)
    assert len(set(due)) == 3


def test_a_share_that_nobody_can_want_is_refused() -> None:
    with pytest.raises(ValueError, match="expected from"):
        Plan(retention=0.999)
