from importlib.resources import files

import pytest

from afteraction.analysis import behaviours
from afteraction.analysis.drivers import DEFAULT_FILE, LANGUAGES, OUTCOMES, THEMES, read_taxonomy
from afteraction.analysis.evidence_grade import OnRecord
from afteraction.analysis.record_conditions import DealRecord, Fact
from afteraction.errors import Refused
from afteraction.simulate.reasons import CAUSES

TEXT = files("afteraction.analysis").joinpath(DEFAULT_FILE).read_text(encoding="utf-8")
DEFAULT = read_taxonomy(TEXT)
ONE = "taxonomy: T\nversion: 1\ndrivers:\n  - {id: a, name: A, theme: price, applies to: [lost]}\n"


def test_wins_have_as_many_drivers_as_losses_have_of_their_own():
    counts = {outcome: len(DEFAULT.of(outcome)) for outcome in OUTCOMES}
    assert counts == {"won": 14, "lost": 19, "no_decision": 19}


def test_every_driver_says_what_it_is_in_four_languages():
    for driver in DEFAULT.drivers:
        assert driver.description, driver.id
        assert {language for language, said in driver.phrases.items() if len(said) >= 3} == set(LANGUAGES), driver.id
    assert {driver.theme for driver in DEFAULT.drivers} == set(THEMES)


def test_conditions_speak_of_behaviours_that_the_analysis_knows():
    known = {value for name, value in vars(behaviours).items() if name.isupper() and isinstance(value, str)}
    named = {
        word
        for driver in DEFAULT.drivers
        for condition in (*driver.shown_when, *driver.contrary_when)
        if condition.fact is Fact.BEHAVIOUR
        for word in condition.words
    }
    assert named
    assert named <= known


@pytest.mark.parametrize(
    ("reason", "driver"),
    [
        ("Price", "price"),
        ("Zu teuer!", "price"),
        ("Lost to Competitor", "competitor_stronger"),
        ("No Budget / Lost Funding", "budget"),
        ("No Decision / Non-Responsive", "no_compelling_event"),
        ("Pas de budget", "budget"),
        ("Sin presupuesto", "budget"),
        ("Fehlende Funktion", "missing_feature"),
        ("Other", None),
        ("Price or Timing", None),
        ("", None),
    ],
)
def test_the_reasons_of_crms_are_mapped_where_they_mean_one_driver(reason, driver):
    assert DEFAULT.meant_by(reason) == driver


def test_every_reason_of_the_simulated_crm_is_mapped():
    assert None not in [DEFAULT.meant_by(reason) for reason in CAUSES]


def _says(driver_id, steps=(), behaviours=()):
    (driver,) = (each for each in DEFAULT.drivers if each.id == driver_id)
    return driver.on_record(DealRecord(dict(steps), dict(behaviours)))


def test_a_missed_reference_call_shows_that_references_were_missing_and_a_held_one_the_contrary():
    assert _says("no_references", {"Reference call": False}.items()).finding is OnRecord.SHOWN
    held = _says("no_references", {"reference_call": True}.items())
    assert held.finding is OnRecord.CONTRARY
    assert held.because == "reference call was on record"


def test_one_of_several_steps_is_enough_to_have_done_it():
    steps = {"Security review": False, "Legal sign-off": True}
    assert _says("security_legal", steps.items()).finding is OnRecord.CONTRARY


def test_a_contrary_needs_all_of_its_conditions():
    quick, quiet = "fast_first_response", "silence"
    assert _says("slow_response", behaviours={quick: True, quiet: False}.items()).finding is OnRecord.CONTRARY
    assert _says("slow_response", behaviours={quick: True}.items()).finding is OnRecord.ABSENT
    assert _says("slow_response", behaviours={quick: True, quiet: True}.items()).finding is OnRecord.SHOWN


def test_a_record_that_knows_nothing_of_it_cannot_tell():
    assert _says("no_references", {"Demo": True}.items()).finding is OnRecord.UNKNOWN
    assert _says("price", {"Discount": False}.items()).finding is OnRecord.UNKNOWN


def test_words_in_a_row_must_follow_each_other_in_a_steps_name():
    assert _says("implementation_risk", {"Proof of value": False}.items()).finding is OnRecord.UNKNOWN
    assert _says("implementation_risk", {"proof-of-concept": False}.items()).finding is OnRecord.SHOWN


def test_every_problem_of_a_file_is_told_with_its_place():
    text = """taxonomy: Mine
version: 1
drivers:
  - id: Price!
    name: Price
    theme: prize
    applies to: [lost, tie]
    shown when: ["step maybe: demo"]
  - {id: a, name: A, theme: price, applies to: [won]}
  - {id: a, theme: price, applies to: [won]}
"""
    with pytest.raises(Refused) as refused:
        read_taxonomy(text)
    found = refused.value.found
    for part in (
        "line 4, column 9: found 'Price!' as an id",
        "found 'prize' as a theme; expected one of price,",
        "found 'tie' as an outcome",
        "found 'step maybe: demo' as a condition",
        "line 9, column 5: found the id 'a' more than once",
        "found a driver without name",
    ):
        assert part in found


@pytest.mark.parametrize(
    "text", ["", "taxonomy: T\nversion: 1\n", "drivers: 3", "- a", "taxonomy: [", ONE + "extra: 1"]
)
def test_what_is_no_taxonomy_is_refused(text):
    with pytest.raises(Refused):
        read_taxonomy(text)


def test_a_driver_needs_no_phrases_and_no_conditions():
    (driver,) = read_taxonomy(ONE).drivers
    assert driver.phrases == {}
    assert driver.on_record(DealRecord({}, {})).finding is OnRecord.UNKNOWN
