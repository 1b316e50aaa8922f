"""Connectors through the API: what the page does, and never the secret."""

from tests.cast import Cast
from tests.web.api.conftest import As

from afteraction.web.connectors.models import Connector, Run

ADDRESS = "https://example.my.salesforce.com"
GIVEN = {"address": ADDRESS, "client_id": "key", "secret": "very hidden", "every": "hour"}
PATH = "/connectors/salesforce"


def test_a_crm_is_connected_and_its_secret_never_comes_out(cast: Cast, as_: As) -> None:
    operations = as_(cast.operations)
    made = operations("PUT", PATH, GIVEN)
    assert made.status_code == 200
    assert made.json()["address"] == ADDRESS
    assert Connector.objects.get().secret != GIVEN["secret"]
    for path in (PATH, "/connectors", f"{PATH}/runs"):
        answer = operations("GET", path)
        assert answer.status_code == 200
        assert "very hidden" not in answer.content.decode()
        assert Connector.objects.get().secret not in answer.content.decode()


def test_a_secret_stays_only_with_its_address(cast: Cast, as_: As) -> None:
    operations = as_(cast.operations)
    operations("PUT", PATH, GIVEN)
    assert operations("PUT", PATH, GIVEN | {"secret": "", "every": "night"}).json()["every"] == "night"
    moved = operations("PUT", PATH, GIVEN | {"secret": "", "address": "https://elsewhere.example"})
    assert moved.status_code == 422
    assert "no secret" in moved.content.decode()
    assert Connector.objects.get().address == ADDRESS


def test_a_run_begins_once(cast: Cast, as_: As) -> None:
    operations = as_(cast.operations)
    operations("PUT", PATH, GIVEN)
    assert [operations("POST", f"{PATH}/runs").status_code for _turn in range(2)] == [201, 409]
    assert Run.objects.count() == 1
    assert operations("GET", f"{PATH}/runs").json()["items"][0]["state"] == "fetching"


def test_off_is_off_and_gone_is_gone(cast: Cast, as_: As) -> None:
    operations = as_(cast.operations)
    operations("PUT", PATH, GIVEN)
    assert operations("PUT", f"{PATH}/on", {"on": False}).json()["next_at"] is None
    assert operations("DELETE", PATH).status_code == 204
    assert operations("GET", PATH).status_code == 404
    assert operations("PUT", "/connectors/excel", GIVEN).status_code == 422


def test_a_rep_neither_reads_nor_connects(cast: Cast, as_: As) -> None:
    rep = as_(cast.rep)
    assert rep("PUT", PATH, GIVEN).status_code == 403
    assert rep("GET", "/connectors").status_code == 403
