"""What coaching changed is measured in the record, from when a step was first coached."""

from datetime import UTC, datetime
from typing import Any

from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.coaching.made import NOW, item, ready, weekly
from tests.web.reviews.made import answered, review_of

from afteraction.analysis.coaching_effect import CoachingEffect, Panel
from afteraction.errors import NotEnoughData
from afteraction.web.coaching import measuring, services
from afteraction.web.coaching.models import CoachingFigures, Question
from afteraction.web.coaching.questions import gather_questions
from afteraction.web.coaching.steps import missed_with_power, steps_of
from afteraction.web.deals.chances import show_evidence
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.insights.selectors import newest_results


def recorded(cast: Cast, record: Record) -> IndexState:
    """The record and its results, as the jobs leave them; where deals end in the folder of the analysis."""
    give_data(cast, record)
    analysis = give_results(cast, record).analysis
    refresh_index(organisation=cast.organisation)
    show_evidence(organisation=cast.organisation, folder=f"results/{analysis.pk}", version=1)
    return IndexState.objects.get(organisation=cast.organisation)


def test_a_step_is_coached_from_the_meeting_in_which_it_was_first_talked_about(cast: Cast) -> None:
    cadence = weekly(cast)
    meeting = ready(cadence)
    services.talk_about(by=cast.rep, item=item(meeting), now=NOW)
    item(meeting, key="not_talked_about")
    assert measuring.coached_since(cast.organisation) == {}  # not held yet
    services.end(by=cast.rep, meeting=meeting, now=meeting.planned_at)
    services.commit(
        by=cast.rep, meeting=meeting, now=NOW, person=cast.rep, text="Try it", due_on=NOW.date(), step="proposal"
    )
    assert measuring.coached_since(cast.organisation) == {
        ("Noor Haddad", "demo"): meeting.planned_at, ("Noor Haddad", "proposal"): meeting.planned_at,
    }  # fmt: skip


def test_the_panel_of_the_record_counts_what_adherence_counts(cast: Cast, record: Record) -> None:
    state = recorded(cast, record)
    reps = sorted({each["rep"] for each in record.figures["reps"]})[:8]
    begun = {(rep, "demo"): datetime(2024, 12, 1, tzinfo=UTC) for rep in reps}
    steps, wins = measuring._panels(cast.organisation, state, begun)
    assert isinstance(steps, Panel)
    assert isinstance(wins, Panel)
    required = {each["step"]: each for each in record.figures["conformance"]["steps"] if each["required"]}
    keys = [each["step"] for each in record.figures["conformance"]["steps"]]
    for step, figures in required.items():
        here = steps.step == keys.index(step)
        # Deals of nobody are not among these, and early ones that may still be done are.
        assert abs(steps.due[here].sum() - figures["due"]) <= 0.1 * figures["due"]
        assert steps.kept[here].sum() <= steps.due[here].sum()
    ended = list(record.figures["reps"])
    assert wins.due.sum() >= sum(each["deals"] for each in ended)
    told = measuring.told(steps)
    found = measuring.effect_told(told)
    assert isinstance(found, CoachingEffect | NotEnoughData)
    assert measuring.told(steps) == told


def test_without_coaching_or_results_there_is_a_refusal_and_no_figure(cast: Cast, record: Record) -> None:
    assert measuring.keep_figures(organisation=cast.organisation, now=NOW) is None
    recorded(cast, record)
    figures = measuring.keep_figures(organisation=cast.organisation, now=NOW)
    assert figures is not None
    found = measuring.effect_told(CoachingFigures.objects.get().content["adherence"])
    assert isinstance(found, NotEnoughData)
    assert found.reason == "Nobody has been coached on a step yet."


def test_an_effect_is_read_as_it_was_kept() -> None:
    kept: dict[str, Any] = {
        "effect": {"value": 0.1, "low": 0.02, "high": 0.18, "p_value": 0.01}, "lead": None, "before": 0.4, "after": 0.6,
        "predicted": {"value": 0.09, "low": 0.03, "high": 0.15, "p_value": 0.01}, "others": 0.1, "coached_reps": 6,
        "other_reps": 9, "due": 300, "left_out": 0, "verdict": "helps", "moved_before": False,
    }  # fmt: skip
    found = measuring.effect_told(kept)
    assert isinstance(found, CoachingEffect)
    assert found.verdict == "helps"


def test_the_steps_of_a_rep_come_from_their_last_deals_with_interval_and_n(cast: Cast, record: Record) -> None:
    state = recorded(cast, record)
    steps = steps_of(newest_results(cast.organisation), cast.rep, state)
    assert [each.step for each in steps] == [each["step"] for each in record.figures["conformance"]["steps"]]
    due = [each for each in steps if each.due]
    assert due
    assert all(0 <= each.kept <= each.due <= 30 and f"of the last {each.due}" in each.share for each in due)
    assert all(each.verdict == "helps" for each in missed_with_power(steps))


def test_a_new_question_is_placed_at_the_last_stage_that_its_deals_had_entered(cast: Cast, record: Record) -> None:
    recorded(cast, record)
    deal = Deal.objects.filter(organisation=cast.organisation, owner=cast.rep.owner_name, outcome="won")[0]
    answered(cast.rep, review_of(cast, deal, now=NOW), "price", now=NOW, keep="Who else has to say yes?")
    gather_questions(organisation=cast.organisation, now=NOW)
    stages = {each["stage"] for each in record.figures["conformance"]["steps"]}
    assert Question.objects.get().stage in stages
