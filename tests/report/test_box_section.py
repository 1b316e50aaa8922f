"""What the report says about deserved and lucky wins, unlucky and deserved losses."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from defusedxml.ElementTree import fromstring
from tests.analysis.frames import PROCESS
from tests.analysis.worked_deals import Worked, boxes_of, effect

from afteraction.analysis.boxes import Boxes
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process, Step
from afteraction.report.document import Answers, Definitions, Figure, Notice, Prose, Refusal, Report, Section, Table
from afteraction.report.html import render_html
from afteraction.report.pdf import render_pdf
from afteraction.report.sections.boxes import box_section

PERIOD = "2024"
SVG = "{http://www.w3.org/2000/svg}"
DEALS = (
    *(Worked("won", "call demo offer", chance=0.5) for _deal in range(30)),
    *(Worked("won", "call", "demo offer", chance=0.2 + number / 100) for number in range(20)),
    *(Worked("lost", "call demo offer", chance=0.4) for _deal in range(25)),
    *(Worked("lost", "", "call demo offer", chance=number / 100) for number in range(15)),
    *(Worked("no_decision", "call") for _deal in range(8)),
    *(Worked("lost") for _deal in range(2)),
    *(Worked("open", "call") for _deal in range(9)),
)


def figure(section: Section) -> Figure:
    return next(block for block in section.blocks if isinstance(block, Figure))


def written(svg: str) -> str:
    return " ".join(element.text or "" for element in fromstring(svg).iter(f"{SVG}text"))


def answers(section: Section) -> Answers:
    return next(block for block in section.blocks if isinstance(block, Answers))


@pytest.fixture(scope="module")
def usual() -> Boxes:
    return boxes_of(DEALS)


@pytest.fixture(scope="module")
def section(usual: Boxes) -> Section:
    return box_section(usual, PERIOD)


def test_every_box_has_its_number_its_shares_and_the_chance_its_deals_had(section: Section) -> None:
    assert section.finding == (
        "Of 50 wins, 30 were deserved and 20 lucky; of 40 losses, 25 were unlucky and 15 deserved. 10 ended deals "
        "could not be put into a box."
    )
    words = written(figure(section).picture.wide)
    assert (
        "Deserved win 30 30% (22–40%) of ended deals 60% (46–72%) of wins mean chance at the start: 50% (50–50%)"
        in words
    )
    assert "8 without a decision by the buyer; 2 that ended before a step that counts was due" in words
    assert "100 deals that ended" in figure(section).basis


def test_the_title_says_how_often_the_process_was_followed(section: Section) -> None:
    assert figure(section).title == (
        "The process was followed in 60% (46–72%) of the wins and in 62% (47–76%) of the losses"
    )


def test_it_is_said_that_the_boxes_are_no_proof_of_the_process(section: Section) -> None:
    assert isinstance(section.blocks[0], Notice)
    assert "not whether the process works" in section.blocks[0].title


def test_which_steps_count_and_why_is_said() -> None:
    process = replace(PROCESS, steps=(*PROCESS.steps, Step("visit", "Propose", ("Visit",), name="Site visit")))
    effects = [
        effect("call", Verdict.NO_EFFECT), effect("demo", Verdict.HELPS),
        effect("offer", Verdict.CANT_TELL), effect("visit", Verdict.HELPS),
    ]  # fmt: skip
    found = box_section(boxes_of(DEALS, effects, process), PERIOD)
    said = next(block for block in found.blocks if isinstance(block, Definitions))
    assert dict(said.entries) == {
        "Counts: required, and shown to help, so it may never be missed": "demo",
        "Counts: required, and not shown to be of no use": "offer",
        "Does not count: required, but it has been shown to do nothing": "call",
        "Does not count: not required; shown to help, so it is named where it was not done": "Site visit",
    }
    table = next(block for block in found.blocks if isinstance(block, Table))
    assert table.folded
    assert [cell.text for cell in table.rows[1]][3:] == ["90", "61%", "51–71%"]


def test_each_box_has_its_clearest_deals_with_their_evidence(section: Section, usual: Boxes) -> None:
    told = answers(section).answers
    assert [one.verdict for one in told] == [
        name for name in ("Deserved win", "Lucky win", "Unlucky loss", "Deserved loss", "Undecided") for _ in range(2)
    ]
    luckiest = told[2]
    assert luckiest.question == "d00030"
    assert luckiest.text == (
        "1 of 3 steps that count were done; missed, and all needed to follow the process: demo, offer; its chance when "
        "it began was 20%."
    )
    likeliest_loss = told[6]
    assert likeliest_loss.question == "d00089"
    assert usual.evidence(89).box.label == "deserved_loss"


def test_losses_in_which_most_was_left_undone_come_first() -> None:
    helps = [effect("demo", Verdict.HELPS, did=0.6, not_=0.2), effect("offer", Verdict.HELPS, did=0.32, not_=0.3)]
    deals = [*DEALS, Worked("lost", "call offer", "demo", 0.3), Worked("lost", "call demo", "offer", 0.9)]
    told = answers(box_section(boxes_of(deals, helps), PERIOD))
    assert told.table is not None
    losses = [row for row in told.table.rows if row[1].text == "Deserved loss"]
    assert losses[0][3].text == "call, demo, offer"
    assert all(row[7].order > row[6].order for row in losses)


def test_the_evidence_of_more_deals_is_folded_beneath(section: Section) -> None:
    table = answers(section).table
    assert table is not None
    assert len(table.rows) == 4 * 12 + 10


def test_a_process_that_is_on_no_paper_is_said_to_be_found(usual: Boxes) -> None:
    said = [block.text for block in box_section(usual, PERIOD, on_paper=False).blocks if isinstance(block, Prose)]
    assert any("no process on paper" in text for text in said)


def test_without_known_chances_no_chance_is_written() -> None:
    found = box_section(boxes_of([replace(deal, chance=float("nan")) for deal in DEALS]), PERIOD)
    assert "chance" not in written(figure(found).picture.wide)
    assert "chance" not in answers(found).answers[0].text
    assert figure(found).table.rows[0][4].text == "–"


def test_one_deal_in_each_box_is_drawn() -> None:
    found = box_section(boxes_of([Worked("won", "call"), Worked("lost", "", "call")]), PERIOD)
    assert figure(found).title == (
        "The process was followed in 100% (21–100%) of the wins and in 0% (0–79%) of the losses"
    )
    assert "Undecided 0" in written(figure(found).picture.narrow)


def test_too_little_data_is_refused_in_words() -> None:
    [block] = box_section(NotEnoughData("0 won and 9 lost deals", "deals of both kinds"), PERIOD).blocks
    assert isinstance(block, Refusal)
    assert block.reason == "0 won and 9 lost deals."


@pytest.mark.parametrize("process", [PROCESS, Process("Sale", 1, ("Qualify",), ())])
def test_where_no_step_was_due_the_boxes_are_refused(process: Process) -> None:
    [block] = box_section(boxes_of([Worked("won"), Worked("lost")], process=process), PERIOD).blocks
    assert isinstance(block, Refusal)
    assert block.needed == "Required steps in the process, in stages that deals enter."


def test_hostile_names_are_printed_as_they_are(hostile: Callable[[str], str]) -> None:
    steps = tuple(replace(step, name=hostile(step.id)) for step in PROCESS.steps)
    found = boxes_of(DEALS, process=replace(PROCESS, steps=steps), ids=[hostile(f"d{n}") for n in range(len(DEALS))])
    report = Report("Boxes", "", (), (box_section(found, PERIOD),))
    page = render_html(report)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert render_pdf(report).startswith(b"%PDF")
