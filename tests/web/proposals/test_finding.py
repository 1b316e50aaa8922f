from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.proposals.made import DAY, NOW, TEXT, evidence, on_paper, proposed, without

from afteraction.analysis import unwritten
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.verdict import Verdict
from afteraction.process.editing import without_step
from afteraction.web.insights.results import Saved
from afteraction.web.proposals import analysing, answering, services
from afteraction.web.proposals.finding import Evidence, Finding, Grade
from afteraction.web.proposals.models import Proposal


def finding(found: Evidence | None = None, step: str = "demo") -> Finding:
    return Finding(
        key=f"step without power: {step}",
        kind=Proposal.Kind.STEP,
        title=f"Take out {step}",
        what="Nobody is asked for it any more.",
        reason="It does not move the outcome.",
        evidence=found or evidence(),
        change=partial(without_step, step_id=step),
    )


def found(cast: Cast, one: Finding, days: int = 0) -> Proposal | None:
    return services.propose_from_analysis(organisation=cast.organisation, finding=one, now=NOW + days * DAY)


def test_the_analysis_proposes_an_edit_with_its_evidence(cast: Cast) -> None:
    on_paper(cast)
    made = found(cast, finding())
    assert made is not None
    assert (made.author, made.origin, made.owner) == (None, "analysis", cast.operations)
    assert made.text == without("demo")
    assert Evidence.read(made.evidence) == evidence()


def test_the_same_finding_is_never_proposed_twice(cast: Cast) -> None:
    on_paper(cast)
    made = found(cast, finding())
    assert made is not None
    assert found(cast, finding(evidence(0.04, 0.035, 0.045, 9000))) is None  # it waits
    answering.try_it(by=cast.manager, proposal=made, now=NOW)
    assert found(cast, finding(evidence(0.04, 0.035, 0.045, 9000))) is None  # it is tried
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    ("newer", "again"),
    [
        (evidence(data_version=2), False),
        (evidence(0.02, -0.01, 0.05, 1000), False),
        (evidence(0.039, 0.03, 0.048, 1000), True),
        (evidence(n=1350), True),
        (evidence(grade=Grade.RANDOMISED), True),
    ],
    ids=["newer data", "much the same", "outside of its interval", "half as many again", "a trial"],
)
def test_what_was_declined_is_proposed_again_only_when_its_evidence_changed(
    cast: Cast, newer: Evidence, again: bool
) -> None:
    on_paper(cast)
    made = found(cast, finding())
    assert made is not None
    answering.decline(by=cast.operations, proposal=made, reason="Buyers ask for it.", now=NOW)
    assert (found(cast, finding(newer), 40) is not None) is again


def test_what_is_no_longer_on_paper_is_not_proposed(cast: Cast) -> None:
    assert found(cast, finding()) is None
    on_paper(cast, without("demo"))
    assert found(cast, finding()) is None


def test_what_a_colleague_asks_for_already_is_not_proposed_beside_it(cast: Cast) -> None:
    proposed(cast, text=without("demo"))
    assert found(cast, finding()) is None


def test_a_finding_without_an_edit_is_proposed_in_words(cast: Cast) -> None:
    made = found(cast, replace(finding(), change=None))
    assert made is not None
    assert (made.text, made.base, made.what) == ("", None, "Nobody is asked for it any more.")


def test_findings_of_another_organisation_are_not_in_the_way(cast: Cast) -> None:
    on_paper(cast)
    assert found(cast, finding()) is not None
    other = services.propose_from_analysis(organisation=cast.other, finding=replace(finding(), change=None), now=NOW)
    assert other is not None
    assert other.owner == cast.outsider


EFFECT = {"verdict": "no_effect", "effect": 0.01, "low": -0.02, "high": 0.04, "n": 2000, "did": 1200}


@pytest.fixture
def results(cast: Cast, record: Record) -> Saved:
    give_data(cast, record)
    return give_results(cast, record)


def test_results_that_cannot_tell_propose_nothing(cast: Cast, results: Saved) -> None:
    assert analysing.look_at_results(organisation=cast.organisation, now=NOW) == []


def test_a_step_that_does_nothing_is_proposed_to_go_and_taken_back_when_that_changes(
    cast: Cast, results: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = dict(results.figures)
    figures["steps"] = [one | EFFECT if one["step"] == "demo" else one for one in figures["steps"]]
    monkeypatch.setattr(Saved, "figures", figures)
    monkeypatch.setattr(analysing, "unwritten_steps", lambda *asked: ())
    [made] = analysing.look_at_results(organisation=cast.organisation, now=NOW)
    assert made.finding == "step without power: demo"
    assert "2,000 deals" in made.reason
    assert made.evidence["deals"] == "/insights/steps/deals/?of=step%3A+demo"
    assert made.events.get().changes[0] == "Step “Product demo” was removed from stage Discover."
    assert analysing.look_at_results(organisation=cast.organisation, now=NOW) == []
    for verdict, state in (("cant_tell", "open"), ("helps", "withdrawn")):
        figures["steps"] = [one | {"verdict": verdict} if one["step"] == "demo" else one for one in figures["steps"]]
        analysing.look_at_results(organisation=cast.organisation, now=NOW)
        made.refresh_from_db()
        assert made.state == state


def test_a_way_of_working_that_helps_is_proposed_to_be_written_down(
    cast: Cast, results: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = dict(results.figures)
    helps = {"verdict": "helps", "effect": 0.08, "low": 0.04, "high": 0.12, "n": 900, "did": 400}
    name = "fast_first_response"
    figures["behaviours"] = [one | helps if one["behaviour"] == name else one for one in figures["behaviours"]]
    monkeypatch.setattr(Saved, "figures", figures)
    monkeypatch.setattr(analysing, "unwritten_steps", lambda *asked: ())
    [made] = analysing.look_at_results(organisation=cast.organisation, now=NOW)
    assert made.title.startswith("Write it down: a first touch of ours within")
    assert made.expected_points == 8.0
    assert "+8 points (+4 to +12, 900 deals)" in made.reason


def test_results_of_an_older_process_propose_nothing(cast: Cast, results: Saved) -> None:
    on_paper(cast, TEXT, 2)
    assert analysing.look_at_results(organisation=cast.organisation, now=NOW) == []


def test_what_people_do_unasked_is_proposed_as_a_step_where_it_helps(
    cast: Cast, results: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = cast.organisation.process_versions.get()
    version.text = without("buying_committee", version.text)
    version.save()
    measured = unwritten.step_effects

    def clearer(*asked: Any) -> list[StepEffect]:
        """As if there had been enough deals: what is estimated of the committee, told for sure."""
        return [
            replace(each, verdict=Verdict.HELPS) if each.step.startswith("buying_committee") else each
            for each in measured(*asked)
        ]

    monkeypatch.setattr(unwritten, "step_effects", clearer)
    [made] = analysing.look_at_results(organisation=cast.organisation, now=NOW)
    assert made.title == "Make a step of Buying committee meeting: it helps to win"
    assert made.events.get().changes == ["The required step “Buying committee meeting” was added to stage Discover."]
    assert made.evidence["n"] > 100
    assert "without being asked" in made.reason
