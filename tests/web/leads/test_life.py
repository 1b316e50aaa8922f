"""Whatever happens to a lead, it has a state, somebody, and a next date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afteraction.errors import Refused
from afteraction.web.leads import life
from afteraction.web.leads.life import Place, S, Standing
from afteraction.web.leads.recorded import FORGOTTEN, NEGLECTED, Around, Recorded, follow, gone
from afteraction.web.leads.terms import REASONS, Terms

BEGIN: Final = datetime(2026, 3, 24, 9, tzinfo=UTC)
SALES, MARKETING, REP, MATE = 1, 2, 11, 12
OFFICE: Final = Terms(zone="Europe/Berlin")
STRICT: Final = Terms(zone="America/New_York", response_minutes=5, attempts=2, answer_days=1, reasons=("unreachable",))
PLACES: Final = st.sampled_from([Place(owner=REP), Place(owner=MATE), Place(queue=SALES), Place(queue=MARKETING)])
KINDS: Final = ["new", "offered", "worked", "accepted", "returned", "converted"]


def recorded(now: datetime, **changed: Any) -> Recorded:
    """A lead that came in yesterday, of which the record knows nothing else."""
    texts = dict.fromkeys(
        [
            *("source", "campaign", "person", "person_name", "account", "account_name", "owner_name", "team", "status"),
            *("kind", "reason", "return_reason", "returned_by", "deal_id", "outcome"),
        ],
        "",
    )
    times = dict.fromkeys(
        ("status_at", "handed_at", "answered_at", "accepted_at", "returned_at", "deal_at", "deal_ended_at")
    )
    return Recorded(**{"lead_id": "1", "came_at": now - timedelta(days=1), "attempts": 0, **texts, **times, **changed})


def around(terms: Terms, now: datetime, people: dict[str, int] | None = None) -> Around:
    names = {"rep": REP, "mate": MATE} if people is None else people
    return Around(terms, names, {REP: "North"}, SALES, MARKETING, now, now)


def is_whole(standing: Standing) -> bool:
    """The three things that no lead may lack, and the clock of one that was handed over."""
    has_owner = (standing.place.owner is None) != (standing.place.queue is None)
    clocked = standing.state is not S.ASSIGNED or (standing.handed_at is not None and standing.due_at is not None)
    return standing.state in S and has_owner and isinstance(standing.next_at, datetime) and clocked


MOMENTS: Final = st.timedeltas(timedelta(minutes=1), timedelta(days=40))
RECORDS: Final = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "status": st.sampled_from(["", "Nurture", "Unqualified", "Returned to marketing", "Working"]),
        "owner_name": st.sampled_from(["", "rep", "mate", "somebody else"]),
        "deal_id": st.sampled_from(["", "", "", "D1"]),
        "outcome": st.sampled_from(["", "open", "won", "lost", "no_decision"]),
        "ages": st.lists(st.one_of(st.none(), st.integers(0, 200)), min_size=7, max_size=7),
        "attempts": st.integers(0, 6),
    }
)
STEPS: Final = st.tuples(
    st.sampled_from(
        [
            *("hand over", "try", "accept", "return", "nurture", "bury", "convert", "snooze", "reassign"),
            *("owner leaves", "merge", "tick", "import", "gone", "agreement"),
        ]
    ),
    MOMENTS,
    PLACES,
    RECORDS,
    st.sampled_from([*REASONS, "no such reason"]),
    st.integers(0, 6),
)


def step(at: Standing, terms: Terms, now: datetime, drawn: tuple[Any, ...]) -> Standing:
    """One thing that happens; what is refused changes nothing."""
    what, _after, place, record, reason, tried = drawn
    until = now + timedelta(days=tried * 90)
    moves: dict[str, Any] = {
        "hand over": lambda: life.hand_over(at, terms, place, now),
        "try": lambda: life.tried(at, terms, now, now),
        "accept": lambda: life.accept(at, terms, REP, now),
        "return": lambda: life.give_back(at, terms, reason, tried, Place(queue=MARKETING), now),
        "nurture": lambda: life.nurture(at, Place(queue=MARKETING), until, now),
        "bury": lambda: life.bury(at, terms, reason, now),
        "convert": lambda: life.convert(at, terms, record["deal_id"], record["outcome"], REP, now),
        "snooze": lambda: life.snooze(at, until, now),
        "reassign": lambda: life.reassign(at, place, now),
        "owner leaves": lambda: life.owner_left(at, Place(queue=SALES), now),
        "merge": lambda: life.merge(at, terms, "2", now),
        "tick": lambda: life.tick(at, terms, now),
        "import": lambda: follow(at, made(record, now), around(terms, now), "rep"),
        "gone": lambda: gone(at, around(terms, now)),
        "agreement": lambda: at,
    }
    try:
        after: Standing = moves[what]()
    except Refused:
        return at
    return after


def made(drawn: dict[str, Any], now: datetime) -> Recorded:
    names = ("status_at", "handed_at", "answered_at", "accepted_at", "returned_at", "deal_at", "deal_ended_at")
    times = {
        name: None if age is None else now - timedelta(days=age) for name, age in zip(names, drawn["ages"], strict=True)
    }
    rest = {name: value for name, value in drawn.items() if name != "ages"}
    return recorded(now, **rest, **times)


@settings(max_examples=300, deadline=None)
@given(RECORDS, st.lists(STEPS, max_size=12))
def test_no_sequence_of_actions_leaves_a_lead_without_state_owner_and_next_date(
    first: dict[str, Any], steps: list[tuple[Any, ...]]
) -> None:
    now, terms = BEGIN, OFFICE
    at = follow(None, made(first, now), around(terms, now))
    assert is_whole(at)
    for drawn in steps:
        now += drawn[1]
        if drawn[0] == "agreement":
            terms = STRICT if terms is OFFICE else OFFICE
        at = step(at, terms, now, drawn)
        assert is_whole(at), drawn[0]


@settings(max_examples=100, deadline=None)
@given(RECORDS)
def test_the_same_record_again_changes_nothing(drawn: dict[str, Any]) -> None:
    record, here = made(drawn, BEGIN), around(OFFICE, BEGIN)
    at = follow(None, record, here)
    assert follow(at, record, here, record.owner_name) == at


def handed(owner: int = REP) -> Standing:
    new = life.came_in(OFFICE, Place(queue=MARKETING), BEGIN, BEGIN)
    return life.hand_over(new, OFFICE, Place(owner=owner), BEGIN)


def test_giving_a_lead_to_a_colleague_moves_no_deadline_and_begins_the_colleague_s_own_time() -> None:
    at = handed()
    later = BEGIN + timedelta(minutes=40)
    given = life.reassign(at, Place(owner=MATE), later)
    assert (given.due_at, given.handed_at, given.owned_at) == (at.due_at, BEGIN, later)
    answered = life.tried(given, OFFICE, later + timedelta(minutes=30), later + timedelta(minutes=30))
    assert answered.answer_minutes == 70
    assert answered.broken(later + timedelta(minutes=30))


def test_a_lead_that_came_back_and_is_handed_over_again_has_a_new_clock() -> None:
    back = life.give_back(handed(), OFFICE, "no need", 0, Place(queue=MARKETING), BEGIN + timedelta(minutes=9))
    again = life.hand_over(back, OFFICE, Place(owner=MATE), BEGIN + timedelta(days=7))
    assert again.handed_at == BEGIN + timedelta(days=7)
    assert (again.answered_at, again.answer_minutes) == (None, None)


def test_unreachable_opens_with_the_agreed_attempts_and_not_before() -> None:
    with pytest.raises(Refused, match="4 of 5 agreed attempts"):
        life.give_back(handed(), OFFICE, "unreachable", 4, Place(queue=MARKETING), BEGIN)
    assert life.give_back(handed(), OFFICE, "unreachable", 5, Place(queue=MARKETING), BEGIN).state is S.RETURNED


def test_a_broken_promise_is_taken_to_the_manager_and_as_long_again_afterwards_to_the_referee() -> None:
    at = handed()
    minutes = [59, 61, 119, 121]
    assert [life.tick(at, OFFICE, BEGIN + timedelta(minutes=each)).level for each in minutes] == [0, 1, 1, 2]
    answered = life.tried(at, OFFICE, BEGIN + timedelta(minutes=5), BEGIN + timedelta(minutes=5))
    assert life.tick(answered, OFFICE, BEGIN + timedelta(days=3)).level == 0


def test_a_new_agreement_moves_no_deadline_that_runs() -> None:
    assert life.tick(handed(), STRICT, BEGIN + timedelta(minutes=30)).due_at == handed().due_at


def test_what_was_done_here_counts_until_the_record_says_something_newer() -> None:
    now = BEGIN + timedelta(hours=2)
    here = life.accept(handed(), OFFICE, REP, BEGIN + timedelta(minutes=5))
    older = recorded(now, kind="returned", status="returned", status_at=BEGIN, reason="no need")
    assert follow(here, older, around(OFFICE, now)) == here
    newer = replace(older, status_at=BEGIN + timedelta(hours=1), returned_at=BEGIN + timedelta(hours=1))
    assert follow(here, newer, around(OFFICE, now)).state is S.RETURNED


def test_a_deal_of_the_record_always_counts() -> None:
    record = recorded(BEGIN, deal_id="D1", outcome="open", owner_name="rep")
    found = follow(handed(), record, around(OFFICE, BEGIN))
    assert (found.state, found.deal_id) == (S.CONVERTED, "D1")
    won = follow(found, replace(record, outcome="won"), around(OFFICE, BEGIN))
    assert won.state is S.WON


def test_a_lead_that_nobody_ever_worked_is_dead_from_the_beginning_and_says_so() -> None:
    old = recorded(BEGIN, came_at=BEGIN - FORGOTTEN - timedelta(days=1))
    found = follow(None, old, around(OFFICE, BEGIN))
    assert found.state is S.DEAD
    assert found.reason in NEGLECTED
    assert found.next_at > BEGIN


def test_an_owner_who_is_not_here_leaves_the_lead_in_the_queue_as_somebody_s() -> None:
    record = recorded(BEGIN, kind="offered", status_at=BEGIN, handed_at=BEGIN, owner_name="somebody else")
    found = follow(None, record, around(OFFICE, BEGIN))
    assert found.place == Place(queue=SALES)
    assert found.owned_at is not None
