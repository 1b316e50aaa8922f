"""A connector from its secret to the record: fetched, resumed, imported, told."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from tests.cast import Cast
from tests.web.connectors.fakes import Answer, Asked, FakeHubSpot, FakeSalesforce, Server

from afteraction.errors import Refused
from afteraction.lake.store import Lake
from afteraction.web.connectors import fetching, services, tasks
from afteraction.web.connectors.client import Unanswered
from afteraction.web.connectors.models import Connector, Run
from afteraction.web.connectors.sealing import seal, unseal
from afteraction.web.data import tasks as data_tasks
from afteraction.web.data.models import Import
from afteraction.web.jobs.services import Later

Kind = Connector.Kind
NOW = timezone.now()


def salesforce(cast: Cast, server: Server, secret: str = "s3cret") -> Connector:
    return services.connect(
        by=cast.operations, kind=Kind.SALESFORCE, address=server.address, client_id="key", secret=secret,
        every="night", now=NOW,
    )  # fmt: skip


def hubspot(cast: Cast, server: Server, secret: str = "pat-1") -> Connector:
    return services.connect(
        by=cast.operations,
        kind=Kind.HUBSPOT,
        address=server.address,
        client_id="",
        secret=secret,
        every="hour",
        now=NOW,
    )


def ran(connector: Connector, at: datetime = NOW) -> Run:
    """A run with all jobs that follow from it."""
    run = services.begin_run(connector=connector, now=at)
    tasks.fetch_run.call(run_id=run.pk)
    return settled(run)


def settled(run: Run) -> Run:
    run.refresh_from_db()
    if run.import_made:
        data_tasks.look_at_files.call(import_id=run.import_made.pk)
        data_tasks.import_files.call(import_id=run.import_made.pk)
        run.import_made.refresh_from_db()
    return run


def rows(cast: Cast, table: str) -> list[dict[str, Any]]:
    snapshot = Lake(cast.organisation.home).current()
    assert snapshot is not None
    import pyarrow.parquet as parquet

    return [row for path in snapshot.files(table) for row in parquet.read_table(path).to_pylist()]


def test_salesforce_becomes_deals_stages_touches_and_people_by_itself(cast: Cast, serve: Any) -> None:
    run = ran(salesforce(cast, serve(FakeSalesforce())))
    assert run.import_made is not None, run.message
    assert run.import_made.state == "done", run.import_made.message
    assert run.import_made.maker == "Salesforce"
    deals = {row["deal_id"]: row for row in rows(cast, "deals")}
    assert len(deals) == 7
    assert sorted(row["outcome"] for row in deals.values()) == ["lost", "lost", "open", "open", "won", "won", "won"]
    assert {row["Region__c"] for row in deals.values()} == {"North", None}
    assert len(rows(cast, "stage_changes")) == 7
    assert len(rows(cast, "touches")) == 1
    assert [row["name"] for row in rows(cast, "accounts")] == ["Initech"]
    assert run.rows["Opportunity"] == 7
    assert set(run.unread) == {"UserRole", "Contact", "Event", "Lead", "LeadHistory", "Campaign", "CampaignMember"}
    assert not run.folder.exists()


def test_hubspot_becomes_deals_with_the_history_of_their_stages(cast: Cast, serve: Any) -> None:
    run = ran(hubspot(cast, serve(FakeHubSpot())))
    assert run.import_made is not None, run.message
    assert run.import_made.state == "done", run.import_made.message
    deals = rows(cast, "deals")
    assert sorted(row["outcome"] for row in deals) == ["lost"] * 3 + ["open"] * 3 + ["won"] * 3
    assert {row["pipeline"] for row in deals} == {"Sales"}
    assert {row["account_id"] for row in deals} == {"100"}
    assert {row["region"] for row in deals} == {"North"}
    stages = {row["stage"] for row in rows(cast, "stage_changes")}
    assert stages == {"Qualify", "Won", "Lost"}
    people = {row["side"]: row for row in rows(cast, "people")}
    assert (people["us"]["name"], people["us"]["team"], people["buyer"]["name"]) == ("Ada Winter", "North", "Bo Lee")
    assert {row["deal_id"] for row in rows(cast, "touches")} == {"100"}
    assert run.unread == {"emails": "MISSING_SCOPES needs sales-email-read"}


def test_the_second_run_asks_for_changes_alone(cast: Cast, serve: Any) -> None:
    servers = serve(FakeSalesforce()), serve(FakeHubSpot())
    for connector in (salesforce(cast, servers[0]), hubspot(cast, servers[1])):
        ran(connector, NOW)
    before = [len(each.asked) for each in servers]
    for connector in Connector.objects.all():
        run = ran(connector, NOW + timedelta(days=1))
        assert run.since == NOW - services.OVERLAP
    queries = [a.query["q"] for a in servers[0].asked[before[0] :] if a.path.endswith("/query")]
    told = f"{run.since:%Y-%m-%dT%H:%M:%SZ}"
    assert any(q.endswith(f" FROM Opportunity WHERE SystemModstamp >= {told}") for q in queries)
    assert any(f"OpportunityId IN (SELECT Id FROM Opportunity WHERE SystemModstamp >= {told})" in q for q in queries)
    searches = [a.body for a in servers[1].asked[before[1] :] if a.path.endswith("/deals/search")]
    assert searches[0]["filterGroups"][0]["filters"][0]["value"] == str(int(run.since.timestamp() * 1000))


def test_a_search_goes_on_above_the_last_id_and_so_never_ends_at_ten_thousand(cast: Cast, serve: Any) -> None:
    fake = FakeHubSpot()

    def paged(asked: Asked) -> Answer:
        answer = fake(asked)
        if asked.path.endswith("/deals/search") and answer.body["results"]:
            above = int(asked.body["filterGroups"][0]["filters"][1]["value"])
            if above < 108:
                answer.body = {"results": [{"id": str(max(above, 105) + 1)}], "paging": {"next": {"after": "1"}}}
        return answer

    connector = hubspot(cast, serve(FakeHubSpot()))
    ran(connector)
    server = serve(paged)
    Connector.objects.update(address=server.address)
    connector.refresh_from_db()
    run = ran(connector, NOW + timedelta(hours=1))
    above = [a.body["filterGroups"][0]["filters"][1]["value"] for a in server.asked if a.path.endswith("/deals/search")]
    assert above == ["0", "106", "107", "108"]
    assert run.rows["deals"] == 3


def test_a_session_that_ends_in_the_middle_is_opened_again(cast: Cast, serve: Any) -> None:
    fake = FakeSalesforce(session=4)
    run = ran(salesforce(cast, serve(fake)))
    assert run.import_made is not None, run.message
    assert run.rows["Opportunity"] == 7
    assert fake.signed_in > 2


@pytest.mark.parametrize(("connect", "fake"), [(salesforce, FakeSalesforce), (hubspot, FakeHubSpot)])
def test_a_wrong_secret_is_said_in_the_words_of_the_crm_and_never_itself(
    cast: Cast, serve: Any, connect: Any, fake: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connector = connect(cast, serve(fake()), secret="hunter2-not-valid")
    services.test(connector=connector, now=NOW)
    assert "does not accept" in connector.tested["message"]
    run = ran(connector)
    assert run.state == "failed"
    assert "does not accept" in run.message
    everything = str([connector.tested, run.message, caplog.text, list(LogEntry.objects.values())])
    assert "hunter2-not-valid" not in everything + connector.secret
    assert connector.secret not in everything


def test_a_test_tells_what_may_be_read(cast: Cast, serve: Any) -> None:
    connector = hubspot(cast, serve(FakeHubSpot()))
    services.test(connector=connector, now=NOW)
    told = {each["name"]: each["is_readable"] for each in connector.tested["objects"]}
    assert told["deals"]
    assert not told["emails"]


def test_without_deals_nothing_runs(cast: Cast, serve: Any) -> None:
    data = {"Account": FakeSalesforce().data["Account"]}
    run = ran(salesforce(cast, serve(FakeSalesforce(data=data))))
    assert run.state == "failed"
    assert "Opportunity cannot be read" in run.message


@pytest.mark.parametrize("killed_at", ["before the page", "before the position"])
def test_a_worker_killed_between_two_pages_goes_on_there(
    cast: Cast, serve: Any, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    server = serve(FakeSalesforce())
    run = services.begin_run(connector=salesforce(cast, server), now=NOW)
    write, left = fetching._write, iter(range(3))

    def dying(path: Path, text: str) -> None:
        if (path.name == "position.json") is (killed_at == "before the position") and next(left, None) is None:
            raise KeyboardInterrupt
        write(path, text)

    monkeypatch.setattr(fetching, "_write", dying)
    with pytest.raises(KeyboardInterrupt):
        tasks.fetch_run.call(run_id=run.pk)
    monkeypatch.setattr(fetching, "_write", write)
    asked = len(server.asked)
    tasks.fetch_run.call(run_id=run.pk)
    run = settled(run)
    first = [a.query["q"] for a in server.asked[asked:] if "q" in a.query and " FROM Opportunity" in a.query["q"]]
    assert not any(q[q.index(" FROM") :] == " FROM Opportunity" for q in first), "the first object was read again"
    assert run.rows["Opportunity"] == 7
    assert len(rows(cast, "deals")) == 7


def test_a_worker_killed_while_handing_over_makes_one_import(
    cast: Cast, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.begin_run(connector=hubspot(cast, serve(FakeHubSpot())), now=NOW)
    add, left = services.data.add_file, iter(range(2))

    def dying(**given: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return add(**given)

    monkeypatch.setattr(services.data, "add_file", dying)
    with pytest.raises(KeyboardInterrupt):
        tasks.fetch_run.call(run_id=run.pk)
    monkeypatch.setattr(services.data, "add_file", add)
    for _ in range(2):
        tasks.fetch_run.call(run_id=run.pk)
    run = settled(run)
    assert Import.objects.count() == 1
    assert len(rows(cast, "deals")) == 9


def test_a_place_that_the_crm_has_forgotten_is_read_again_from_the_start(cast: Cast, serve: Any) -> None:
    fake, lost = FakeSalesforce(), iter([True])

    def forgetful(asked: Asked) -> Answer:
        if "/query/Opportunity-6" in asked.path and next(lost, False):
            return Answer([{"errorCode": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}], 400)
        return fake(asked)

    run = ran(salesforce(cast, serve(forgetful)))
    assert run.rows["Opportunity"] == 7
    assert len(rows(cast, "deals")) == 7


def test_a_crm_that_asks_to_wait_gets_its_wait_and_keeps_the_place(cast: Cast, serve: Any) -> None:
    fake, limited = FakeHubSpot(), iter([True])

    def limiting(asked: Asked) -> Answer:
        if asked.path.endswith("/deals/batch/read") and next(limited, False):
            return Answer({"policyName": "TEN_SECONDLY_ROLLING"}, 429, {"Retry-After": "10"})
        return fake(asked)

    server = serve(limiting)
    run = services.begin_run(connector=hubspot(cast, server), now=timezone.now())
    with pytest.raises(Later) as later:
        tasks.fetch_run.call(run_id=run.pk)
    assert later.value.wait == timedelta(seconds=10)
    tasks.fetch_run.call(run_id=run.pk)
    assert server.paths().count("/crm/v3/pipelines/deals") == 1
    assert settled(run).rows["deals"] == 9


def test_a_server_that_stays_silent_fails_the_job_and_at_last_the_run(cast: Cast, serve: Any) -> None:
    run = services.begin_run(connector=hubspot(cast, serve(lambda _: Answer(status=502))), now=NOW)
    with pytest.raises(Unanswered):
        tasks.fetch_run.call(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == "fetching"
    tasks.run_given_up("it did not answer", run.pk)
    run.refresh_from_db()
    assert (run.state, run.message) == ("failed", "it did not answer")


def test_nothing_new_makes_no_import_and_moves_on(cast: Cast, serve: Any) -> None:
    connector = hubspot(cast, serve(FakeHubSpot()))
    ran(connector)
    server = serve(lambda asked: Answer({"results": []}) if "search" in asked.path else FakeHubSpot()(asked))
    Connector.objects.update(address=server.address)
    connector.refresh_from_db()
    run = ran(connector, NOW + timedelta(hours=1))
    assert run.state == "nothing", run.message
    assert (
        services.begin_run(connector=connector, now=NOW + timedelta(hours=2)).since == run.began_at - services.OVERLAP
    )


def test_what_is_due_begins_once_and_waits_for_the_run_before(cast: Cast, serve: Any) -> None:
    connector = hubspot(cast, serve(FakeHubSpot()))
    assert services.begin_due(now=NOW) == []
    later = NOW + timedelta(hours=2)
    assert len(services.begin_due(now=later)) == 1
    assert services.begin_due(now=later) == []
    with pytest.raises(Refused, match="under way"):
        services.begin_run(connector=connector, now=later)
    connector.refresh_from_db()
    services.switch(connector=connector, on=False, now=later)
    assert services.begin_due(now=later + timedelta(days=2)) == []


def test_a_failed_import_is_fetched_again_from_where_the_last_good_one_was(cast: Cast, serve: Any) -> None:
    connector = hubspot(cast, serve(FakeHubSpot()))
    first = ran(connector)
    second = services.begin_run(connector=connector, now=NOW + timedelta(hours=1))
    services.fail(run=second, message="disk full", now=NOW)
    third = services.begin_run(connector=connector, now=NOW + timedelta(hours=2))
    assert third.since == first.began_at - services.OVERLAP


def test_a_secret_is_sealed_and_opens_only_with_the_key_of_this_installation(settings: Any) -> None:
    sealed = seal("s3cret")
    assert "s3cret" not in sealed
    assert unseal(sealed) == "s3cret"
    settings.SECRET_KEY = "another"
    with pytest.raises(Refused, match="another AFTERACTION_SECRET_KEY"):
        unseal(sealed)


def test_a_secret_is_not_sent_to_another_address_than_it_was_given_for(cast: Cast, serve: Any) -> None:
    hubspot(cast, serve(FakeHubSpot()))
    with pytest.raises(Refused, match="no secret"):
        services.connect(
            by=cast.operations, kind=Kind.HUBSPOT, address="https://evil.example", client_id="", secret="",
            every="hour", now=NOW,
        )  # fmt: skip


def test_removing_forgets_the_secret_and_keeps_what_it_brought(cast: Cast, serve: Any) -> None:
    connector = hubspot(cast, serve(FakeHubSpot()))
    ran(connector)
    services.remove(connector=connector)
    assert not Connector.objects.exists()
    assert Import.objects.get().state == "done"
    assert len(rows(cast, "deals")) == 9
