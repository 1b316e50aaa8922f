"""What the report says about people, and what it does not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from defusedxml.ElementTree import fromstring

from afteraction.analysis.calibration import Measured
from afteraction.analysis.rep_skill import RepSkill, Skill, SkillVerdict
from afteraction.analysis.variation import Shares
from afteraction.errors import NotEnoughData
from afteraction.report.charts.labels import beside_points, box_of, dot_of
from afteraction.report.document import Figure, KeyFigures, Notice, Refusal, Report, Section
from afteraction.report.html import render_html
from afteraction.report.pdf import render_pdf
from afteraction.report.sections.reps import rep_section

PERIOD = "2024"
SVG = "{http://www.w3.org/2000/svg}"
ABOVE, BELOW, AS_EXPECTED, CANT_TELL = SkillVerdict


def skill(name: str, deals: int = 100, won: int = 30, expected: float = 28.0, add: float = 0.01,
          verdict: SkillVerdict = CANT_TELL, team: str | None = "East") -> Skill:  # fmt: skip
    half = {ABOVE: add / 2, BELOW: -add / 2, AS_EXPECTED: 0.03, CANT_TELL: 0.1}[verdict]
    return Skill(name, team, deals, won, expected, add, add - half, add + half, verdict)


def skills(reps: Sequence[Skill], teams: Sequence[Skill] = (), chance: float = 0.3) -> RepSkill:
    shares = Shares(Measured(0.4, 0.1, 0.7), 0.2, 0.4)
    deals = sum(rep.deals for rep in reps)
    return RepSkill(tuple(reps), tuple(teams), shares, chance, deals, deals + 9, ("9 deals have no owner on record",))


USUAL = (
    skill("Ann", 200, 90, 60, 0.12, ABOVE),
    skill("Ben", 150, 20, 42, -0.13, BELOW),
    skill("Cem", 400, 112, 112, 0.0, AS_EXPECTED),
    skill("Dan", 12, 8, 3.5, 0.05),
    skill("Eve", 3, 3, 0.8, 0.02),
)
TEAMS = (skill("East", 400, 130, 112, 0.03, ABOVE), skill("West", 365, 103, 106, -0.01, AS_EXPECTED))


def figure(section: Section, id_: str) -> Figure:
    return next(block for block in section.blocks if isinstance(block, Figure) and block.id == id_)


def notice(section: Section) -> str:
    return next(block.text for block in section.blocks if isinstance(block, Notice))


def written(svg: str) -> list[str]:
    return [element.text or "" for element in fromstring(svg).iter(f"{SVG}text")]


def test_those_who_stand_out_are_named_the_clearest_first() -> None:
    section = rep_section(skills(USUAL), PERIOD)
    title = figure(section, "rep-funnel").title
    assert title == "Of the same deals Ann wins more than the average rep would, Ben wins less"
    assert section.finding == (
        "Of 5 reps: 1 win more of their deals than the average rep would, 1 win less, 1 win what was to be expected, "
        "2 cannot be told apart yet."
    )


def test_who_only_looks_good_is_not_named_in_the_picture() -> None:
    names = written(figure(rep_section(skills(USUAL), PERIOD), "rep-funnel").picture.wide)
    assert {"Ann", "Ben"} <= set(names)
    assert not {"Cem", "Dan", "Eve"} & set(names)


@pytest.mark.parametrize(
    ("chance", "title"),
    [
        (0.6, "No rep can be told apart: deals and chance can explain what each has won"),
        (0.01, "Reps differ by more than chance, but who is better than the average cannot be told yet"),
    ],
)
def test_where_nobody_stands_out_the_title_says_what_can_be_said(chance: float, title: str) -> None:
    section = rep_section(skills([skill("Ann"), skill("Ben")], chance=chance), PERIOD)
    assert figure(section, "rep-funnel").title == title
    assert section.finding == "All 2 reps cannot be told apart yet."


def test_the_highest_win_rate_is_taken_apart_and_is_no_verdict() -> None:
    text = notice(rep_section(skills(USUAL), PERIOD))
    assert text.startswith("Dan has the highest win rate: 67% of 12 deals, +36 points against the 30% of all.")
    assert "−1 come with the deals, +5 (−5 to +15) are skill and +32 are luck" in text
    assert "cannot be told" in text


def test_a_handful_of_deals_is_not_quoted_as_the_highest_win_rate() -> None:
    assert "Eve" not in notice(rep_section(skills(USUAL), PERIOD))


def test_mix_skill_and_luck_add_up_to_the_win_rate() -> None:
    table = figure(rep_section(skills(USUAL), PERIOD), "rep-funnel").table
    assert table is not None
    places = {name: table.columns.index(name) for name in ("from all, points", "of these: mix", "skill", "luck")}
    assert len(table.rows) == len(USUAL)
    for row in table.rows:
        gap, *parts = (row[place].order for place in places.values())
        assert sum(parts) == pytest.approx(gap, abs=1e-5)


@pytest.mark.parametrize(
    ("chance", "value", "range_"),
    [
        (1.0, "no sign", "p = 1.00"),
        (0.3, "30 in 100", "p = 0.30"),
        (0.039, "4 in 100", "p = 0.039"),
        (0.004, "4 in 1,000", "p = 0.004"),
        (1e-30, "<1 in 1,000", "p < 0.001"),
    ],
)
def test_whether_all_are_equally_good_is_said_in_words(chance: float, value: str, range_: str) -> None:
    section = rep_section(skills(USUAL, chance=chance), PERIOD)
    block = next(block for block in section.blocks if isinstance(block, KeyFigures))
    assert (block.figures[3].value, block.figures[3].range) == (value, range_)


def test_every_share_of_the_variation_has_its_interval() -> None:
    section = rep_section(skills(USUAL), PERIOD)
    block = next(block for block in section.blocks if isinstance(block, KeyFigures))
    assert [(one.value, one.range) for one in block.figures[:3]] == [
        ("40%", "95% interval 10–70%"),
        ("20%", "95% interval 10–30%"),
        ("40%", "95% interval 20–60%"),
    ]


def test_the_picture_leaves_out_reps_with_a_handful_of_deals_and_says_so() -> None:
    drawn = figure(rep_section(skills(USUAL), PERIOD), "rep-funnel")
    assert "not drawn: 1 rep with fewer than 5 deals; the table has all" in drawn.basis
    assert drawn.table is not None
    assert any(row[0].text == "Eve" for row in drawn.table.rows)


def test_reps_outside_the_zone_are_counted_beside_what_chance_would_put_there() -> None:
    basis = figure(rep_section(skills(USUAL), PERIOD), "rep-funnel").basis
    assert "3 of 4 lie outside the 95% zone, where chance alone would put fewer than 1" in basis


def test_the_picture_of_skill_shows_the_win_rate_beside_it() -> None:
    drawn = figure(rep_section(skills(USUAL), PERIOD), "rep-skill")
    assert drawn.title.endswith("what can be put down to the reps themselves lies 25 apart")
    assert "what the win rate says" in written(drawn.picture.wide)


def test_teams_are_told_apart_as_reps_are() -> None:
    section = rep_section(skills(USUAL, TEAMS), PERIOD)
    assert figure(section, "team-skill").title == "By team: of the same deals East wins more than the average rep would"
    without = rep_section(skills(USUAL), PERIOD)
    assert [block.id for block in without.blocks if isinstance(block, Figure)] == ["rep-funnel", "rep-skill"]


def test_of_many_reps_those_who_stand_out_are_always_shown() -> None:
    many = [skill(f"rep {number}", 50 + number) for number in range(300)]
    many[7] = skill("Zoe", 40, 30, 11.0, 0.2, ABOVE)
    section = rep_section(skills(many), PERIOD)
    assert "20 of 300 reps" in figure(section, "rep-skill").basis
    assert "Zoe above" in figure(section, "rep-skill").in_words
    assert "Zoe" in written(figure(section, "rep-funnel").picture.narrow)


def test_everybody_standing_out_still_leaves_a_picture_to_read() -> None:
    many = [skill(f"somebody.with.a.long.name.{n}", 60 + n, 40, 20.0, 0.2, ABOVE) for n in range(60)]
    drawn = figure(rep_section(skills(many), PERIOD), "rep-funnel").picture
    assert 1 <= sum("somebody" in text for text in written(drawn.narrow)) / 2 <= 10


def test_too_little_data_is_refused_in_words() -> None:
    section = rep_section(NotEnoughData("only 3 won and 9 other deals", "at least 25 of each"), PERIOD)
    [block] = section.blocks
    assert isinstance(block, Refusal)
    assert block.needed == "At least 25 of each."


@pytest.mark.parametrize("deals", [1, 7])
def test_two_reps_with_hardly_any_deals_are_drawn_without_a_word_too_much(deals: int) -> None:
    section = rep_section(skills([skill("Ann", deals, 1, 0.5), skill("Ben", deals, 0, 0.5)]), PERIOD)
    drawn = figure(section, "rep-funnel")
    assert "Ann" not in written(drawn.picture.wide)
    assert fromstring(drawn.picture.narrow) is not None


def test_reps_who_won_all_and_reps_who_won_nothing_are_drawn() -> None:
    section = rep_section(
        skills([skill("Ann", 30, 30, 15.0, 0.3, ABOVE), skill("Ben", 30, 0, 15.0, -0.3, BELOW)]), PERIOD
    )
    assert {"Ann", "Ben"} <= set(written(figure(section, "rep-funnel").picture.wide))


def test_hostile_names_are_printed_as_they_are(hostile: Callable[[str], str]) -> None:
    reps = [replace(one, name=hostile(one.name), team=hostile("East")) for one in USUAL]
    teams = [replace(one, name=hostile(one.name)) for one in TEAMS]
    report = Report("People", "", (), (rep_section(skills(reps, teams), PERIOD),))
    page = render_html(report)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert render_pdf(report).startswith(b"%PDF")


def test_names_beside_points_cover_neither_one_another_nor_other_named_points() -> None:
    names = [f"name.{number}" for number in range(12)]
    at = [(40.0 + 23 * number, 100.0 + 5 * (number % 3)) for number in range(12)]
    labels = beside_points(names, at, [(300.0, 180.0)], [], 400, 200)
    boxes = [box_of(label.name, label.x, label.y, label.align) for label in labels]
    assert len(labels) > 8
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    for box, label in zip(boxes, labels, strict=True):
        assert not any(box.meets(dot_of(point)) for point in at if point != label.of)


def test_a_name_without_room_is_left_out() -> None:
    assert beside_points(["a name that is far too long for this plot"], [(20.0, 20.0)], [], [], 60, 40) == []
