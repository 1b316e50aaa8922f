"""The benchmark of truth counts right, and goes on where it was stopped."""

from dataclasses import replace

import pytest
from benchmarks.truth import table
from benchmarks.truth_found import Found, find, kept
from benchmarks.truth_worlds import planted, seen, world_behind

from afteraction.errors import Refused
from afteraction.simulate.organisation import PeopleModel

NULL = Found("step", "planted", 300, 1, "demo", 0.0, "helps", effect=0.1, low=0.02, high=0.18, naive=0.2, oracle="")
RIGHT = Found("step", "planted", 300, 2, "demo", 0.1, "helps", effect=0.1, low=0.02, high=0.18, oracle="helps")
WRONG = Found("step", "planted", 300, 3, "demo", -0.1, "helps", effect=0.1, low=0.02, high=0.18, oracle="hurts")
LEAK = Found("step", "planted", 300, 3, "contract", 0.0, "leak", leak=True)
EQUAL = Found("rep", "chance only", 300, 4, "anna", 0.0, "above", effect=0.1, low=0.02, high=0.18)


def test_every_requirement_is_counted():
    lines = table([NULL, RIGHT, WRONG, LEAK, EQUAL]).splitlines()
    counted = {line.split(" | ")[0].strip("| "): line.split(" | ")[1] for line in lines if " | " in line}
    assert counted["95 % intervals that hold the truth: step"] == "33.3% of 3"
    assert counted["steps that do nothing called helps or hurts"] == "100.0% of 1"
    assert counted["wrong signs among what is called helps or hurts"] == "33.3% of 3"
    assert counted["leaks reported as leak"] == "100.0% of 1"
    assert counted["steps worth 3% or more that are found"] == "50.0% of 2"
    assert counted["organisations of equal reps in which no rep or team is named"] == "0.0% of 1"


def test_what_was_found_is_not_looked_for_again(tmp_path):
    assert find(tmp_path, "steps-300-1", lambda: [NULL, LEAK]) == 2
    assert find(tmp_path, "steps-300-1", lambda: pytest.fail("looked for again")) is None
    assert kept(tmp_path) == [NULL, LEAK]


def test_the_oracle_knows_the_very_deals_that_are_seen():
    organisation = planted(1)
    world, known = world_behind(organisation, 400, 1), seen(organisation, 400, 1)
    place = world.roster.ids.index(known.frame.owner.levels[known.frame.owner.codes[0]])
    number = int(known.frame.deal_id[0].as_py()[1:]) - 1
    assert world.deals.owner[number] == place
    assert world.deals.amount[number] == known.frame.amount[0]


def test_more_reps_apart_than_there_are_is_refused():
    organisation = planted(1)
    with pytest.raises(Refused, match="3 reps apart of 2"):
        replace(organisation, people=PeopleModel(reps=2, teams=1, apart=(1.0, 1.0, 1.0)))
