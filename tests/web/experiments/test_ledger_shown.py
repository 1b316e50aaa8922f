"""What the ledger found is shown, mailed and told; what is locked is not changed by any page or service."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.experiments.trials import LOCKED, begin_many, document, locked
from tests.web.experiments.whole_trial import LATER, settled_whole

from afteraction.web.api.tokens import make_token
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.models import (
    Experiment,
    Look,
    Protocol,
)
from afteraction.web.experiments.services import hand_over, new_version, save_plan
from afteraction.web.experiments.signing import sign
from afteraction.web.experiments.verifying import verify
from afteraction.web.experiments.watching import watch

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def decided(cast: Cast, django_capture_on_commit_callbacks: Any) -> Protocol:
    return settled_whole(cast, django_capture_on_commit_callbacks)


@pytest.fixture
def assigned(cast: Cast, django_capture_on_commit_callbacks: Any) -> Protocol:
    with django_capture_on_commit_callbacks(execute=True):
        protocol = locked(cast)
        begin_many(cast.organisation, 12)
        assign(experiment=protocol.experiment, now=LATER)
    return protocol


def test_the_page_shows_it_to_everyone_and_the_home_to_owners(cast: Cast, assigned: Protocol, client: Client) -> None:
    client.force_login(cast.rep, backend=BACKEND)
    address = f"/experiments/{assigned.experiment_id}/"
    assert "not as it was settled" not in client.get(address).content.decode()
    for change in (_spoil_document, _spoil_text):
        change(assigned)
        page = client.get(address)
        assert page.status_code == 200
        assert "This trial is not as it was settled" in page.content.decode()
    assert "tampered with" not in client.get("/").content.decode()
    client.force_login(cast.manager, backend=BACKEND)
    assert "Trials that were tampered with" in client.get("/").content.decode()
    assert "Not as it was settled" in client.get("/experiments/").content.decode()


def test_a_result_of_another_shape_is_told_on_the_page_instead_of_breaking_it(
    cast: Cast, decided: Protocol, client: Client
) -> None:
    client.force_login(cast.rep, backend=BACKEND)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE experiments_look SET result = %s", ['["anything"]'])
    page = client.get(f"/experiments/{decided.experiment_id}/")
    assert page.status_code == 200
    assert "was changed: its result" in page.content.decode()


def _spoil_document(protocol: Protocol) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE experiments_protocol SET document = '{}' WHERE id = %s", [protocol.pk])


def _spoil_text(protocol: Protocol) -> None:
    Protocol.objects.filter(pk=protocol.pk).update(text='{"nothing": true}')


def test_the_daily_watch_mails_what_it_finds(cast: Cast, decided: Protocol, mailoutbox: list[Any]) -> None:
    watch(organisation=cast.organisation, now=LATER)
    assert mailoutbox == []
    Look.objects.update(rule_says="adopt")
    watch(organisation=cast.organisation, now=LATER)
    assert {to for mail in mailoutbox for to in mail.to} == {cast.manager.email, cast.executive.email, cast.admin.email}
    assert "The look of" in mailoutbox[0].body


def test_a_locked_protocol_is_refused_to_be_changed_through_services_and_pages(
    cast: Cast, decided: Protocol, client: Client
) -> None:
    from afteraction.errors import Refused

    with pytest.raises(Refused, match="locked"):
        save_plan(by=cast.manager, experiment=decided.experiment, answers={}, document=document(), now=LATER)
    client.force_login(cast.manager, backend=BACKEND)
    key = decided.experiment_id
    answer = client.post(f"/experiments/{key}/plan/", {"title": "Other"})
    assert answer.status_code == 422
    assert "a trial that is decided" in answer.content.decode()
    assert client.post(f"/experiments/{key}/protocols/1/", {"text": "{}"}).status_code == 405
    assert client.get("/admin/").status_code == 404, "there is no Django admin"
    assert verify(decided.experiment) == []


def test_signatures_are_withdrawn_by_a_change_and_the_ledger_keeps_that(cast: Cast) -> None:
    from afteraction.web.experiments.services import draft

    trial = draft(by=cast.manager, title="Plans", now=LOCKED)
    protocol = save_plan(
        by=cast.manager, experiment=trial, answers={}, document=document(), sponsor=cast.executive, now=LOCKED
    )
    sign(by=cast.manager, experiment=trial, digest=protocol.digest, now=LOCKED)
    changed = save_plan(
        by=cast.manager, experiment=trial, answers={}, document=document(hypothesis="Other."), sponsor=cast.executive,
        now=LOCKED,
    )  # fmt: skip
    assert changed.signatures.count() == 0
    assert list(trial.ledger.values_list("kind", flat=True)) == ["signed", "unsigned"]
    assert {each.kind for each in verify(trial)} == {"file behind"}


def test_a_new_version_restarts_the_clock_and_the_old_one_stays(cast: Cast) -> None:
    old = locked(cast)
    new = new_version(by=cast.manager, experiment=old.experiment, why="Too few deals", now=LATER)
    again = document(starts_on="2026-04-06")
    new = save_plan(by=cast.manager, experiment=old.experiment, answers={}, document=again, now=LATER)
    for person in (cast.manager, cast.executive):
        sign(by=person, experiment=old.experiment, digest=new.digest, now=LATER)
    new.refresh_from_db()
    assert (new.version, new.locked_at, new.why) == (2, LATER, "Too few deals")
    assert Protocol.objects.get(pk=old.pk).locked_at == LOCKED
    assert {each.kind for each in verify(old.experiment)} == {"file behind"}
    hand_over(by=cast.manager, experiment=old.experiment, owner=cast.operations, sponsor=cast.executive, now=LATER)
    assert {each.kind for each in verify(Experiment.objects.get(pk=old.experiment_id))} == {"file behind"}


def test_the_api_tells_what_was_settled_without_whose_deals(cast: Cast, decided: Protocol, client: Client) -> None:
    secret = make_token(user=cast.rep, name="any", now=timezone.now())[1]
    address = f"/api/v1/trials/{decided.experiment_id}"
    told = client.get(f"{address}/ledger", headers={"Authorization": f"Bearer {secret}"}).json()["items"]
    assert {each["kind"] for each in told if not each["content"]} == {"assigned", "exposed"}
    assert [each["place"] for each in told] == sorted((each["place"] for each in told), reverse=True)
    Look.objects.update(rule_says="adopt")
    found = client.get(address, headers={"Authorization": f"Bearer {secret}"}).json()
    assert [each["kind"] for each in found["tampered"]] == ["look"]


def test_the_api_changes_nothing_of_a_locked_trial(cast: Cast, decided: Protocol, client: Client) -> None:
    secret = make_token(user=cast.executive, name="any", now=timezone.now())[1]
    address = f"/api/v1/trials/{decided.experiment_id}"
    for place in (address, f"{address}/protocols/{decided.version}", f"{address}/ledger", f"{address}/deals"):
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(
                place, {"title": "x"}, content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
            )
            assert answer.status_code == 405, (method, place)
    assert verify(decided.experiment) == []
