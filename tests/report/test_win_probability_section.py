"""What the report says of the win probability, and how it hedges it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.special import expit, logit

from afteraction.analysis.calibration import Accuracy, Measured, accuracy
from afteraction.analysis.explanation import Explanation, Factor
from afteraction.analysis.leaky_facts import LeftOut
from afteraction.analysis.likely_deals import ExplainedDeal
from afteraction.analysis.win_probability import Comparison, StageAccuracy, WinProbability
from afteraction.errors import NotEnoughData
from afteraction.report.document import Answers, Figure, KeyFigures, Notice, Prose, Refusal, Report, Section, Table
from afteraction.report.html import render_html
from afteraction.report.pdf import render_pdf
from afteraction.report.sections.win_probability import win_probability_section

PERIOD = "2024"
BASE, PLAIN, CRM = "win rate of the stage so far", "plain logistic regression", "the CRM's probability"


def predictions(n: int, *, boldness: float = 1.0, shift: float = 0.0, seed: int = 1) -> Accuracy:
    """Of n deals; `boldness` above 1 exaggerates, `shift` in logits is what was won beyond what was predicted."""
    rng = np.random.default_rng(seed)
    true = rng.uniform(0.05, 0.9, n)
    won = rng.random(n) < expit(logit(true) + shift)
    won[:10], won[10:20] = True, False
    return accuracy(expit(logit(true) * boldness), won, np.ones(n))


def found(overall: Accuracy, **changed: object) -> WinProbability:
    """A result with one stage, set beside the base rate, which is worse, and plain regression, which is as good."""
    made = WinProbability(
        overall=overall,
        by_stage=(StageAccuracy(None, 900, 0.3, overall), StageAccuracy("Propose", 700, 0.4, overall)),
        comparisons=(
            Comparison(BASE, overall, overall, Measured(0.02, 0.01, 0.03)),
            Comparison(PLAIN, overall, overall, Measured(0.001, -0.002, 0.004)),
        ),
        n_train=900,
        n_test=300,
        split=date(2024, 6, 3),
        training_days=(),
        excluded=(),
        out_of_time={},
        expected=np.empty(0),
        today=np.empty(0),
        models={},
        notes=(),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def deal(name: str, chance: float) -> ExplainedDeal:
    factors = (Factor("deal_type", "New", 0.12), Factor("amount", "9,200", -0.04), Factor("source", "Web", 0.001))
    return ExplainedDeal(name, Explanation("Propose", chance, 0.4, factors))


def figure(section: Section, id_: str) -> Figure:
    return next(block for block in section.blocks if isinstance(block, Figure) and block.id == id_)


def test_the_headline_gives_each_measure_its_interval_and_what_it_was_tested_on() -> None:
    overall = predictions(1_000)
    section = win_probability_section(found(overall), PERIOD)
    assert "Learned from 900 deals that had ended by 3 June 2024, tested on 300 deals" in section.finding
    figures = section.blocks[0]
    assert isinstance(figures, KeyFigures)
    assert [one.name for one in figures.figures] == [
        "Tells won from other deals (AUC)", "Squared error (Brier score)", "Surprise (log loss)", "Calibration slope",
    ]  # fmt: skip
    assert all(one.range for one in figures.figures)
    assert f"{overall.auc.value:.2f}" == figures.figures[0].value


@pytest.mark.parametrize(
    ("boldness", "shift", "said"),
    [
        (1.0, 0.0, "The chances came true as far as these deals can tell"),
        (2.0, 0.0, "The chances are too bold: deals differ less than predicted"),
        (0.4, 0.0, "the chances are too cautious: deals differ more than predicted"),
        (1.0, 0.8, "More deals were won than predicted"),
        (1.0, -0.8, "Fewer deals were won than predicted"),
    ],
)
def test_the_title_of_the_curve_says_how_it_is_off_only_where_that_is_more_than_chance(
    boldness: float, shift: float, said: str
) -> None:
    section = win_probability_section(found(predictions(3_000, boldness=boldness, shift=shift)), PERIOD)
    assert said in figure(section, "calibration").title


def test_the_curve_shows_every_band_with_its_interval_and_its_number() -> None:
    overall = predictions(1_000)
    curve = figure(win_probability_section(found(overall), PERIOD), "calibration")
    assert curve.table is not None
    assert len(curve.table.rows) == len(overall.curve) == 10
    assert [row[1].text for row in curve.table.rows] == [f"{band.n:,}" for band in overall.curve]
    for band in overall.curve:
        assert f"of {band.n:,} won" in curve.in_words


def test_other_ways_to_predict_are_beaten_only_beyond_chance() -> None:
    compared = figure(win_probability_section(found(predictions(1_000)), PERIOD), "win-probability-compared")
    assert compared.title == (
        "The win probability predicts better than the win rate of the stage so far; it cannot be told apart from "
        "plain logistic regression"
    )
    assert "0.020 (0.010–0.030)" in compared.picture.wide
    assert "CRM" not in compared.reading


def test_a_better_rival_is_called_better() -> None:
    overall = predictions(1_000)
    rival = Comparison(CRM, predictions(200), predictions(200, seed=2), Measured(-0.03, -0.05, -0.01))
    section = win_probability_section(found(overall, comparisons=(rival,)), PERIOD)
    compared = figure(section, "win-probability-compared")
    assert compared.title == "The win probability predicts worse than the CRM's probability"
    assert "one prediction for each of 200 deals" in compared.basis
    assert "known only afterwards" in compared.reading


def test_a_comparison_that_could_not_be_made_is_refused_with_its_reason() -> None:
    note = "it stands at 0 or 1 for 97% of the tested deals: it was written when the outcome was known"
    nothing = Comparison(CRM, None, None, None, note)
    section = win_probability_section(found(predictions(500), comparisons=(nothing,)), PERIOD)
    [refused] = [block for block in section.blocks if isinstance(block, Refusal)]
    assert refused.what == "the comparison with the CRM's probability"
    assert refused.reason.startswith("It stands at 0 or 1 for 97%")
    assert not [one for one in section.blocks if isinstance(one, Figure) and one.id == "win-probability-compared"]


def test_each_stage_has_its_row_and_the_start_is_called_so() -> None:
    stages = figure(win_probability_section(found(predictions(800)), PERIOD), "win-probability-by-stage")
    assert stages.title.startswith("Won and other deals are told apart better than by chance at every stage")
    assert stages.table is not None
    assert [row[0].text for row in stages.table.rows] == ["at the beginning", "Propose"]
    assert "of 800" in stages.picture.wide


def test_a_stage_that_chance_explains_is_not_praised() -> None:
    blind = replace(predictions(300), auc=Measured(0.53, 0.46, 0.6))
    unknown = figure(
        win_probability_section(found(predictions(300), by_stage=(StageAccuracy("Propose", 90, 0.4, blind),)), PERIOD),
        "win-probability-by-stage",
    )
    assert unknown.title == "At no single stage can the win probability be told from chance"


def test_what_was_left_out_is_listed_with_the_reason() -> None:
    left = (LeftOut("Close reason", "it is on record for 98% of won deals and 3% of the others"),)
    section = win_probability_section(found(predictions(300), excluded=left), PERIOD)
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert [cell.text for cell in table.rows[0]] == [
        "Close reason", "It is on record for 98% of won deals and 3% of the others.",
    ]  # fmt: skip
    nothing = win_probability_section(found(predictions(300)), PERIOD)
    assert any(isinstance(b, Prose) and "No other fact on record had to be left out" in b.text for b in nothing.blocks)


def test_what_to_know_before_relying_on_it_is_printed_before_the_charts() -> None:
    section = win_probability_section(
        found(predictions(300), notes=("12 ended deals without a closing date are left out",)), PERIOD
    )
    assert isinstance(section.blocks[1], Notice)
    assert section.blocks[1].text == "12 ended deals without a closing date are left out."


def test_open_deals_are_explained_and_held_against_what_became_of_others_with_their_chance() -> None:
    overall = predictions(1_000)
    section = win_probability_section(found(overall), PERIOD, (deal("D 17", 0.93), deal("D 4", 0.02)))
    answers = next(block for block in section.blocks if isinstance(block, Answers))
    assert [one.question for one in answers.answers] == ["D 17", "D 4"]
    first = answers.answers[0]
    assert first.verdict == "93% chance"
    assert "deal type: New (+12)" in first.text
    assert "amount: 9,200 (−4)" in first.text
    [(_name, came)] = first.figures
    assert came.endswith(f"of {overall.curve[-1].n:,}")
    assert answers.table is not None
    assert [row[1].text for row in answers.table.rows] == ["deal type", "amount"] * 2


def test_deals_are_not_explained_by_a_model_that_tells_them_no_better_than_their_stage() -> None:
    overall = predictions(500)
    blind = Comparison(BASE, overall, overall, Measured(0.001, -0.001, 0.003))
    section = win_probability_section(found(overall, comparisons=(blind,)), PERIOD, (deal("D 17", 0.93),))
    assert not [block for block in section.blocks if isinstance(block, Answers)]
    [refused] = [block for block in section.blocks if isinstance(block, Refusal)]
    assert refused.what == "open deals explained one by one"


def test_deals_without_stages_are_tested_where_they_begin() -> None:
    overall = predictions(500)
    section = win_probability_section(found(overall, by_stage=(StageAccuracy(None, 90, 0.4, overall),)), PERIOD)
    assert "that began after that" in section.finding
    assert "that began after 3 June 2024" in figure(section, "calibration").basis


def test_too_little_data_is_refused() -> None:
    section = win_probability_section(NotEnoughData("only 3 won and 4 other deals had ended", "at least 30"), PERIOD)
    [refused] = section.blocks
    assert isinstance(refused, Refusal)
    assert refused.needed == "At least 30."


def test_the_fewest_deals_that_can_be_tested_on_give_a_section() -> None:
    rng = np.random.default_rng(4)
    tiny = accuracy(rng.uniform(0.3, 0.32, 20), np.arange(20) % 2 == 0, np.ones(20))
    one = accuracy(np.full(20, 0.3), np.arange(20) % 2 == 0, np.ones(20))
    for overall in (tiny, one):
        section = win_probability_section(found(overall, n_test=20), PERIOD)
        assert "20 predictions for 20 deals" in figure(section, "calibration").basis
        assert render_html(Report("t", "s", (), (section,)))


def test_hostile_names_stay_text_on_the_page_and_on_paper(hostile: Callable[[str], str]) -> None:
    overall = predictions(300)
    section = win_probability_section(
        found(
            overall,
            by_stage=(StageAccuracy(hostile("Propose"), 90, 0.4, overall),),
            excluded=(LeftOut(hostile("reason"), f"{hostile('Price')!r} is on record for 30 ended deals"),),
        ),
        PERIOD,
        (deal(hostile("D 17"), 0.9),),
    )
    report = Report("t", "s", (("a", "b"),), (section,))
    page = render_html(report)
    assert page.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert render_pdf(report).startswith(b"%PDF")
