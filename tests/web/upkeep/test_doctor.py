"""The doctor finds what is wrong, says what to do, and changes nothing."""

import json
import os
import resource
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast
from tests.mail_server import mail_server
from tests.recorded import Record
from tests.web.jobs.processes import Installation

from afteraction.errors import Refused
from afteraction.web.connectors.models import Connector, Run
from afteraction.web.deals.models import IndexState
from afteraction.web.jobs import schedule
from afteraction.web.jobs.models import Schedule, Worker
from afteraction.web.listening.models import Source
from afteraction.web.people.bootstrap import prepare_database, refuse_newer_tables
from afteraction.web.upkeep import doctor, doctor_machine
from afteraction.web.upkeep.doctor import examine
from afteraction.web.upkeep.findings import Finding, State
from afteraction.web.upkeep.last_backup import LastBackup, note_backup

NOW = timezone.now() + timedelta(hours=12)  # no file of the tests is younger, however long they take
MEMORY = "django.core.mail.backends.locmem.EmailBackend"


class Site(NamedTuple):
    """A home in which all is well, and the people in its database."""

    home: Path
    cast: Cast

    @property
    def lake(self) -> Path:
        return self.cast.organisation.home.lake


@pytest.fixture
def site(cast: Cast, record: Record, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # browser tests of the same process set it
    settings.HOME = home = tmp_path / "home"
    settings.EMAIL_BACKEND = MEMORY
    shutil.copytree(record.home, cast.organisation.home.folder)
    (home / "secret-key").touch(mode=0o600)
    home.chmod(0o700)
    organisation = cast.organisation
    version = int(max(path.stem for path in (cast.organisation.home.lake / "versions").glob("*.json")))
    IndexState.objects.update_or_create(organisation=organisation, defaults={"version": version})
    Worker.objects.create(key="w", pid=os.getpid(), started_at=NOW, beat_at=NOW)
    schedule.declare(now=NOW)
    note_backup(home, LastBackup(NOW, "/backups/b", 1, is_encrypted=True))
    return Site(home, cast)


def told(*, online: bool = False) -> list[Finding]:
    return list(examine(now=NOW + timedelta(seconds=5), online=online).findings)


def bad(**asked: bool) -> list[Finding]:
    return [each for each in told(**asked) if each.state != State.OK]


def test_nothing_is_said_against_a_home_in_which_all_is_well(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_machine, "NEARLY_FULL", 0)
    monkeypatch.setattr(doctor_machine, "NEARLY_FULL_SHARE", 0)
    assert bad() == []
    found = {each.check for each in told()}
    assert {name for name, _check in doctor.WITHOUT_TABLES} <= found
    assert {"data", "worker", "jobs", "schedules", "connectors", "listening", "mail", "migrations"} <= found


def open_key(site: Site) -> None:
    (site.home / "secret-key").chmod(0o644)


def open_home(site: Site) -> None:
    site.home.chmod(0o755)


def lose_a_file(site: Site) -> None:
    next((site.lake / "tables" / "deals").glob("*.parquet")).unlink()


def damage_a_version(site: Site) -> None:
    max((site.lake / "versions").glob("*.json")).write_text("{")


def lose_rows(site: Site) -> None:
    path = max((site.lake / "versions").glob("*.json"))
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"rows": content["rows"] | {"deals": 1}}))


def stop_following(site: Site) -> None:
    IndexState.objects.update(version=0)
    path = max((site.lake / "versions").glob("*.json"))
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"at": (NOW - timedelta(hours=3)).isoformat()}))


def belong_to_nobody(site: Site) -> None:
    (site.home / "organisations" / "nobody" / "lake").mkdir(parents=True)


def lose_the_worker(_site: Site) -> None:
    Worker.objects.update(beat_at=NOW - timedelta(minutes=5))


def put_a_clock_back(_site: Site) -> None:
    Worker.objects.update(beat_at=NOW + timedelta(hours=1))


def have_no_worker(_site: Site) -> None:
    Worker.objects.all().delete()


def _job(**fields: Any) -> None:
    job = DBTaskResult.objects.create(
        task_path="afteraction.web.jobs.tasks.tidy_up", args_kwargs={"args": [], "kwargs": {}}, queue_name="default",
        backend_name="default", run_after=NOW - timedelta(days=2), exception_class_path="builtins.OSError",
        traceback="",
    )  # fmt: skip
    DBTaskResult.objects.filter(pk=job.pk).update(**fields)


def fail(_site: Site) -> None:
    _job(status=TaskResultStatus.FAILED, finished_at=NOW)


def be_stuck(_site: Site) -> None:
    _job(status=TaskResultStatus.RUNNING, started_at=NOW - timedelta(hours=9))


def wait_long(_site: Site) -> None:
    _job(status=TaskResultStatus.READY, enqueued_at=NOW - timedelta(hours=5))


def be_overdue(_site: Site) -> None:
    Schedule.objects.filter(name="tidy up").update(next_at=NOW - timedelta(hours=5))


def forget_a_schedule(_site: Site) -> None:
    Schedule.objects.filter(name="tidy up").delete()


def break_a_connector(site: Site) -> None:
    connector = Connector.objects.create(
        organisation=site.cast.organisation, kind="hubspot", address="x", secret="x", secret_given_at=NOW
    )
    Run.objects.create(connector=connector, state=Run.State.FAILED, began_at=NOW, message="the token was revoked")


def break_a_source(site: Site) -> None:
    Source.objects.create(
        organisation=site.cast.organisation, name="n", address="a", failures=4, trouble="404", made_at=NOW
    )


def come_from_the_future(site: Site) -> None:
    (site.home / "later").touch()
    at = (NOW + timedelta(hours=1)).timestamp()
    os.utime(site.home / "later", (at, at))


def back_up_long_ago(site: Site) -> None:
    note_backup(site.home, LastBackup(NOW - timedelta(days=9), "/b", 1, is_encrypted=False))


def never_back_up(site: Site) -> None:
    (site.home / ".last-backup.json").write_text("{")


@pytest.mark.parametrize(
    ("spoil", "state", "check", "found"),
    [
        (open_key, State.WRONG, "home", "can be read by others"),
        (open_home, State.WARN, "home", "can be entered by others"),
        (lose_a_file, State.WRONG, "data", "1 files of deals are missing"),
        (damage_a_version, State.WRONG, "data", "is damaged"),
        (lose_rows, State.WRONG, "data", "was published with 1"),
        (stop_following, State.WRONG, "pages", "pages show version 0"),
        (belong_to_nobody, State.WARN, "data", "organisations/nobody: data of no organisation"),
        (lose_the_worker, State.WRONG, "worker", "5 min ago"),
        (put_a_clock_back, State.WRONG, "worker", "60 min ahead"),
        (have_no_worker, State.WARN, "worker", "none runs"),
        (fail, State.WARN, "jobs", "tidy_up was given up 1 times in a day, the last time by OSError"),
        (be_stuck, State.WARN, "jobs", "tidy_up has been running for 9 h"),
        (wait_long, State.WARN, "jobs", "the oldest since 5 h"),
        (be_overdue, State.WRONG, "schedules", "1 overdue, 'tidy up' by 5 h"),
        (forget_a_schedule, State.WARN, "schedules", "1 not set up yet"),
        (break_a_connector, State.WARN, "connectors", "the token was revoked"),
        (break_a_source, State.WARN, "listening", "4 times: 404"),
        (come_from_the_future, State.WRONG, "clock", "is from the future, by 60 min"),
        (back_up_long_ago, State.WARN, "backup", "9 days old"),
        (never_back_up, State.WARN, "backup", "none has been made"),
    ],
)
def test_what_is_wrong_is_found_with_what_to_do(
    site: Site, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Site], None], state: State, check: str, found: str
) -> None:
    monkeypatch.setattr(doctor_machine, "NEARLY_FULL", 0)
    monkeypatch.setattr(doctor_machine, "NEARLY_FULL_SHARE", 0)
    spoil(site)
    (only,) = bad()
    assert (only.state, only.check) == (state, check)
    assert found in only.found
    assert only.next


def test_a_full_disk_and_few_open_files_are_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1_000_000))
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 4096))
    assert [(each.state, each.check) for each in bad()] == [(State.WRONG, "disk"), (State.WARN, "limits")]


def test_tables_of_a_newer_version_are_told_and_not_looked_into(site: Site) -> None:
    MigrationRecorder(connection).record_applied("people", "9999_from_the_future")
    assert [(each.state, each.check.split(",")[0]) for each in bad()][-2:] == [
        (State.WRONG, "migrations"),
        (State.WARN, "database clock"),
    ]


def test_an_older_version_refuses_the_tables_of_a_newer_one(db: None) -> None:
    refuse_newer_tables()
    MigrationRecorder(connection).record_applied("an app of somebody else", "0007_whatever")
    refuse_newer_tables()
    MigrationRecorder(connection).record_applied("people", "9999_from_the_future")
    for start in (refuse_newer_tables, prepare_database):
        with pytest.raises(Refused, match="9999_from_the_future") as refused:
            start()
        assert "install the newer version again" in refused.value.next_step


def test_a_check_that_breaks_is_told_and_the_others_go_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_now: datetime) -> Any:
        yield Finding(State.OK, "", "so far so good")
        raise PermissionError("no way in")

    monkeypatch.setattr(doctor, "WITHOUT_TABLES", (("disk", breaks), *doctor.WITHOUT_TABLES[:1]))
    found = told()
    assert [(each.state, each.check) for each in found[:3]] == [
        (State.OK, "disk"), (State.WRONG, "disk"), (State.OK, "version"),
    ]  # fmt: skip
    assert "PermissionError: no way in" in found[1].found


def test_the_mail_server_is_asked_only_when_wanted(site: Site, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert next(each for each in told(online=True) if each.check == "mail").found.endswith("takes our sign-in")
        assert server.mails == []
    assert "not asked" in next(each for each in told() if each.check == "mail").found
    gone = next(each for each in told(online=True) if each.check == "mail")
    assert (gone.state, "does not take it" in gone.found) == (State.WRONG, True)


def test_the_command_ends_with_1_when_something_is_wrong_and_writes_all_of_it(empty_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(empty_home, tmp_path / "home")
    (home / "secret-key").chmod(0o644)
    with pytest.raises(AssertionError, match="WRONG  home"):
        Installation(home).run("doctor", "--json", str(tmp_path / "findings.json"))
    written = json.loads((tmp_path / "findings.json").read_text())
    assert written["worst"] == "wrong"
    assert {"state", "check", "found", "next"} == set(written["findings"][0])
    assert datetime.fromisoformat(written["made_at"]).tzinfo == UTC
    assert (home / "secret-key").read_text().strip() not in json.dumps(written)
