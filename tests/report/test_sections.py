"""What the sections say, and how they hedge it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import pytest

from afteraction.analysis.adherence import Adherence
from afteraction.analysis.stage_times import AllStageTimes
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.study import ProcessFindings
from afteraction.analysis.verdict import Verdict
from afteraction.analysis.win_rates import GroupedWinRates, WinRates
from afteraction.errors import NotEnoughData
from afteraction.report.build import build
from afteraction.report.document import Answers, Figure, KeyFigures, Notice, Pointers, Prose, Refusal, Section
from afteraction.report.sections.adherence import adherence_section, overall_kept
from afteraction.report.sections.divergence import divergence_section
from afteraction.report.sections.effects import effect_section
from afteraction.report.sections.health import health_block
from afteraction.report.sections.stage_times import stage_time_section
from afteraction.report.sections.summary import headline, summary_section
from afteraction.report.sections.variants import variant_section
from afteraction.report.sections.win_rates import win_rate_section

PERIOD = "2024"


def _figure(section: Section, id_: str) -> Figure:
    return next(block for block in section.blocks if isinstance(block, Figure) and block.id == id_)


def _only_steps(found: Adherence, *, skipped: tuple[int, int]) -> Adherence:
    """The first two required steps, skipped by so many of 400 each."""
    steps = [step for step in found.steps if step.required][:2]
    judged = [
        replace(step, due=400, skipped=count, done=400 - count, kept=400 - count, late=0, late_of_due=0)
        for step, count in zip(steps, skipped, strict=True)
    ]
    return replace(found, steps=tuple(judged))


def test_the_step_skipped_most_is_named_alone_when_it_clearly_is(recipe: Callable) -> None:
    section = adherence_section(_only_steps(recipe().adherence(), skipped=(40, 200)), PERIOD)
    assert _figure(section, "adherence-by-step").title == (
        "Step 1 is skipped in 50% (45–55%) of the deals it was due in, more than any other step"
    )


def test_steps_that_cannot_be_told_apart_are_named_together(recipe: Callable) -> None:
    section = adherence_section(_only_steps(recipe().adherence(), skipped=(195, 200)), PERIOD)
    assert _figure(section, "adherence-by-step").title.startswith("Step 0 and Step 1 are skipped most often")


def test_the_parts_of_a_step_add_up_to_all_deals_it_was_due_in(recipe: Callable) -> None:
    specification = _figure(adherence_section(recipe().adherence(), PERIOD), "adherence-by-step").picture.drawing
    ends: dict[float, float] = {}
    for row in chain.from_iterable(specification["datasets"].values()):
        if "end" in row:
            ends[row["y"]] = max(ends.get(row["y"], 0), row["end"])
    assert list(ends.values()) == pytest.approx([1.0] * len(ends))
    assert ends


def test_the_interval_of_all_steps_counts_deals_and_not_steps(recipe: Callable) -> None:
    kept = overall_kept(recipe().adherence())
    assert kept is not None
    assert kept.n <= 400


def test_groups_that_chance_explains_are_not_told_apart(recipe: Callable) -> None:
    section = adherence_section(recipe().adherence(), PERIOD)
    assert _figure(section, "adherence-by-team").title == "By team: none can be told apart from the others"
    assert "keep" in _figure(section, "adherence-by-rep").title


def test_a_trend_that_stands_still_is_called_so(recipe: Callable) -> None:
    title = _figure(adherence_section(recipe().adherence(), PERIOD), "adherence-trend").title
    assert title.startswith("No step is kept measurably more or less often")


def test_win_rates_that_leak_are_not_shown_but_named(recipe: Callable) -> None:
    section = win_rate_section(recipe().win_rates(), PERIOD)
    ids = [block.id for block in section.blocks if isinstance(block, Figure)]
    assert ids == ["win-rate-by-month", "win-rate-by-segment", "win-rate-by-owner"]
    notice = next(block for block in section.blocks if isinstance(block, Notice))
    assert notice.title == "Not judged: “competitor”"
    assert Prose("Not shown, as nothing was found: win rates by deal type.") in section.blocks


def test_groups_are_only_called_different_on_the_verdict_of_the_analysis(recipe: Callable) -> None:
    section = win_rate_section(recipe().win_rates(), PERIOD)
    assert _figure(section, "win-rate-by-segment").title == (
        "By segment: Small won more often than the others, Large won less often"
    )
    assert "no group’s win rate can be told apart" in _figure(section, "win-rate-by-owner").title


def test_of_very_many_groups_those_that_stand_out_are_always_shown(recipe: Callable) -> None:
    found: WinRates = recipe(reps=60).win_rates()
    owners = found.by["owner"].groups
    small = replace(owners[0], verdict="above", rate=replace(owners[0].rate, lost=10))
    by: dict[str, GroupedWinRates] = {"owner": replace(found.by["owner"], groups=(*owners[1:], small))}
    figure = _figure(win_rate_section(replace(found, by=by), PERIOD), "win-rate-by-owner")
    assert "30 of 60 groups; the table has all" in figure.basis
    assert "rep 0" in figure.in_words
    assert len(figure.table.rows) == 60


def test_months_with_few_deals_have_no_rate(recipe: Callable) -> None:
    found: WinRates = recipe().win_rates()
    months = tuple(replace(month, rate=replace(month.rate, won=1, lost=2, no_decision=0)) for month in found.months)
    figure = _figure(win_rate_section(replace(found, months=months), PERIOD), "win-rate-by-month")
    assert len(figure.picture.drawing.get("vconcat", [])) == 0


def test_differences_between_won_and_lost_come_with_the_warning(recipe: Callable) -> None:
    section = divergence_section(recipe().divergences(), PERIOD)
    assert isinstance(section.blocks[0], Notice)
    assert "not causes" in section.blocks[0].text
    assert "over whole lives" in section.blocks[1].table.columns


def test_a_difference_that_is_not_clear_is_not_announced(recipe: Callable) -> None:
    found = recipe().divergences()
    unclear = replace(found, found=(found.found[1],))
    figure = _figure(divergence_section(unclear, PERIOD), "won-beside-lost")
    assert figure.title == "Nothing tells later won deals clearly apart from lost ones"


def test_steps_that_follow_the_decision_are_no_causes(recipe: Callable) -> None:
    made = recipe(steps=6)
    findings = made.study().process
    assert isinstance(findings, ProcessFindings)
    section = effect_section(findings, PERIOD)
    assert [block.title for block in section.blocks if isinstance(block, Notice)] == ["Not a cause: Step 4"]
    assert [block.what for block in section.blocks if isinstance(block, Refusal)] == ["the effect of Step 5"]
    assert "Step 4" not in _figure(section, "step-effects").in_words


def test_without_any_effect_the_title_says_so(recipe: Callable) -> None:
    findings = recipe().study().process
    assert isinstance(findings, ProcessFindings)
    effects: tuple[StepEffect, ...] = tuple(replace(one, verdict=Verdict.CANT_TELL) for one in findings.effects)
    figure = _figure(effect_section(replace(findings, effects=effects), PERIOD), "step-effects")
    assert figure.title == "Whether any single step helps cannot be told from these deals"


def test_stages_whose_medians_overlap_are_named_together(recipe: Callable) -> None:
    found: AllStageTimes = recipe().stage_times()
    assert _figure(stage_time_section(found, PERIOD), "stage-times").title.startswith("Deals stay longest in Negotiate")
    alike = replace(found, stages=(found.stages[2], replace(found.stages[2], stage="Sign")))
    assert _figure(stage_time_section(alike, PERIOD), "stage-times").title.startswith(
        "Deals stay longest in Negotiate and Sign"
    )


def test_repeats_in_a_row_are_folded(recipe: Callable) -> None:
    found = recipe().variants()
    repeated = replace(found.top[0], activities=("call", "call", "call", "stage: Propose"))
    figure = _figure(variant_section(replace(found, top=(repeated,)), PERIOD), "most-frequent-variants")
    assert "call ×3" in figure.picture.wide


def test_answers_carry_their_figures_with_intervals(recipe: Callable) -> None:
    block = health_block(recipe().health())
    first = block.answers[0]
    assert dict(first.figures) == {
        "steps kept": "58% (55–61%) of 400",
        "change in half a year": "−4 points (−8 to 0)",
        "steps on paper": "5",
        "between reps": "8 points (5 to 12) of 12",
    }
    assert block.table is not None
    assert len(block.table.rows) == 4 * 5
    assert dict(first.advice)["Missing in the record"] == "people.manager: who leads whom"


def test_the_summary_points_at_what_is_worth_a_look(recipe: Callable) -> None:
    section = summary_section(recipe().study())
    kinds = [type(block) for block in section.blocks]
    assert kinds == [KeyFigures, Pointers, Answers]
    pointers = next(block for block in section.blocks if isinstance(block, Pointers)).pointers
    assert [pointer.headline.split(",")[0].split(":")[0] for pointer in pointers] == [
        "Step 0 helps",
        "Step 1 hurts",
        "Step 4 is skipped in 61% of deals",
        "14 open deals have stalled",
    ]


def test_the_headline_of_an_empty_record_promises_nothing(recipe: Callable) -> None:
    assert headline(recipe().empty_study()).startswith("The record holds no deal")


def test_what_was_refused_is_told_in_one_place_and_together_where_the_reason_is_one(recipe: Callable) -> None:
    made = recipe()
    report = build(made.empty_study(), made.graph())
    assert [section.id for section in report.sections] == [
        "summary", "record", "quality", "refused", "methods", "glossary",
    ]  # fmt: skip
    refusals = [block for block in report.sections[3].blocks if isinstance(block, Refusal)]
    assert len({refusal.reason for refusal in refusals}) == len(refusals)
    [refusal] = [each for each in refusals if "the ways deals take" in each.what]
    assert "win rates" in refusal.what
    assert "walking away" in refusal.what


@pytest.mark.parametrize("part", ["variants", "stage_times", "win_rates", "divergences", "process"])
def test_any_part_of_a_study_may_be_missing(recipe: Callable, part: str) -> None:
    made = recipe()
    study = replace(made.study(), **{part: NotEnoughData("too few deals", "more of them")})
    report = build(study, made.graph(beside=False))
    assert any(isinstance(b, Refusal) and b.reason == "Too few deals." for s in report.sections for b in s.blocks)


def test_sections_follow_one_another_in_the_order_of_the_questions(recipe: Callable) -> None:
    made = recipe()
    report = build(made.study(), made.graph(beside=False))
    assert [section.id for section in report.sections] == [
        "summary", "process", "adherence", "effects", "won-and-lost", "variants", "time-in-stage", "win-rates",
        "record", "quality", "refused", "methods", "glossary",
    ]  # fmt: skip
    assert ("Period", "3 January 2024 to 30 December 2024") in report.facts
