"""What everyone reads of a trial's result: on its page, on paper, outside of the protocol."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.experiments.looks import OPENS, OVER, bring, looked, running, wins

from afteraction.web.experiments.looking import look_at_trials
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GUARD = {"measure": {"kind": "days_to_won", "horizon": 60, "name": "days to won"}, "worst": 5.0}


def text_of(client: Client, user: User, address: str) -> str:
    client.force_login(user, backend=BACKEND)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def running_trial(cast: Cast, tmp_path: Path) -> Protocol:
    protocol = running(cast, guardrails=[GUARD])
    for days in (100, 125):
        looked(protocol, OPENS + timedelta(days=days), tmp_path, wins(protocol))
    return protocol


def test_before_the_first_look_the_page_says_when_it_can_come(cast: Cast, client: Client) -> None:
    protocol = running(cast)
    page = text_of(client, cast.rep, f"/experiments/{protocol.experiment_id}/")
    assert "No look yet" in page
    assert "1 May 2026" in page  # 60 days after 2 March


def test_the_page_shows_the_sequence_both_arms_guardrails_and_what_the_rule_says(
    cast: Cast, client: Client, running_trial: Protocol
) -> None:
    page = text_of(client, cast.rep, f"/experiments/{running_trial.experiment_id}/")
    for words in ("95% interval", "days to won", "Go on", "smallest effect that matters", "Can it still be answered?",
                  "Arms are as large as chance makes them", "Every look", "?arm=plan"):  # fmt: skip
        assert words in page
    assert "Decide</button>" not in page  # a rep does not
    assert "Decide</button>" in text_of(client, cast.manager, f"/experiments/{running_trial.experiment_id}/")


def test_other_measures_and_segments_are_on_a_page_of_their_own_and_called_exploratory(
    cast: Cast, client: Client, running_trial: Protocol
) -> None:
    page = text_of(client, cast.rep, f"/experiments/{running_trial.experiment_id}/exploratory")
    assert "Exploratory." in page
    assert "Enterprise" in page
    assert (
        "Enterprise" not in text_of(client, cast.rep, f"/experiments/{running_trial.experiment_id}/").split("Course")[0]
    )


def test_everything_is_on_one_paper(cast: Cast, client: Client, running_trial: Protocol) -> None:
    client.force_login(cast.rep, backend=BACKEND)
    answer = client.get(f"/experiments/{running_trial.experiment_id}/account.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_decision_on_the_page_is_made_with_its_reason_where_it_goes_against_the_rule(
    cast: Cast, client: Client, tmp_path: Path
) -> None:
    protocol = running(cast)
    bring(protocol, OVER + timedelta(days=1), tmp_path, wins(protocol, new=6, old=2))
    look_at_trials(organisation=cast.organisation, now=OVER + timedelta(days=2))
    client.force_login(cast.manager, backend=BACKEND)
    address = f"/experiments/{protocol.experiment_id}/decide"
    refused = client.post(address, {"kind": "reject", "reason": ""})
    assert refused.status_code == 422
    assert "Write why" in refused.content.decode()
    assert client.post(address, {"kind": "adopt", "reason": ""}).status_code == 302
    assert Experiment.objects.get().state == Experiment.State.DECIDED
    page = text_of(client, cast.rep, f"/experiments/{protocol.experiment_id}/")
    assert "The locked rule said: adopt" in page
