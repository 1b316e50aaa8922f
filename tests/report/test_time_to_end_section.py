"""What the report says about when deals end, where they stall, and what waiting goes along with."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis.competing_risks import CompetingRisks, competing_risks
from afteraction.analysis.winning_later import WinningLater
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process
from afteraction.report.document import Figure, Refusal, Report, Section, Table
from afteraction.report.html import render_html
from afteraction.report.pdf import render_pdf
from afteraction.report.sections.time_to_end import time_to_end_section

PERIOD = "2024"
STAGES = ("Qualify", "Propose")
MISSING = NotEnoughData("too few deals live long enough", "25 ended deals that were open at an age")
ENDS = ("won", "lost", "no_decision")


def risks(
    n: int = 600,
    segments: tuple[str, ...] = ("Large", "Small"),
    stages: tuple[str, ...] = STAGES,
    *,
    ended: float = 1.0,
) -> CompetingRisks:
    """Deals of several segments, of which the first wins least and takes longest; they propose after ten days."""
    rng = np.random.default_rng(3)
    segment = np.arange(n) % len(segments)
    life = rng.exponential(np.where(segment == 0, 60.0, 25.0)) + 1
    won = rng.random(n) < np.where(segment == 0, 0.15, 0.5)
    closed = np.where(rng.random(n) < ended, life, np.nan)
    outcome = np.where(np.isnan(closed), "open", np.where(won, "won", np.array(ENDS)[1 + rng.integers(2, size=n)]))
    found = competing_risks(
        frame_of(
            [str(each) for each in outcome], np.zeros(n), closed, 400.0,
            facts={"segment": [segments[code] for code in segment]},
            entered=np.column_stack([np.zeros(n), np.where(life > 10, 10.0, np.nan)]),
        ),
        Process("Sale", 1, stages, ()),
    )  # fmt: skip
    assert isinstance(found, CompetingRisks)
    return found


def waiting(difference: float, half: float, quantile: float = 0.75) -> WinningLater:
    at_start = 0.3
    low, high = difference - half, difference + half
    return WinningLater(quantile, 85.0, 400, at_start, at_start + difference, difference, low, high, -0.2)


def figure(section: Section, id_: str) -> Figure:
    return next(block for block in section.blocks if isinstance(block, Figure) and block.id == id_)


def ids(section: Section) -> list[str]:
    return [block.id for block in section.blocks if isinstance(block, Figure)]


def test_the_curves_come_with_their_numbers_and_intervals() -> None:
    found = risks()
    section = time_to_end_section(found, (waiting(0.1, 0.02),), PERIOD)
    assert ids(section) == ["time-to-end", "time-to-end-by-segment", "stage-stalls", "winning-later"]
    curves = figure(section, "time-to-end")
    assert "of deals are won by day" in curves.title
    assert "600 deals, 600 of them ended" in curves.basis
    assert curves.table is not None
    last = curves.table.rows[-1]
    assert last[0].order == pytest.approx(found.overall.days[-1], abs=0.001)
    assert sum(cell.order for cell in last[2:] if cell.order is not None) == pytest.approx(1.0, abs=1e-5)
    assert all("–" in cell.text for cell in last[2:])


def test_the_four_shares_of_the_picture_add_up_to_all_deals() -> None:
    picture = figure(time_to_end_section(risks(), MISSING, PERIOD), "time-to-end").picture.drawing
    shares: dict[float, float] = {}
    for rows in picture["datasets"].values():
        for row in rows:
            if "share" in row:
                shares[row["day"]] = shares.get(row["day"], 0) + row["share"]
    assert len(shares) > 50
    assert list(shares.values()) == pytest.approx([1.0] * len(shares))


def test_that_most_deals_are_still_open_is_said() -> None:
    found = risks(ended=0.2)
    assert (
        "more than half are still open by then"
        in figure(time_to_end_section(found, MISSING, PERIOD), "time-to-end").title
    )


def test_segments_are_told_apart_only_beyond_their_intervals() -> None:
    title = figure(time_to_end_section(risks(), MISSING, PERIOD), "time-to-end-by-segment").title
    assert "of the deals of Small are won and" in title
    assert title.endswith("of those of Large")
    found = risks()
    large = found.by_segment[0]
    alike = replace(found, by_segment=(large, replace(large, segment="Other")))
    assert (
        "no segment stands out" in figure(time_to_end_section(alike, MISSING, PERIOD), "time-to-end-by-segment").title
    )


def test_of_many_segments_the_largest_are_drawn_and_all_are_in_the_table() -> None:
    names = tuple(f"segment {number}" for number in range(9))
    by_segment = figure(time_to_end_section(risks(900, names), MISSING, PERIOD), "time-to-end-by-segment")
    assert "the 6 largest of 9 segments; the table has all" in by_segment.basis
    assert by_segment.table is not None
    assert {row[0].text for row in by_segment.table.rows} == set(names)


def test_one_segment_alone_is_not_drawn_twice() -> None:
    assert "time-to-end-by-segment" not in ids(time_to_end_section(risks(segments=("All",)), MISSING, PERIOD))


def test_the_stage_that_holds_deals_up_is_named_with_its_interval_and_its_days() -> None:
    found = risks()
    stalls = figure(time_to_end_section(found, MISSING, PERIOD), "stage-stalls")
    assert stalls.title.startswith("Deals stand still longest in Propose: ")
    assert stalls.table is not None
    assert len(stalls.table.rows) == len(found.stalls)
    unknown = [row for row, stall in zip(stalls.table.rows, found.stalls, strict=True) if stall.won is None]
    assert all(row[-1].text == "–" for row in unknown)


def test_one_stage_alone_is_not_called_the_slowest() -> None:
    found = risks()
    one = replace(found, stalls=tuple(stall for stall in found.stalls if stall.stage == "Propose"))
    stalls = figure(time_to_end_section(one, MISSING, PERIOD), "stage-stalls")
    assert "of the deals that entered Propose are still there after" in stalls.title
    assert stalls.basis.startswith("deals that entered the stage, ")


def test_stages_that_cannot_be_told_apart_are_named_together() -> None:
    found = risks()
    alike = tuple(replace(stall, stage=stage) for stage in STAGES for stall in found.stalls if stall.stage == "Propose")
    stalls = figure(time_to_end_section(replace(found, stalls=alike), MISSING, PERIOD), "stage-stalls")
    assert "most deals still stand in Qualify and Propose" in stalls.title


@pytest.mark.parametrize(
    ("difference", "half", "said"),
    [
        (0.2, 0.05, "Deals still open after 85 days are more likely to be won than at their start: 50% against 30%"),
        (-0.2, 0.05, "are less likely to be won than at their start: 10% against 30%, −20 (−25 to −15) points"),
        (0.0, 0.04, "are as likely to be won as at their start"),
        (0.1, 0.2, "Whether deals still open after 85 days are as likely to be won as at their start cannot be told"),
    ],
)
def test_what_waiting_goes_along_with_is_said_by_the_interval(difference: float, half: float, said: str) -> None:
    later = figure(time_to_end_section(MISSING, (waiting(difference, half),), PERIOD), "winning-later")
    assert said in later.title
    assert later.table is not None
    assert later.table.rows[0][-1].text == "−20"


def test_the_age_that_three_quarters_do_not_reach_is_the_one_in_the_title() -> None:
    ages = (replace(waiting(0.3, 0.05, 0.5), age_days=40.0), waiting(0.2, 0.05), waiting(-0.3, 0.05, 0.9))
    later = figure(time_to_end_section(MISSING, ages, PERIOD), "winning-later")
    assert later.title.startswith("Deals still open after 85 days are more likely")
    assert later.basis.startswith("400, 400 and 400 deals that were open at that age")


def test_what_each_stage_leads_to_is_in_a_table_to_be_opened() -> None:
    section = time_to_end_section(risks(), MISSING, PERIOD)
    table = section.blocks[-1]
    assert isinstance(table, Table)
    assert table.folded
    assert {row[0].text for row in table.rows} == set(STAGES)


def test_each_half_may_be_refused_alone() -> None:
    assert [type(block) for block in time_to_end_section(MISSING, MISSING, PERIOD).blocks] == [Refusal, Refusal]
    section = time_to_end_section(risks(), MISSING, PERIOD)
    [refused] = [block for block in section.blocks if isinstance(block, Refusal)]
    assert refused.what == "whether deals that are open for long are still won"


def test_the_fewest_deals_that_give_a_curve_give_a_section() -> None:
    section = time_to_end_section(risks(25, ("All",)), MISSING, PERIOD)
    assert "25 deals, 25 of them ended" in figure(section, "time-to-end").basis
    assert render_html(Report("t", "s", (), (section,)))


def test_deals_that_end_on_the_day_they_start_give_a_section() -> None:
    n = 30
    frame = frame_of(["won", "lost"] * 15, np.zeros(n), np.zeros(n), 0.0)
    found = competing_risks(frame, Process("Sale", 1, ("Qualify",), ()))
    assert isinstance(found, CompetingRisks)
    assert render_html(Report("t", "s", (), (time_to_end_section(found, MISSING, PERIOD),)))


def test_hostile_names_stay_text_on_the_page_and_on_paper(hostile: Callable[[str], str]) -> None:
    names = tuple(map(hostile, STAGES))
    section = time_to_end_section(risks(200, (hostile("Large"), hostile("Small")), names), (waiting(0.1, 0.2),), PERIOD)
    report = Report("t", "s", (("a", "b"),), (section,))
    page = render_html(report)
    assert page.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert render_pdf(report).startswith(b"%PDF")
