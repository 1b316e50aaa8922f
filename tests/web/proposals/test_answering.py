from typing import Any

import pytest
from tests.cast import Cast
from tests.web.proposals.made import DAY, NOW, due, on_paper, proposed, question, without

from afteraction.errors import Refused
from afteraction.web.experiments.models import Experiment, ExperimentDecision
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.people.models import User
from afteraction.web.proposals import answering, services
from afteraction.web.proposals.models import Proposal, ProposalNews
from afteraction.web.proposals.writing import Wish


def state(made: Proposal) -> str:
    made.refresh_from_db()
    return made.state


def kinds(made: Proposal) -> list[str]:
    return [each.kind for each in made.events.all()]


def test_what_is_adopted_at_once_is_the_next_version_of_the_process(cast: Cast) -> None:
    made = proposed(cast)
    version = answering.adopt(by=cast.operations, proposal=made, words="Yes.", now=NOW + DAY)
    assert version is not None
    assert (version.number, version.made_by) == (2, cast.operations)
    assert version.text == due("call", 7).replace("version: 1", "version: 2")
    assert version.note.startswith(f"Proposal {made.pk}: ")
    assert state(made) == "adopted"
    assert (made.adopted_as, made.answered_by, made.answer) == (version, cast.operations, "Yes.")
    assert kinds(made) == ["made", "adopted"]


def test_a_question_is_adopted_without_a_new_version(cast: Cast) -> None:
    made = question(cast)
    assert answering.adopt(by=cast.manager, proposal=made, now=NOW) is None
    assert state(made) == "adopted"


def test_what_is_tried_becomes_a_trial_with_the_process_as_it_would_be(cast: Cast) -> None:
    made = proposed(cast)
    experiment = answering.try_it(by=cast.manager, proposal=made, now=NOW)
    assert (experiment.title, experiment.owner) == (made.title, cast.manager)
    assert experiment.new_process == made.text
    assert state(made) == "tried"
    assert made.experiment == experiment


def test_nobody_is_told_no_without_a_reason(cast: Cast) -> None:
    made = proposed(cast)
    with pytest.raises(Refused, match="no reason"):
        answering.decline(by=cast.manager, proposal=made, reason="  ", now=NOW)
    assert state(made) == "open"
    answering.decline(by=cast.manager, proposal=made, reason="Two weeks are what buyers ask for.", now=NOW)
    assert (state(made), made.answer) == ("declined", "Two weeks are what buyers ask for.")


ANSWERS: Any = {
    "try": lambda by, made: answering.try_it(by=by, proposal=made, now=NOW),
    "adopt": lambda by, made: answering.adopt(by=by, proposal=made, now=NOW),
    "decline": lambda by, made: answering.decline(by=by, proposal=made, reason="No.", now=NOW),
}
MAY = {
    "rep": (), "team_mate": (), "marketer": (), "outsider": (), "manager": ("try", "decline"),
    "executive": ("try", "decline"), "operations": ("try", "adopt", "decline"), "admin": ("try", "adopt", "decline"),
}  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("part", MAY)
def test_who_may_answer_a_change_of_the_process(cast: Cast, part: str, answer: str) -> None:
    made, by = proposed(cast), getattr(cast, part)
    if answer in MAY[part]:
        ANSWERS[answer](by, made)
        assert state(made) != "open"
    else:
        with pytest.raises(Refused):
            ANSWERS[answer](by, made)
        assert state(made) == "open"


@pytest.mark.parametrize("first", ANSWERS)
@pytest.mark.parametrize("second", ANSWERS)
def test_of_two_who_answer_at_once_the_second_is_told_of_the_first(cast: Cast, first: str, second: str) -> None:
    made = proposed(cast)
    one, other = Proposal.objects.get(pk=made.pk), Proposal.objects.get(pk=made.pk)  # both pages were open
    ANSWERS[first](cast.operations, one)
    answered = state(made)
    with pytest.raises(Refused, match="answered by Otto Brandt"):
        ANSWERS[second](cast.admin, other)
    assert state(made) == answered
    assert ProcessVersion.objects.count() <= 2
    assert Experiment.objects.count() <= 1


def test_an_answer_is_to_the_words_that_were_read(cast: Cast) -> None:
    made = proposed(cast)
    services.change(by=cast.rep, proposal=made, wish=Wish(text=due("call", 1), base=1, reason="Now."), now=NOW)
    with pytest.raises(Refused, match="an answer to wording 1"):
        answering.adopt(by=cast.operations, proposal=made, revision=1, now=NOW)
    assert answering.adopt(by=cast.operations, proposal=made, revision=2, now=NOW) is not None


def test_an_edit_of_an_older_process_is_not_adopted(cast: Cast) -> None:
    made = proposed(cast)
    on_paper(cast, without("demo"), 2)
    for answer in ("adopt", "try"):
        with pytest.raises(Refused, match="by now it is at version 2") as refused:
            ANSWERS[answer](cast.operations, made)
        assert "bring it up to the newest process" in refused.value.next_step
    assert state(made) == "open"


def test_an_edit_is_brought_up_to_the_newest_process(cast: Cast) -> None:
    made = proposed(cast)
    newest = on_paper(cast, without("demo"), 2)
    found = answering.behind(made)
    assert found is not None
    assert found.since == ("Step “Product demo” was removed from stage Qualify.",)
    assert found.changes == ("Step “First call” must now be done within 7 days instead of 14.",)
    answering.bring_up(by=cast.rep, proposal=made, now=NOW)
    made.refresh_from_db()
    assert (made.base, made.revision) == (newest, 2)
    version = answering.adopt(by=cast.operations, proposal=made, now=NOW)
    assert version is not None
    assert version.text == due("call", 7, without("demo")).replace("version: 1", "version: 3")
    assert kinds(made) == ["made", "rebased", "adopted"]


def test_an_edit_that_no_longer_fits_is_told_where(cast: Cast) -> None:
    made = proposed(cast)
    on_paper(cast, due("call", 3), 2)
    with pytest.raises(Refused, match="step “First call”, when it is due: 7 days here, 3 days in the newest process"):
        answering.bring_up(by=cast.operations, proposal=made, now=NOW)


def test_what_the_process_says_by_now_need_not_be_asked_for(cast: Cast) -> None:
    made = proposed(cast)
    on_paper(cast, due("call", 7), 2)
    found = answering.behind(made)
    assert found is not None
    assert found.conflicts == ("the newest process says all of it already",)


def test_only_its_author_and_who_may_answer_bring_it_up(cast: Cast) -> None:
    made = proposed(cast)
    on_paper(cast, without("demo"), 2)
    for by in (cast.team_mate, cast.outsider):
        with pytest.raises(Refused):
            answering.bring_up(by=by, proposal=made, now=NOW)


def decided(cast: Cast, kind: str) -> Proposal:
    made = proposed(cast)
    experiment = answering.try_it(by=cast.operations, proposal=made, now=NOW)
    protocol = experiment.protocols.get()
    ExperimentDecision.objects.create(
        protocol=protocol,
        kind=kind,
        by=cast.operations,
        name="Otto",
        at=NOW,
        reason="Clear.",
        process_version=cast.organisation.process_versions.first(),
    )
    Experiment.objects.filter(pk=experiment.pk).update(state=Experiment.State.DECIDED)
    assert answering.follow_trials(now=NOW) == 1
    assert answering.follow_trials(now=NOW) == 0
    return made


def test_a_trial_that_was_adopted_adopts_the_proposal(cast: Cast) -> None:
    made = decided(cast, "adopt")
    assert (state(made), made.answer) == ("adopted", "Its trial was decided: adopted. Clear.")
    assert made.adopted_as is not None


def test_a_trial_that_was_rejected_declines_it(cast: Cast) -> None:
    assert state(decided(cast, "reject")) == "declined"


def test_a_proposal_waits_again_when_its_trial_is_withdrawn(cast: Cast) -> None:
    made = proposed(cast)
    experiment = answering.try_it(by=cast.operations, proposal=made, now=NOW)
    Experiment.objects.filter(pk=experiment.pk).update(state=Experiment.State.WITHDRAWN)
    answering.follow_trials(now=NOW + 30 * DAY)
    assert state(made) == "open"
    assert made.answer_by == NOW + 44 * DAY
    assert kinds(made) == ["made", "tried", "back"]


def told(made: Proposal) -> set[User]:
    return {each.person for each in ProposalNews.objects.filter(event__proposal=made)}


def test_author_and_supporters_are_told_and_nobody_else(cast: Cast) -> None:
    made = proposed(cast)
    services.support(by=cast.team_mate, proposal=made, on=True, now=NOW)
    services.support(by=cast.marketer, proposal=made, on=True, now=NOW)
    services.support(by=cast.marketer, proposal=made, on=False, now=NOW)
    answering.decline(by=cast.operations, proposal=made, reason="No.", now=NOW)
    assert told(made) == {cast.rep, cast.team_mate}


def test_an_owner_hears_of_what_another_answered(cast: Cast) -> None:
    made = proposed(cast)
    answering.decline(by=cast.manager, proposal=made, reason="No.", now=NOW)
    assert told(made) == {cast.rep, cast.operations}
