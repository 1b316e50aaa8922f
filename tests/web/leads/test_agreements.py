"""How an agreement comes about, what it says, and what it would have meant."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.cast import Cast
from tests.recorded import Record, give_data
from tests.web.leads.made import NOW, agreed, stands

from afteraction.errors import NotEnoughData, Refused
from afteraction.web.leads import agreement_services as agreements
from afteraction.web.leads.agreeing import in_force, terms_of
from afteraction.web.leads.comparing import Change, compare, promises
from afteraction.web.leads.criteria import Criterion, Kind
from afteraction.web.leads.index import refresh_leads
from afteraction.web.leads.models import Agreement
from afteraction.web.leads.passing import Known, passes
from afteraction.web.leads.terms import Terms, hours_text, read_hours
from afteraction.web.leads.trying import try_terms

STRICT = Terms(
    criteria=(Criterion("source", "is", "Website"), Criterion("did: Form filled in", "at least", "2", 30)),
    response_minutes=30,
    zone="Europe/Berlin",
    exceptions={date(2026, 12, 25): (), date(2026, 12, 24): ((540, 720),)},
    reasons=("unreachable", "no need"),
)


@pytest.mark.django_db
def test_a_version_is_in_force_once_both_owners_have_signed_and_not_before(cast: Cast) -> None:
    first = agreed(cast)
    made = agreements.propose(by=cast.operations, terms=STRICT, stands=stands(cast), reason="Faster.", now=NOW)
    agreements.sign(by=cast.marketer, agreement=made, now=NOW)
    assert in_force(cast.organisation) == first
    with pytest.raises(Refused, match="Mina Okafor or Piet Jansen"):
        agreements.sign(by=cast.admin, agreement=made, now=NOW)
    agreements.sign(by=cast.manager, agreement=made, now=NOW)
    assert terms_of(cast.organisation) == STRICT
    first.refresh_from_db()
    assert (first.state, first.ended_at) == (Agreement.State.REPLACED, NOW)
    assert Terms.read(first.terms) == Terms()


@pytest.mark.django_db
def test_what_was_changed_after_it_was_proposed_is_not_signed(cast: Cast) -> None:
    made = agreements.propose(by=cast.operations, terms=STRICT, stands=stands(cast), reason="Faster.", now=NOW)
    Agreement.objects.filter(pk=made.pk).update(terms=Terms().written())
    with pytest.raises(Refused, match="changed after it was proposed"):
        agreements.sign(by=cast.marketer, agreement=made, now=NOW)


@pytest.mark.django_db
def test_two_sides_need_two_owners_and_a_referee_of_neither(cast: Cast) -> None:
    wrong = replace(stands(cast), sales_owner=cast.marketer, referee=cast.marketer)
    with pytest.raises(Refused, match=r"sign for both sides; .* referee of their own side; no reason"):
        agreements.propose(by=cast.marketer, terms=STRICT, stands=wrong, reason=" ", now=NOW)
    with pytest.raises(Refused, match="may not propose"):
        agreements.propose(by=cast.rep, terms=STRICT, stands=stands(cast), reason="Mine", now=NOW)


@pytest.mark.django_db
def test_two_versions_are_compared_in_words(cast: Cast) -> None:
    before = agreed(cast, reasons=("unreachable", "no need"), zone="Europe/Berlin", exceptions=STRICT.exceptions)
    after = agreements.propose(by=cast.marketer, terms=STRICT, stands=stands(cast), reason="Faster.", now=NOW)
    assert compare(before, after) == [
        Change("A lead", "", "source is Website"),
        Change("A lead", "", "did Form filled in at least 2 times within 30 days"),
        Change("Sales calls or writes within", "60 minutes of business hours", "30 minutes of business hours"),
    ]


@pytest.mark.django_db
def test_criteria_are_tried_on_the_last_quarter_and_young_leads_are_no_failures(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    refresh_leads(organisation=cast.organisation, now=NOW)
    found = try_terms(cast.organisation, Terms(criteria=(Criterion("source", "one of", "Website, Event"),)))
    assert not isinstance(found, NotEnoughData)
    assert found.until - found.since == timedelta(days=91)
    for part in (found.passing, found.others):
        assert part.leads > 0
        assert part.accepted is not None
        assert part.accepted.n <= part.leads
        assert part.won is None or part.won.low <= part.won.value <= part.won.high
    everything = try_terms(cast.organisation, Terms())
    assert not isinstance(everything, NotEnoughData)
    assert everything.passing.leads == found.passing.leads + found.others.leads


def test_rows_hold_for_what_is_known_and_behaviour_counts_within_its_days() -> None:
    fields = {
        "source": pd.Series(["Website", "website ", None, "Event"]),
        "size": pd.Series(["10", "200", "many", None]),
    }
    did = pd.DataFrame({"lead": [0, 0, 1, 3], "kind": ["Form", "Form", "Form", "Mail"], "days": [1.0, 40.0, 3.0, 2.0]})
    known = Known(4, fields, did)

    def held(*criteria: Criterion) -> list[bool]:
        return passes(criteria, known).tolist()

    assert held() == [True] * 4
    assert held(Criterion("source", "is", "Website")) == [True, True, False, False]
    assert held(Criterion("source", "is not", "Website")) == [False, False, False, True]
    assert held(Criterion("source", "one of", "event, mail")) == [False, False, False, True]
    assert held(Criterion("source", "contains", "site")) == [True, True, False, False]
    assert held(Criterion("source", "known")) == [True, True, False, True]
    assert held(Criterion("size", "at least", "50")) == [False, True, False, False]
    assert held(Criterion("did: Form", "at least", "2", 30)) == [False] * 4
    assert held(Criterion("did: Form", "at least", "2", 60)) == [True, False, False, False]
    assert held(Criterion("did: anything", "at most", "0", 30)) == [False, False, True, False]
    assert held(Criterion("no such field", "is", "x")) == [False] * 4
    assert isinstance(passes((), known), np.ndarray)


def test_terms_are_the_same_after_they_were_written_and_read() -> None:
    assert Terms.read(STRICT.written()) == STRICT
    assert Terms.read({}) == Terms()
    people = {"referee": 1}
    assert STRICT.digest(people) == Terms.read(STRICT.written()).digest(people) != Terms().digest(people)


def test_terms_that_cannot_be_kept_are_refused_with_every_problem() -> None:
    wrong = replace(STRICT, attempts=0, zone="Mars", reasons=(), criteria=(Criterion("size", "at least", "many"),))
    with pytest.raises(Refused, match=r"0 attempts.*no time zone Mars.*reasons that is empty.*“many” is no number"):
        wrong.checked()


def test_a_week_that_cannot_hold_what_was_promised_is_refused() -> None:
    a_minute = replace(STRICT, week=(((540, 541),), *((),) * 6))
    with pytest.raises(Refused, match=r"1 minutes of business hours a week: 60 at least.*120 minutes until a new lead"):
        a_minute.checked()
    a_morning = replace(STRICT, week=(((540, 720),), *((),) * 6), response_minutes=181)
    with pytest.raises(Refused, match="181 minutes until it is called or written to: a week has 180 minutes"):
        a_morning.checked()
    assert replace(a_morning, response_minutes=180).checked().response_minutes == 180
    whole = replace(STRICT, week=(((0, 1_440),),) * 7, response_minutes=10_000)
    assert whole.checked() is whole


@pytest.mark.parametrize(
    ("criterion", "kind", "told"),
    [
        (Criterion("source", "at least", "1"), "text", "source holds words"),
        (Criterion("employees", "contains", "1"), "number", "employees holds numbers"),
        (Criterion("employees", "one of", "10, many"), "number", "“many” is no employees"),
        (Criterion("did: Form", "at least", "0", 30), None, "nothing is done so often"),
        (Criterion("did: Form", "at most", "-1", 30), None, "nothing is done so often"),
        (Criterion("did: Form", "at least", "1.5", 30), None, "nothing is done so often"),
    ],
)
def test_a_row_asks_for_what_its_field_can_hold(criterion: Criterion, kind: Kind | None, told: str) -> None:
    assert [each for each in criterion.problems(kind) if told in each]
    assert not list(Criterion("employees", "at least", "10").problems("number"))
    assert not list(Criterion("source", "contains", "site").problems("text"))


@pytest.mark.django_db
def test_a_number_asked_of_a_field_of_words_is_refused_where_the_record_shows_it(cast: Cast, record: Record) -> None:
    terms = Terms(criteria=(Criterion("source", "at least", "1"),))
    assert isinstance(try_terms(cast.organisation, terms), NotEnoughData)  # without a record nobody knows
    give_data(cast, record)
    refresh_leads(organisation=cast.organisation, now=NOW)
    with pytest.raises(Refused, match="source holds words"):
        try_terms(cast.organisation, terms)
    with pytest.raises(Refused, match="source holds words"):
        agreements.propose(by=cast.marketer, terms=terms, stands=stands(cast), reason="More.", now=NOW)


@pytest.mark.parametrize("text", ["9:00-17:00", "9:00-12:00, 13:30-17:00", ""])
def test_hours_are_read_as_they_are_written(text: str) -> None:
    assert hours_text(read_hours(text)) == text


@pytest.mark.parametrize("text", ["9-8", "9:00", "25:00-26:00", "9:00-12:00, 11:00-13:00"])
def test_hours_that_are_none_are_no_hours(text: str) -> None:
    with pytest.raises(ValueError, match=r"time of day|does not rise|unpack"):
        read_hours(text)


def test_an_agreement_that_waits_for_signatures_is_not_proposed_again(cast: Cast) -> None:
    made = agreements.propose(by=cast.operations, terms=STRICT, stands=stands(cast), reason="Faster.", now=NOW)
    with pytest.raises(Refused, match=f"version {made.version} proposes"):
        agreements.propose(by=cast.marketer, terms=STRICT, stands=stands(cast), reason="Faster!", now=NOW)


def test_promises_are_said_as_people_say_them() -> None:
    said = [much for _what, much in promises(replace(STRICT, hand_over_minutes=480, response_minutes=1, attempts=1))]
    assert said[:4] == ["8 business hours", "1 minute of business hours", "1 time", "10 working days"]
