"""What the report says of good and bad business, and when it keeps silent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.report.judged import band, curve, gain, prints, qualification, refused_curve

from afteraction.analysis.calibration import Measured
from afteraction.analysis.deal_facts import SIZE
from afteraction.analysis.qualification import BandVerdict, Fact, Qualification
from afteraction.analysis.walk_away import WalkAway
from afteraction.errors import NotEnoughData
from afteraction.report.document import Figure, KeyFigures, Notice, Prose, Refusal, Section, Table
from afteraction.report.sections.qualification import qualification_section

PERIOD = "2024"
MISSING = NotEnoughData("only 2 won deals", "at least 5 won deals")
SURE, UNSURE = 0.001, 0.6
CURVES = (curve(value=gain(0.01, UNSURE)), curve("Propose", 30.0, value=gain(-0.02, UNSURE)), refused_curve())


def _section(found: Qualification | None = None, curves: Sequence[WalkAway] = CURVES) -> Section:
    return qualification_section(found or qualification(), curves, PERIOD)


def _figure(section: Section, id_: str) -> Figure:
    return next(block for block in section.blocks if isinstance(block, Figure) and block.id == id_)


def _of(section: Section, kind: type[Any]) -> list[Any]:
    return [block for block in section.blocks if isinstance(block, kind)]


def test_the_finding_says_what_an_hour_brings_and_what_was_spent_in_vain() -> None:
    assert _section(curves=()).finding == (
        "An hour brings 1,000 EUR (800–1,250). 52% (48–56%) of the hours went into deals that were not won. 2 of 5 "
        "groups looked at can be told apart from the other deals."
    )


def test_headline_figures_carry_their_intervals() -> None:
    [figures] = _of(_section(), KeyFigures)
    assert [(one.name, one.value, one.range) for one in figures.figures] == [
        ("EUR per hour", "1,000", "95% interval 800–1,250"),
        ("Hours spent on deals that were lost", "40%", "95% interval 36–44%"),
        ("Hours spent on deals without a decision", "12%", "95% interval 10–14%"),
    ]


def test_groups_are_said_to_bring_more_only_on_the_verdict_of_the_analysis() -> None:
    assert _figure(_section(), "yield-by-segment").title == (
        "By segment: an hour brings 3.0 times as much for Large and 0.25 times for Small, beside all other deals"
    )
    untold = [band("Large", 3.0, BandVerdict.NOT_DIFFERENT), band("Small", 0.3, BandVerdict.NOT_DIFFERENT)]
    found = replace(qualification(), facts=(Fact("segment", tuple(untold), 0),))
    assert _figure(_section(found), "yield-by-segment").title == (
        "By segment: no group can be told apart from the other deals by what an hour brings"
    )


def test_a_group_whose_name_is_no_name_is_quoted() -> None:
    groups = (band("over 1000", 3.0, BandVerdict.ABOVE), band("up to 50", 0.3, BandVerdict.BELOW))
    found = replace(qualification(), facts=(Fact("account size", groups, 0),))
    assert "for “over 1000” and 0.30 times for “up to 50”" in _figure(_section(found), "yield-by-account-size").title


def test_a_group_with_too_few_wins_is_in_the_table_and_not_in_the_chart() -> None:
    figure = _figure(_section(), "yield-by-segment")
    assert "not drawn: 1 group with fewer than 5 wins" in figure.basis
    assert "left out: 2 groups with fewer than 20 deals" in figure.basis
    assert "Public" not in figure.in_words
    assert figure.table is not None
    assert [cell.text for cell in figure.table.rows[3]][-3:] == ["–", "–", "can’t tell"]


def test_facts_in_which_nothing_stands_out_are_named() -> None:
    assert Prose("Not shown, as no group stands out: what an hour brings by industry.") in _section().blocks


def test_what_is_left_out_must_not_be_overlooked() -> None:
    titles = {notice.title: notice.text for notice in _of(_section(), Notice)}
    assert titles["What these figures leave out"] == "Half of the touches have no minutes."
    assert titles["Not judged, as they depend on how the deal ended"].startswith("Close reason: it is on record")


def test_wins_are_written_per_hundred_hours() -> None:
    section = _section(qualification(brings="wins"))
    assert section.finding.startswith("100 hours bring 5.00 wins (4.00–6.25).")
    assert _figure(section, "yield-by-segment").title.startswith(
        "By segment: an hour wins 3.0 times as often for Large"
    )


def test_without_effort_on_record_nothing_is_said_of_it() -> None:
    section = _section(qualification(per="deals"))
    assert section.finding.startswith("A deal brings 1,000 EUR")
    assert "cost-of-pursuit" not in [figure.id for figure in _of(section, Figure)]
    assert len(_of(section, KeyFigures)[0].figures) == 1


def test_that_large_deals_bring_more_is_no_surprise() -> None:
    groups = (band("largest quarter", 3.0, BandVerdict.ABOVE), band("smallest quarter", 0.3, BandVerdict.BELOW))
    found = replace(qualification(), facts=(Fact(SIZE, groups, 0),))
    assert "A larger deal brings more when it is won." in _figure(_section(found), "yield-by-deal-size").reading
    counted = replace(found, per="deals")
    assert "deals are won less often." in _figure(_section(counted), "yield-by-deal-size").reading


def test_one_endless_interval_does_not_squeeze_the_others() -> None:
    wide = band("Wide", 1.0, BandVerdict.NOT_DIFFERENT)
    endless = replace(wide, pooled=Measured(1_000, 1e-3, 1e9))
    groups = (band("Large", 3.0, BandVerdict.ABOVE), endless)
    figure = _figure(_section(replace(qualification(), facts=(Fact("segment", groups, 0),))), "yield-by-segment")
    layers = figure.picture.drawing["layer"]  # type: ignore[index]
    [domain] = [
        x["scale"]["domain"] for layer in layers if "scale" in (x := layer["encoding"].get("x", {})) and x["scale"]
    ]
    assert domain[0] > 200
    assert domain[1] < 20_000


def test_the_cost_of_pursuit_says_what_went_into_deals_that_were_not_won() -> None:
    figure = _figure(_section(), "cost-of-pursuit")
    assert figure.title == "52% (48–56%) of the hours went into deals that were not won"
    assert "Lost 40% (36–44%) of the hours, 50% of the deals" in figure.in_words


BETTER, NEITHER, WORSE = gain(0.09, SURE), gain(0.01, UNSURE), gain(-0.2, SURE)


@pytest.mark.parametrize(
    ("curves", "said"),
    [
        ([curve(value=BETTER)], "saved a larger share of the hours than of the value it cost on entering Qualify"),
        (
            [curve(value=BETTER), curve("Propose", 30.0, value=WORSE), curve("Sign", value=BETTER)],
            ("saved a larger share of the hours than of the value it cost at 2 of 3 points, but a smaller one "
            "after 30 days in Propose"),
        ),
        (
            [curve(value=NEITHER), curve("Propose", value=NEITHER)],
            "cost few wins for the hours saved at every point, but not measurably less value",
        ),
        (
            [curve(value=NEITHER), curve("Propose", value=WORSE, wins=NEITHER)],
            ("cost few wins for the hours saved on entering Qualify, but not measurably less value, and on entering "
            "Propose even more"),
        ),
        ([curve(wins=NEITHER, value=WORSE)], "cost a larger share of the value than of the hours on entering Qualify"),
        ([curve(), curve("Propose", wins=NEITHER)],
         "saved a larger share of the hours than of the wins it cost on entering Qualify"),
    ],
    ids=["value", "value here and there", "wins alone", "wins, and worse", "only worse", "no amounts"],
)  # fmt: skip
def test_walking_away_is_judged_by_value_where_amounts_are_known(curves: list[WalkAway], said: str) -> None:
    assert _figure(_section(curves=curves), "walk-away").title == f"Leaving the least likely 20% would have {said}"


def test_walking_away_that_cannot_be_told_to_pay_is_not_recommended() -> None:
    title = _figure(_section(curves=[curve(wins=NEITHER, value=NEITHER)]), "walk-away").title
    assert "would not measurably have cost a smaller share of the value than of the hours" in title


def test_what_walking_away_saves_and_costs_stands_in_a_table() -> None:
    table = next(block for block in _of(_section(), Table) if not block.folded)
    row = dict(zip(table.columns, (cell.text for cell in table.rows[1]), strict=True))
    assert row == {
        "point": "Propose, after 30 days",
        "deals left": "60 of 300",
        "hours saved": "180",
        "of all hours": "20% (12–30%)",
        "wins lost": "12",
        "of all wins": "13% (8–20%)",
        "of their value": "18% (11–27%)",
        "for the effort": "fewer wins",
    }


def test_every_limit_stands_behind_the_chart() -> None:
    table = _figure(_section(), "walk-away").table
    assert table is not None
    assert len(table.rows) == 2 * 8
    assert [row[9].text for row in table.rows[:8]].count("+8 (+3 to +13)") == 1


def test_a_point_that_cannot_be_tested_is_refused_by_name() -> None:
    [refusal] = _of(_section(), Refusal)
    assert refusal.what == "walking away from deals: Sign, on entering"


def test_nothing_at_all_is_refused() -> None:
    for curves in ((), NotEnoughData("no win was predicted", "more deals")):
        section = qualification_section(MISSING, curves, PERIOD)
        assert [type(block) for block in section.blocks] == [Refusal, Refusal]
        assert section.finding == ""


def test_each_half_may_be_missing() -> None:
    assert _figure(qualification_section(MISSING, CURVES, PERIOD), "walk-away")
    assert _figure(qualification_section(qualification(), (), PERIOD), "cost-of-pursuit")


@pytest.mark.parametrize("brings", ["EUR", "value", "wins"])
@pytest.mark.parametrize("per", ["hours", "touches", "deals"])
def test_hostile_names_are_printed_as_they_are(hostile: Callable[[str], str], brings: str, per: str) -> None:
    curves = [curve(hostile("Qualify"), value=gain(0.1, SURE), unit="touches"), refused_curve(hostile("Sign"))]
    prints(qualification_section(qualification(hostile, brings=brings, per=per), curves, PERIOD))


def test_a_single_group_and_a_single_curve_are_drawn() -> None:
    alone = replace(qualification(), facts=(Fact("segment", (band("Large", 1.0, BandVerdict.NOT_DIFFERENT),), 0),))
    prints(_section(alone, [curve()]))
