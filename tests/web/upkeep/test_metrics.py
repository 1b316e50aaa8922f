"""What a monitor is told, by whom it is asked, and that requests of all processes are counted."""

import re
import shutil
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast
from tests.web.jobs.processes import Installation, free_port, healthy, until

from afteraction.errors import Refused
from afteraction.web import environment
from afteraction.web.deals.models import IndexState
from afteraction.web.jobs.models import Worker
from afteraction.web.listening.models import Source
from afteraction.web.upkeep.last_backup import LastBackup, note_backup
from afteraction.web.upkeep.request_metrics import RequestMetrics

TOKEN = "a-token-of-some-length"
Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Values:
    """Every sample as Prometheus itself would read it."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for each in samples}


def asked(client: Client) -> Values:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return read(answer.content.decode())


@pytest.fixture
def watched(cast: Cast, settings: Any) -> Cast:
    settings.METRICS_TOKEN = TOKEN
    return cast


def test_nobody_reads_them_while_no_token_is_set(as_admin: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for given in ("", "Bearer ", "Bearer"):
        assert as_admin.get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN} ", "Bearer é"]
)
def test_without_the_token_there_is_nothing(watched: Cast, as_admin: Client, given: str) -> None:
    assert as_admin.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_they_tell_how_data_jobs_and_sources_stand(watched: Cast, client: Client, tmp_path: Path) -> None:
    now = timezone.now()
    organisation = watched.admin.organisation
    IndexState.objects.create(organisation=organisation, version=7, deals=70, made_at=now - timedelta(hours=2))
    Worker.objects.create(key="w", pid=1, started_at=now, beat_at=now - timedelta(seconds=12))
    for name, failures in (("a", 0), ("b", 3)):
        Source.objects.create(organisation=organisation, name=name, address=name, failures=failures, made_at=now)
    note_backup(tmp_path, LastBackup(now - timedelta(days=1), "/b", 5, is_encrypted=True))
    told = asked(client)
    assert told["afteraction_organisations", ()] == 2
    assert told["afteraction_data_version", ()] == 7
    assert told["afteraction_deals", ()] == 70
    assert told["afteraction_data_age_seconds", (("of", "oldest"),)] == pytest.approx(7200, abs=60)
    assert told["afteraction_worker_heartbeat_age_seconds", ()] == pytest.approx(12, abs=10)
    assert told["afteraction_sources_in_trouble", (("of", "listening"),)] == 1
    assert told["afteraction_backup_age_seconds", ()] == pytest.approx(86400, abs=60)
    assert told["afteraction_jobs", (("state", "failed"),)] == 0
    assert told["afteraction_memory_bytes", (("of", "pages"),)] > 10_000_000
    assert told["afteraction_database_up", ()] == 1


def test_no_name_of_anyone_is_in_them(watched: Cast, client: Client) -> None:
    client.get("/deals/secret-deal/?q=secret")
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    names = [
        watched.admin.organisation.name,
        watched.outsider.organisation.name,
        *(u.name for u in watched.insiders().values()),
    ]
    assert [name for name in (*names, "secret") if re.search(rf"\b{re.escape(name)}\b", told)] == []


def test_they_cost_the_same_however_much_there_is(
    watched: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(16):
        asked(client)


def test_requests_are_not_counted_while_nobody_may_read_them(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    with pytest.raises(MiddlewareNotUsed):
        RequestMetrics(lambda _request: None)  # type: ignore[arg-type,return-value]


def test_a_secret_comes_from_a_file_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of the file\n")
    monkeypatch.setenv("AFTERACTION_X_FILE", str(tmp_path / "secret"))
    assert environment.text("AFTERACTION_X", "none") == "of the file"
    monkeypatch.setenv("AFTERACTION_X", "said")
    assert environment.text("AFTERACTION_X", "none") == "said"
    monkeypatch.setenv("AFTERACTION_Y_FILE", str(tmp_path / "gone"))
    with pytest.raises(Refused, match="AFTERACTION_Y_FILE"):
        environment.text("AFTERACTION_Y", "none")


def test_requests_of_all_processes_are_counted_from_nothing(empty_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(empty_home, tmp_path / "home")
    (tmp_path / "token").write_text(TOKEN)
    here = Installation(home, {"AFTERACTION_METRICS_TOKEN_FILE": str(tmp_path / "token")})
    (home / "metrics" / "old").mkdir(parents=True)
    (home / "metrics" / "old.in_use").touch()  # what a server that was killed has left behind
    port = free_port()
    here.begin_server(port, workers=2)
    try:
        until(lambda: healthy(port), 60)
        before = _count(port, "healthz")
        for _ in range(20):
            assert healthy(port)
        assert _count(port, "healthz") == before + 20
        assert until(lambda: _count(port, "account_login") == 2, 60)  # each process warms itself up with that page
        assert not (home / "metrics" / "old").exists()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics")
    finally:
        here.begun[0].terminate()
        here.begun[0].wait(20)
    assert not [*(home / "metrics").iterdir()]


def _count(port: int, view: str) -> float:
    asking = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(asking, timeout=10) as answer:
        told = read(answer.read().decode())
    return sum(value for (name, labels), value in told.items()
               if name == "afteraction_requests_total" and ("view", view) in labels)  # fmt: skip
