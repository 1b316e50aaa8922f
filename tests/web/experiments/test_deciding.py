"""Decisions: what follows the rule, what goes against it, and what comes of adopting."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.cast import Cast
from tests.web.experiments.looks import OPENS, OVER, bring, grave, looked, running, wins

from afteraction.errors import Refused
from afteraction.web.experiments.cards import cards
from afteraction.web.experiments.deciding import decide, standing_of
from afteraction.web.experiments.looking import look_at_trials
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.insights.models import ProcessVersion

BEFORE = """\
process: Sale
version: 1
stages: [Qualify, Propose]
steps:
  - id: call
    stage: Qualify
    activity: [Call]
"""
AFTER = BEFORE + "  - id: plan\n    stage: Propose\n    activity: [Mutual plan]\n    required: true\n"
REASON = "The board wants it for the fair in autumn, whatever it does."


@pytest.fixture
def ended(cast: Cast, tmp_path: Path) -> Protocol:
    """A trial that is over, of which the rule says to adopt it."""
    ProcessVersion.objects.create(organisation=cast.organisation, number=1, text=BEFORE)
    ProcessVersion.objects.update(made_at=OPENS - timedelta(days=100))
    protocol = running(cast, new_process=AFTER)
    bring(protocol, OVER + timedelta(days=1), tmp_path, wins(protocol, new=6, old=2))
    look_at_trials(organisation=cast.organisation, now=OVER + timedelta(days=2))
    return protocol


NOW = OVER + timedelta(days=3)


def test_what_is_adopted_is_the_process_from_then_on_and_the_old_version_is_kept(cast: Cast, ended: Protocol) -> None:
    trial = Experiment.objects.get()
    standing = standing_of(trial)
    assert standing is not None
    assert (standing.rule_says, standing.with_rule) == ("adopt", ("adopt",))
    assert "Trials to decide" in [card.title for card in cards(cast.manager)]
    assert "Trials to decide" not in [card.title for card in cards(cast.operations)]  # who does not answer for it
    made = decide(by=cast.manager, experiment=trial, kind="adopt", now=NOW)
    assert not made.against_rule
    assert made.process_version is not None
    assert made.process_version.in_force_from == NOW
    assert "Mutual plan" in made.process_version.text
    assert cast.organisation.process_versions.count() == 2
    trial.refresh_from_db()
    assert trial.state == Experiment.State.DECIDED
    assert standing_of(trial) is None
    assert grave(trial) == []
    with pytest.raises(Refused, match="decided"):
        decide(by=cast.manager, experiment=trial, kind="reject", now=NOW)


def test_the_edit_is_made_on_the_process_as_it_is_by_then(cast: Cast, ended: Protocol) -> None:
    changed = BEFORE.replace("[Qualify, Propose]", "[Qualify, Propose, Close]").replace("version: 1", "version: 2")
    newer = ProcessVersion.objects.create(organisation=cast.organisation, number=2, text=changed)
    ProcessVersion.objects.filter(pk=newer.pk).update(made_at=OPENS)
    made = decide(by=cast.manager, experiment=ended.experiment, kind="adopt", now=NOW)
    assert made.process_version is not None
    assert "Close" in made.process_version.text
    assert "Mutual plan" in made.process_version.text


def test_against_the_rule_there_must_be_a_reason_and_it_shows(cast: Cast, ended: Protocol) -> None:
    trial = ended.experiment
    with pytest.raises(Refused, match="the decision extend"):  # which the locked rule does not ask for
        decide(by=cast.executive, experiment=trial, kind="extend", reason=REASON, now=NOW)
    with pytest.raises(Refused, match="against the rule"):
        decide(by=cast.executive, experiment=trial, kind="reject", reason="no", now=NOW)
    made = decide(by=cast.executive, experiment=trial, kind="reject", reason=REASON, now=NOW)
    assert made.against_rule
    assert (made.rule_said, made.reason) == ("adopt", REASON)
    assert cast.organisation.process_versions.count() == 1


def test_deciding_while_the_rule_has_not_spoken_is_against_it(cast: Cast, tmp_path: Path) -> None:
    protocol = running(cast)
    looked(protocol, OPENS + timedelta(days=125), tmp_path, wins(protocol, new=4, old=4))
    standing = standing_of(protocol.experiment)
    assert standing is not None
    assert standing.with_rule == ()
    assert decide(by=cast.manager, experiment=protocol.experiment, kind="reject", reason=REASON, now=NOW).against_rule


def test_a_trial_that_is_close_at_its_end_is_extended_once(cast: Cast, tmp_path: Path) -> None:
    protocol = running(cast, rule={"extend": 8, "hopeful": 0.2})
    bring(protocol, OVER + timedelta(days=1), tmp_path, wins(protocol, new=9, old=7, of=20))
    (made,) = look_at_trials(organisation=cast.organisation, now=OVER + timedelta(days=2))
    assert made.rule_says == "extend"
    decide(by=cast.manager, experiment=protocol.experiment, kind="extend", now=NOW)
    trial = Experiment.objects.get()
    assert trial.state == Experiment.State.RUNNING
    standing = standing_of(trial)
    assert standing is not None
    assert standing.with_rule == ()
    assert grave(trial) == []


def test_nobody_decides_but_who_answers_for_it(cast: Cast, ended: Protocol) -> None:
    for person in (cast.rep, cast.marketer, cast.operations, cast.outsider):
        with pytest.raises(Refused, match="who does not answer"):
            decide(by=person, experiment=ended.experiment, kind="adopt", now=NOW)
