"""What the report says of what is said in the organisation."""

from collections.abc import Callable

import pytest
from tests.report.judged import judgements, prints

from afteraction.errors import NotEnoughData
from afteraction.report.document import Answer, Answers, Figure, Refusal, Section, Tone
from afteraction.report.sections.claims import claim_section

PERIOD = "2024"


def _answers(section: Section) -> Answers:
    return next(block for block in section.blocks if isinstance(block, Answers))


def _answer(number: int) -> Answer:
    return _answers(claim_section(judgements(), PERIOD)).answers[number]


def test_the_finding_counts_the_verdicts() -> None:
    assert claim_section(judgements(), PERIOD).finding == (
        "Of 4 claims about why deals are won and lost, 1 is fact, 1 is fiction and 2 cannot be told yet."
    )
    assert claim_section(judgements()[:1], PERIOD).finding == (
        "Of 1 claim about why deals are won and lost, 1 is fact."
    )


@pytest.mark.parametrize(
    ("number", "verdict", "tone"),
    [(0, "Fact", Tone.GOOD), (1, "Fiction", Tone.POOR), (2, "Can’t tell", Tone.UNKNOWN)],
)
def test_each_claim_is_a_card_with_its_verdict(number: int, verdict: str, tone: Tone) -> None:
    assert (_answer(number).verdict, _answer(number).tone) == (verdict, tone)


def test_a_card_carries_the_reason_and_the_evidence_with_effect_interval_deals_and_naive_difference() -> None:
    fact = _answer(0)
    assert (fact.question, fact.text) == ("“Demos win deals”", "The demo helps.")
    [(about, says)] = fact.figures
    assert about == "Demo"
    assert says.replace("\u00a0", " ") == "supports it · +9 points (+6 to +12) · 400 deals · plain win rates say +30"
    assert dict(fact.advice) == {"Taken to be meant": "The step Demo.", "Checked": "Time: at one age."}


def test_what_would_settle_a_claim_comes_first() -> None:
    assert _answer(3).advice[0] == ("What would settle it", "About 900 further deals.")


def test_a_claim_on_one_segment_says_so() -> None:
    assert _answer(2).question == "“Lunches win deals”, in Large"


def test_a_card_shows_what_decides_and_the_table_holds_the_rest() -> None:
    fiction = _answer(1)
    assert [about for about, _says in fiction.figures][-1] == "and 3 more"
    assert "Who says it" not in dict(fiction.figures)
    table = _answers(claim_section(judgements(), PERIOD)).table
    assert table is not None
    assert [row[2].text for row in table.rows].count("decides nothing") == 1
    assert len(table.rows) == 12


def test_the_chart_holds_effects_against_what_plain_win_rates_say() -> None:
    figure = next(block for block in claim_section(judgements(), PERIOD).blocks if isinstance(block, Figure))
    assert figure.title == (
        "Plain win rates mislead on 2 of 3 things that are said to matter, most on Discount: +30 points, against −8 "
        "among comparable deals"
    )
    assert "competitor" not in figure.in_words, "differences in shares are no effects"


def test_a_claim_that_the_record_does_not_speak_of_has_a_card_and_no_chart() -> None:
    section = claim_section(judgements()[2:3], PERIOD)
    assert not any(isinstance(block, Figure) for block in section.blocks)
    assert _answers(section).table is None
    prints(section)


@pytest.mark.parametrize("found", [(), NotEnoughData("no deal is on record", "deals")], ids=["none", "refused"])
def test_nothing_at_all_is_refused(found: tuple[()] | NotEnoughData) -> None:
    assert [type(block) for block in claim_section(found, PERIOD).blocks] == [Refusal]


def test_hostile_claims_are_printed_as_they_are(hostile: Callable[[str], str]) -> None:
    page = prints(claim_section(judgements(hostile), PERIOD))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
