"""What people write about trials: kept whole or refused, once however often it is sent; and what is gone altogether."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from tests.cast import Cast
from tests.web.experiments.trials import LOCKED, document, locked
from tests.web.experiments.whole_trial import whole
from tests.web.test_second_factor import code_of

from afteraction.errors import Refused
from afteraction.web.experiments.deciding import decide
from afteraction.web.experiments.models import Experiment, ExperimentDecision
from afteraction.web.experiments.services import draft, new_version, save_plan, withdraw
from afteraction.web.people.models import Organisation
from afteraction.web.proposals import services as proposals
from afteraction.web.proposals.writing import Wish

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOTHING = "x" * 30
ASKED = Wish(kind="question", title="Before a demo", what="Who else decides?", reason="We find out too late.")


def test_a_plan_that_is_begun_twice_is_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager, backend=BACKEND)
    sent = {"title": "Plans \x00 first", "question": "Do they win?"}
    addresses = {client.post("/experiments/new/", sent)["Location"] for _twice in range(2)}
    assert len(addresses) == 1
    assert Experiment.objects.get().title == "Plans first"
    assert draft(by=cast.executive, title="Plans first", question="Do they win?", now=LOCKED).owner == cast.executive


def test_a_title_that_does_not_fit_is_refused_and_not_cut(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager, backend=BACKEND)
    answer = client.post("/experiments/new/", {"title": "x" * 100_000})
    assert answer.status_code == 422
    assert "100,000 characters" in answer.content.decode()
    with pytest.raises(Refused, match="a question of 1,001 characters"):
        draft(by=cast.manager, title="Plans", question="y" * 1001, now=LOCKED)
    assert not Experiment.objects.exists()


def test_a_key_that_is_held_down_is_no_reason(cast: Cast) -> None:
    protocol = locked(cast)
    trial = protocol.experiment
    for do in (
        lambda: decide(by=cast.manager, experiment=trial, kind="adopt", reason=NOTHING, now=LOCKED),
        lambda: new_version(by=cast.manager, experiment=trial, why=NOTHING, now=LOCKED),
        lambda: withdraw(by=cast.manager, experiment=trial, why=NOTHING, now=LOCKED),
        lambda: proposals.propose(by=cast.rep, wish=replace(ASKED, reason=NOTHING), now=LOCKED),
    ):
        with pytest.raises(Refused, match=r"hardly a reason|as a reason"):
            do()
    with pytest.raises(Refused, match="a reason of 501 characters"):
        withdraw(by=cast.manager, experiment=trial, why="why " * 125 + "x", now=LOCKED)


def test_signs_that_no_database_keeps_are_left_out(cast: Cast, client: Client) -> None:
    made = proposals.propose(by=cast.rep, wish=replace(ASKED, title="Before\x00 a demo"), now=LOCKED)
    assert made.title == "Before a demo"
    assert proposals.comment(by=cast.rep, proposal=made, text="Well\x00 said", now=LOCKED).text == "Well said"
    protocol = locked(cast)
    client.force_login(cast.rep, backend=BACKEND)
    assert client.get(f"/experiments/{protocol.experiment_id}/ledger/?receipt=%00a").status_code == 200
    assert client.post("/experiments/on-deal", {"deal": "a\x00"}).status_code == 404
    withdraw(by=cast.manager, experiment=protocol.experiment, why="Too\x00 soon", now=LOCKED)
    assert "Too soon" in protocol.experiment.ledger.latest("place").content


def test_a_plan_that_is_open_in_a_browser_when_it_is_locked_or_over_says_so(cast: Cast, client: Client) -> None:
    trial = locked(cast).experiment
    client.force_login(cast.manager, backend=BACKEND)
    address = f"/experiments/{trial.pk}/plan/"
    for answer in (client.get(address), client.post(address, {"title": "Other"})):
        assert answer.status_code == 422
        assert "begin a new version of it" in answer.content.decode()
    assert "no longer be planned" in client.post(f"{address}size/", {"title": "Other"}).content.decode()
    new_version(by=cast.manager, experiment=trial, why="Too few", now=LOCKED)
    assert client.get(address).status_code == 200
    withdraw(by=cast.manager, experiment=trial, why="Another is better", now=LOCKED)
    assert "a trial that is withdrawn" in client.get(address).content.decode()
    client.force_login(cast.operations, backend=BACKEND)
    assert client.get(address).status_code == 404  # who does not answer for it


def test_changes_are_marked_in_the_navigation_on_pages_of_trials(cast: Cast, client: Client) -> None:
    client.force_login(cast.rep, backend=BACKEND)
    for address in ("/changes/", "/experiments/", "/experiments/before-after/"):
        page = client.get(address).content.decode()
        side = page.split('class="side-links"', 1)[1].split("</nav>", 1)[0]
        [marked] = [link for link in side.split("<a ")[1:] if "aria-current" in link]
        assert "Changes" in marked


def test_an_organisation_and_a_trial_can_be_deleted_with_all_that_was_decided(cast: Cast) -> None:
    whole(cast).experiment.delete()
    assert not ExperimentDecision.objects.exists()
    for rest in (cast.organisation.deals, cast.organisation.process_versions):
        rest.all().delete()
    whole(cast)
    assert ExperimentDecision.objects.exclude(look=None).exists()
    Organisation.objects.get(pk=cast.organisation.pk).delete()
    assert not Experiment.objects.exists()


def test_who_has_no_password_signs_with_their_second_factor(cast: Cast, client: Client) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.manager, secret)
    cast.manager.set_unusable_password()
    cast.manager.save()
    trial = draft(by=cast.manager, title="Plans", now=LOCKED)
    first = (LOCKED + timedelta(days=3650)).date()
    written = document(starts_on=first.isoformat(), assign_until=(first + timedelta(days=60)).isoformat())
    made = save_plan(
        by=cast.manager, experiment=trial, answers={}, document=written, sponsor=cast.executive, now=LOCKED
    )
    client.force_login(cast.manager, backend=BACKEND)
    address: Any = f"/experiments/{trial.pk}/sign/"
    asked = client.post(address, {"digest": made.digest})
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not made.signatures.exists()
    assert client.post(asked["Location"], {"code": "000000"}).status_code == 200
    assert not made.signatures.exists()
    cache.clear()
    client.post(asked["Location"], {"code": code_of(secret)}, follow=True)
    if not made.signatures.exists():
        client.post(address, {"digest": made.digest})
    assert made.signatures.get().person == cast.manager
