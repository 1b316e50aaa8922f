"""What the report says of ways of working and of kinds of deals, and how it hedges it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.report.judged import attributes, behaviours, prints

from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.report.document import Figure, Refusal, Section, Table
from afteraction.report.sections.behaviours import attribute_section, behaviour_section

PERIOD = "2024"


def _figure(section: Section) -> Figure:
    return next(block for block in section.blocks if isinstance(block, Figure))


def test_behaviours_go_along_with_wins_and_are_not_said_to_cause_them() -> None:
    section = behaviour_section(behaviours(), PERIOD)
    assert _figure(section).title == (
        "Two people reached (+8) goes along with more wins; Silence (−9) goes along with fewer wins, in points of win "
        "probability"
    )
    assert "sign rather than a cause" in _figure(section).reading


def test_the_finding_counts_every_verdict() -> None:
    assert behaviour_section(behaviours(), PERIOD).finding == (
        "Of 5 behaviours: 1 goes along with more wins, 1 goes along with fewer, 1 has no effect that matters, 2 "
        "cannot be told yet."
    )


def test_every_figure_stands_in_the_table_the_naive_difference_too() -> None:
    table = _figure(behaviour_section(behaviours(), PERIOD)).table
    assert table is not None
    first = dict(zip(table.columns, (cell.text for cell in table.rows[0]), strict=True))
    assert first["behaviour"] == "Fast first response"
    assert (first["effect, points"], first["95% interval"], first["naive"]) == ("0", "−4 to +4", "+20")
    assert (first["deals"], first["of which it is true"], first["q"]) == ("500", "200", "0.010")
    assert len(table.rows) == 5


def test_what_a_behaviour_means_exactly_can_be_looked_up() -> None:
    table = next(b for b in behaviour_section(behaviours(), PERIOD).blocks if isinstance(b, Table))
    assert table.folded
    assert [cell.text for cell in table.rows[1]] == ["Two people reached", "Two_people_reached means this."]


def test_a_behaviour_that_could_not_be_judged_is_refused_by_name() -> None:
    section = behaviour_section(behaviours(), PERIOD)
    [refusal] = [block for block in section.blocks if isinstance(block, Refusal)]
    assert refusal.what == "the effect of Stage backwards"
    assert refusal.reason == "Only 3 ended deals that did it at the landmark."
    assert "Stage backwards" not in _figure(section).in_words


def test_refusals_that_need_the_same_are_told_together() -> None:
    refused = [
        replace(one, effect=None, low=None, high=None, refused=NotEnoughData(f"only {n} `person_id`", "25 of each"))
        for n, one in enumerate(behaviours())
    ]
    [refusal] = behaviour_section(refused, PERIOD).blocks
    assert isinstance(refusal, Refusal)
    assert refusal.reason == (
        "Fast first response: only 0 “person_id”; Two people reached: only 1 “person_id”; Silence: only 2 "
        "“person_id”; and 2 more."
    )


def test_without_a_verdict_the_title_says_so() -> None:
    unsure = [replace(one, verdict=Verdict.CANT_TELL) for one in behaviours()]
    title = _figure(behaviour_section(unsure, PERIOD)).title
    assert title == "Whether any single behaviour goes along with more wins cannot be told from these deals"


def test_where_nothing_can_be_estimated_there_are_only_refusals() -> None:
    refused = [
        replace(one, effect=None, low=None, high=None, refused=NotEnoughData("few", "more")) for one in behaviours()
    ]
    section = behaviour_section(refused, PERIOD)
    assert all(isinstance(block, Refusal) for block in section.blocks)


@pytest.mark.parametrize("found", [(), NotEnoughData("no deal is on record", "deals")], ids=["none", "refused"])
def test_nothing_at_all_is_refused(found: tuple[()] | NotEnoughData) -> None:
    for section in (behaviour_section(found, PERIOD), attribute_section(found, PERIOD)):
        assert [type(block) for block in section.blocks] == [Refusal]


def test_kinds_of_deals_are_named_with_their_fact() -> None:
    figure = _figure(attribute_section(attributes(), PERIOD))
    assert figure.title == (
        "Deal type deal_type 2 (+12) is won more often; segment segment 2 (−20) is won less often, in points of win "
        "probability"
    )
    assert "deal type: deal_type 2 +12 points (+6 to +18)" in figure.in_words
    assert figure.table is not None
    assert "by" not in figure.table.columns
    assert figure.table.rows[0][0].text == "segment: segment 0", "segments come first"


def test_of_very_many_kinds_those_that_stand_apart_are_always_drawn() -> None:
    figure = _figure(attribute_section(attributes(levels=30), PERIOD))
    assert "24 of 60; the table has all" in figure.basis
    assert "segment: segment 29" in figure.in_words
    assert figure.table is not None
    assert len(figure.table.rows) == 60


def test_hostile_names_are_printed_as_they_are(hostile: Callable[[str], str]) -> None:
    prints(behaviour_section(behaviours(hostile), PERIOD))
    prints(attribute_section(attributes(hostile), PERIOD))


def test_a_single_effect_is_drawn() -> None:
    prints(behaviour_section(behaviours()[:1], PERIOD))
