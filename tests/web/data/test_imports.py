"""An import from the files to the record: sent, looked at, corrected, imported, told."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast

from afteraction.errors import Refused
from afteraction.ingest.mapping_edit import Place
from afteraction.lake.store import Lake
from afteraction.web.data import selectors, services, tasks, uploads
from afteraction.web.data.models import Import
from afteraction.web.jobs.services import Later

DEALS = (
    "Opp No;Title;Sales person;Value;Opened;Result\n"
    + "".join(
        f"OP-{n:03};Deal {n};Ada;{1000 + n};{n % 12 + 1:02}/{n % 9 + 1:02}/2025;{('Won', 'Lost')[n % 2]}\n"
        for n in range(60)
    )
    + "OP-900;Bad;Ada;12;99/99/2025;Won\n"
)
CANONICAL = "deal_id,name,owner,outcome,created_at\n" + "".join(
    f"D{n},Deal {n},ada,{('won', 'lost', 'open')[n % 3]},2025-01-{n % 27 + 1:02}T10:00:00Z\n" for n in range(40)
)


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def sent(cast: Cast, **files: str) -> Import:
    made = services.begin(by=cast.operations)
    for name, text in files.items():
        services.add_file(import_=made, name=f"{name}.csv", chunks=[text.encode()])
    return made


def looked_at(cast: Cast, **files: str) -> Import:
    made = sent(cast, **files)
    services.look(import_=made)
    tasks.look_at_files.call(import_id=made.pk)
    made.refresh_from_db()
    return made


def imported(made: Import) -> Import:
    services.start(import_=made)
    tasks.import_files.call(import_id=made.pk)
    made.refresh_from_db()
    return made


def queued() -> list[str]:
    paths = DBTaskResult.objects.order_by("enqueued_at").values_list("task_path", flat=True)
    return [path.rsplit(".", 1)[1] for path in paths]


def test_files_that_are_known_by_name_are_imported_as_they_are(cast: Cast) -> None:
    made = looked_at(cast, deals=CANONICAL)
    assert (made.state, made.needs_mapping) == ("ready", False)
    made = imported(made)
    assert made.state == "done", made.message
    assert made.report["tables"]["deals"]["new"] == 40
    assert made.data_version == 1
    assert queued() == ["look_at_files", "import_files", "follow_record"]


def test_the_same_files_again_change_nothing_and_claim_no_version(cast: Cast) -> None:
    imported(looked_at(cast, deals=CANONICAL))
    again = imported(looked_at(cast, deals=CANONICAL))
    assert again.report["tables"]["deals"] | {"new": 0, "same": 40} == again.report["tables"]["deals"]
    assert not again.report["made_version"]
    [version] = selectors.versions_of(cast.organisation)
    assert version.import_ is not None
    assert version.import_.pk < again.pk


def test_a_job_that_runs_twice_imports_once(cast: Cast) -> None:
    made = looked_at(cast, deals=CANONICAL)
    services.start(import_=made)
    for _ in range(2):
        tasks.import_files.call(import_id=made.pk)
    assert [snapshot.version for snapshot in Lake(cast.organisation.home).versions()] == [1]


def test_an_unknown_file_is_drafted_corrected_and_imported_with_its_refusals(cast: Cast) -> None:
    made = looked_at(cast, opportunities=DEALS)
    assert made.state == "ready", made.message
    [form] = selectors.mapping_form(made)
    assert form.table == "deals"
    owner = next(line.mapped for line in form.lines if line.mapped.place.name == "owner")
    services.correct(import_=made, sources={owner.place: None}, dates={Place(0, 0, "columns", "created_at"): "mdy"})
    made.refresh_from_db()
    assert 'dates = "mdy"' in made.mapping
    assert "owner" not in [line.mapped.place.name for line in selectors.mapping_form(made)[0].lines]
    made = imported(made)
    assert made.state == "done", made.message
    assert made.report["refusals"]
    assert made.report["tables"]["deals"]["new"] >= 60


def test_a_wrong_mapping_is_refused_with_its_lines_and_changes_nothing(cast: Cast) -> None:
    made = looked_at(cast, opportunities=DEALS)
    before = made.mapping
    with pytest.raises(Refused, match="has no column 'Nobody'"):
        services.correct(import_=made, sources={Place(0, 0, "columns", "deal_id"): "Nobody"})
    with pytest.raises(Refused, match="TOML"):
        services.write_mapping(import_=made, text="[[sheet")
    made.refresh_from_db()
    assert made.mapping == before


def test_what_cannot_be_read_is_refused_in_words(cast: Cast) -> None:
    made = looked_at(cast, nothing="\x00\x01\x02")
    assert made.state == "refused"
    assert "found" in made.message


def test_an_import_waits_while_another_one_is_writing(cast: Cast) -> None:
    made = looked_at(cast, deals=CANONICAL)
    services.start(import_=made)
    with Lake(cast.organisation.home).lock(), pytest.raises(Later):
        tasks.import_files.call(import_id=made.pk)
    made.refresh_from_db()
    assert made.state == "waiting"


def test_a_job_given_up_says_so_on_the_import(cast: Cast) -> None:
    made = looked_at(cast, deals=CANONICAL)
    services.start(import_=made)
    tasks.import_given_up("out of memory", made.pk)
    made.refresh_from_db()
    assert (made.state, made.message) == ("failed", "out of memory")


def test_a_discarded_import_leaves_no_files(cast: Cast) -> None:
    made = looked_at(cast, deals=CANONICAL)
    assert made.folder.exists()
    services.discard(import_=made, now=timezone.now())
    assert not made.folder.exists()
    with pytest.raises(Refused):
        services.discard(import_=Import.objects.get(pk=made.pk), now=timezone.now())


def test_compaction_keeps_the_rows(cast: Cast) -> None:
    for n in range(3):
        imported(looked_at(cast, deals=CANONICAL.replace("D1,", f"X{n},")))
    before = Lake(cast.organisation.home).snapshot().rows
    services.compact(by=cast.operations)
    tasks.compact_record.call(organisation_id=cast.organisation.pk)
    assert Lake(cast.organisation.home).snapshot().rows == before
    assert {"compact_record", "follow_record"} <= set(queued())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\ada\\deals.csv", "deals.csv"),
        ("10% of *all* deals?.csv", "10_ of _all_ deals_.csv"),
        ("a" * 300 + ".csv", "a" * 147 + ".csv"),
        ("..", "file"),
    ],
)
def test_names_of_files_are_made_safe(name: str, safe: str) -> None:
    assert uploads.safe_name(name) == safe


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(cast: Cast, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 10
    made = services.begin(by=cast.operations)
    with pytest.raises(Refused, match="AFTERACTION_UPLOAD_LIMIT"):
        services.add_file(import_=made, name="a.csv", chunks=[b"123456", b"789012"])
    assert list((made.folder / "files").iterdir()) == []


@pytest.mark.parametrize("name", ["deals.exe", "deals", "deals.html"])
def test_files_that_cannot_be_read_are_refused_before_they_are_sent(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match=r"\.csv"):
        services.add_file(import_=services.begin(by=cast.operations), name=name, chunks=[b"x"])


def signed_in(client: Client, user: Any) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_file_is_streamed_in_and_looked_at_by_the_pages(cast: Cast, client: Client) -> None:
    signed_in(client, cast.operations)
    where = client.post("/data/imports/").json()
    sent = client.post(where["files"] + "?name=deals.csv", CANONICAL, content_type="application/octet-stream")
    assert (sent.status_code, sent.json()["name"]) == (201, "deals.csv")
    assert client.post(where["look"]).status_code == 302
    assert "Looking at the files" in client.get(where["page"]).content.decode()


def test_without_scripts_one_form_does_it(cast: Cast, client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    signed_in(client, cast.operations)
    answer = client.post("/data/", {"files": [SimpleUploadedFile("deals.csv", CANONICAL.encode())]})
    assert answer.status_code == 302
    assert Import.objects.get().state == "looking"


def test_the_pages_correct_a_mapping_and_tell_what_became_of_it(cast: Cast, client: Client) -> None:
    made = looked_at(cast, opportunities=DEALS)
    signed_in(client, cast.operations)
    page = f"/data/imports/{made.pk}/"
    assert "How sure" in client.get(page).content.decode()
    wrong = client.post(f"{page}mapping/", {"text": "[[sheet"})
    assert (wrong.status_code, "The mapping was not changed" in wrong.content.decode()) == (422, True)
    assert client.post(f"{page}mapping/", {"source 0.0.columns.deal_id": "Nobody"}).status_code == 422
    dates = {"dates 0.0.columns.created_at": "mdy"}
    assert client.post(f"{page}mapping/", {**dates, "then": "start"}).status_code == 302
    tasks.import_files.call(import_id=made.pk)
    told = client.get(page).content.decode()
    assert "What became of the rows" in told
    refused = client.get(f"{page}refusals/")
    assert b"".join(refused.streaming_content).decode().startswith("\ufefffile,row,column")  # type: ignore[attr-defined]


@pytest.mark.parametrize("part", ["marketer", "manager", "executive"])
def test_who_may_only_look_cannot_import(cast: Cast, client: Client, part: str) -> None:
    made = looked_at(cast, deals=CANONICAL)
    signed_in(client, getattr(cast, part))
    assert "Drop files here" not in client.get("/data/").content.decode()
    assert client.get(f"/data/imports/{made.pk}/").status_code == 200
    for path in ("mapping/", "look/", "discard/", "files/"):
        assert client.post(f"/data/imports/{made.pk}/{path}").status_code == 403
    assert client.post("/data/imports/").status_code == 403
    assert client.post("/data/", {}).status_code == 403
    assert client.post("/data/compact/").status_code == 403


def test_reps_and_other_organisations_see_nothing(cast: Cast, client: Client) -> None:
    made = looked_at(cast, deals=CANONICAL)
    assert signed_in(client, cast.rep).get("/data/").status_code == 403
    signed_in(client, cast.outsider)
    assert "deals.csv" not in client.get("/data/").content.decode()
    for path in ("", "state/", "refusals/"):
        assert client.get(f"/data/imports/{made.pk}/{path}").status_code == 404
    assert client.post(f"/data/imports/{made.pk}/discard/").status_code == 404


def test_the_page_says_how_much_of_the_record_is_flawed() -> None:
    from django.template.loader import render_to_string

    flaw = {
        "title": "Lost deals without a reason",
        "severity": "low",
        "share": {"count": 1350, "n": 13780, "low": 0.093, "high": 0.103},
        "meaning": "Their reason is unknown.",
        "action": "Ask for it.",
        "detail": "",
    }
    told = render_to_string("data/quality.html", {"quality": selectors.Quality(4, [flaw], []), "standing": None})
    assert "10% (9–10%)" in told
    assert "1,350 of 13,780" in told


def test_a_file_that_fits_no_table_can_be_told_what_it_is(cast: Cast) -> None:
    text = "Zed,Quux,Blorp\n" + "".join(f"z{n},{'yes' if n % 2 else 'no'},2025-01-{n + 1:02}\n" for n in range(20))
    made = looked_at(cast, odd=text)
    assert made.state == "ready", made.message
    assert selectors.mapping_form(made) == []
    [unused] = selectors.unused_sheets(made)
    with pytest.raises(Refused, match="a table"):
        services.use_sheet(import_=made, number=unused.number, table="nonsense")
    services.use_sheet(import_=made, number=unused.number, table="leads")
    made.refresh_from_db()
    [form] = selectors.mapping_form(made)
    assert (form.table, [line.mapped.place.name for line in form.lines]) == ("leads", ["lead_id"])
    services.correct(import_=made, sources={form.lines[0].mapped.place: "Zed"})
    made = imported(made)
    assert made.report["tables"]["leads"]["new"] == 20, made.message


def test_a_person_uses_a_sheet_on_the_page(cast: Cast, client: Client) -> None:
    made = looked_at(cast, odd="Zed,Quux\n" + "".join(f"z{n},{n}\n" for n in range(20)))
    client.force_login(cast.operations, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/data/imports/{made.pk}/"
    assert "None of these files fits a table" in client.get(page).content.decode()
    assert client.post(f"{page}mapping/", {"use": "0 leads"}).status_code == 302
    assert "Start the import" in client.get(page).content.decode()
    assert client.post(f"{page}mapping/", {"use": "7 leads"}).status_code == 422
