"""Settings, Connectors: who may open it, what it shows, and that the secret never comes back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.web.connectors.fakes import Answer, FakeHubSpot

from afteraction.web.connectors import services
from afteraction.web.connectors.models import Connector

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "pat-1"


@pytest.fixture
def as_operations(cast: Cast, client: Client) -> Client:
    client.force_login(cast.operations, backend=BACKEND)
    return client


def connected(cast: Cast, address: str) -> Connector:
    return services.connect(
        by=cast.operations, kind=Connector.Kind.HUBSPOT, address=address, client_id="", secret=SECRET, every="hour",
        now=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize("part", ["rep", "team_mate", "manager", "marketer", "executive"])
def test_only_operations_and_admins_open_connectors(cast: Cast, client: Client, part: str) -> None:
    connected(cast, "https://api.hubapi.com")
    client.force_login(getattr(cast, part), backend=BACKEND)
    assert client.get(reverse("connectors")).status_code == 403
    assert client.get(reverse("connector", args=["hubspot"])).status_code == 403
    for name in ("test-connector", "run-connector", "switch-connector", "remove-connector"):
        assert client.post(reverse(name, args=["hubspot"])).status_code == 403
    assert client.post(reverse("look-into-folder")).status_code == 403


def test_another_organisation_has_connectors_of_its_own(cast: Cast, client: Client) -> None:
    connected(cast, "https://api.hubapi.com")
    client.force_login(cast.outsider, backend=BACKEND)
    assert "Not connected" in client.get(reverse("connectors")).content.decode()
    for name in ("test-connector", "run-connector", "switch-connector", "remove-connector"):
        assert client.post(reverse(name, args=["hubspot"])).status_code == 404
    assert Connector.objects.exists()


def test_connecting_tests_at_once_and_shows_what_may_be_read(as_operations: Client, serve: Any) -> None:
    page = reverse("connector", args=["hubspot"])
    sent = {"address": serve(FakeHubSpot()).address, "secret": SECRET, "every": "six_hours"}
    assert as_operations.post(page, sent).status_code == 302
    text = as_operations.get(page).content.decode()
    assert "MISSING_SCOPES" in text
    assert SECRET not in text
    assert Connector.objects.get().secret not in text


def test_an_address_that_is_none_is_said_at_its_field(as_operations: Client) -> None:
    page = reverse("connector", args=["salesforce"])
    sent = {"address": "http://x.example", "client_id": "k", "secret": "s", "every": "night"}
    answer = as_operations.post(page, sent)
    assert answer.status_code == 422
    assert "an address like https" in answer.content.decode()
    assert not Connector.objects.exists()


def test_a_secret_left_empty_stays(cast: Cast, as_operations: Client, serve: Any) -> None:
    before = connected(cast, serve(FakeHubSpot()).address)
    sent = {"address": before.address, "secret": "", "every": "night"}
    assert as_operations.post(reverse("connector", args=["hubspot"]), sent).status_code == 302
    after = Connector.objects.get()
    assert (after.secret, after.every) == (before.secret, "night")


def test_a_run_that_failed_says_why(cast: Cast, as_operations: Client, serve: Any) -> None:
    connector = connected(cast, serve(lambda _: Answer(status=500)).address)
    run = services.begin_run(connector=connector, now=timezone.now())
    services.fail(run=run, message="the CRM is down", now=timezone.now())
    for url in (reverse("connectors"), reverse("connector", args=["hubspot"])):
        assert "the CRM is down" in as_operations.get(url).content.decode()


def test_home_says_which_crm_could_not_be_read(cast: Cast, as_operations: Client, serve: Any) -> None:
    connector = connected(cast, serve(lambda _: Answer(status=500)).address)
    run = services.begin_run(connector=connector, now=timezone.now())
    services.fail(run=run, message="the CRM is down", now=timezone.now())
    home = as_operations.get("/").content.decode()
    assert reverse("connector", args=["hubspot"]) in home
    assert "HubSpot could not be read" in home


def test_running_switching_and_removing_answer_with_what_was_done(
    cast: Cast, as_operations: Client, serve: Any
) -> None:
    connected(cast, serve(FakeHubSpot()).address)
    for name, told in (("run", "has begun"), ("run", "under way"), ("switch", "is off"), ("remove", "is gone")):
        answer = as_operations.post(reverse(f"{name}-connector", args=["hubspot"]), follow=True)
        assert told in answer.content.decode(), name


def test_an_unknown_crm_is_not_found(as_operations: Client) -> None:
    assert as_operations.get(reverse("connector", args=["fax"])).status_code == 404
