"""The watched folder: complete files are taken in together, and imported as a person has let their like through."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast

from afteraction.web.connectors import cards, inbox
from afteraction.web.connectors.inbox import inbox_of, take_in
from afteraction.web.data import services, tasks
from afteraction.web.data.models import Import
from afteraction.web.data.tasks import forget_old_files

DEALS = "Opp No;Title;Sales person;Value;Opened;Result\n" + "".join(
    f"OP-{n:03};Deal {n};Ada;{1000 + n};{n % 28 + 1:02}.{n % 9 + 1:02}.2025;{('Won', 'Lost')[n % 2]}\n"
    for n in range(60)
)
CANONICAL = "deal_id,name,owner,outcome,created_at\n" + "".join(
    f"D{n},Deal {n},ada,{('won', 'lost', 'open')[n % 3]},2025-01-{n % 27 + 1:02}T10:00:00Z\n" for n in range(40)
)


def put(cast: Cast, name: str, text: str, age: float = 120) -> Path:
    folder = cast.organisation.home.folder / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def taken(cast: Cast) -> Import:
    made = take_in(cast.organisation, now=timezone.now())
    assert made is not None
    for task in (tasks.look_at_files, tasks.import_files):
        task.call(import_id=made.pk)
    made.refresh_from_db()
    return made


def let_through(made: Import) -> Import:
    services.start(import_=made)
    tasks.import_files.call(import_id=made.pk)
    made.refresh_from_db()
    assert made.state == "done", made.message
    return made


def test_files_with_canonical_headers_are_imported_by_themselves(cast: Cast) -> None:
    path = put(cast, "deals.csv", CANONICAL)
    made = taken(cast)
    assert made.state == "done", made.message
    assert made.maker == "Watched folder"
    assert made.report["tables"]["deals"]["new"] == 40
    assert not path.exists()
    assert take_in(cast.organisation, now=timezone.now()) is None


def test_new_headers_wait_for_a_person_and_the_home_page_says_so(cast: Cast, client: Client) -> None:
    put(cast, "export-2025-11-24.csv", DEALS)
    made = taken(cast)
    assert made.state == "ready"
    client.force_login(cast.operations, backend="allauth.account.auth_backends.AuthenticationBackend")
    for page in ("/", reverse("connectors")):
        assert reverse("import", args=[made.pk]) in client.get(page).content.decode()
    [card] = cards.cards(cast.operations)
    assert len(card.context["imports"]) == 1
    assert cards.cards(cast.rep) == []
    assert cards.cards(cast.outsider) == []


def test_the_next_night_goes_through_with_what_the_person_changed(cast: Cast) -> None:
    put(cast, "export-2025-11-24.csv", DEALS)
    first = taken(cast)
    services.write_mapping(import_=first, text=first.mapping.replace('name = "Title"', 'name = "Opp No"'))
    let_through(first)
    put(cast, "export-2025-11-25.csv", DEALS + "OP-777;New;Bo;12;01.02.2025;Won\n")
    second = taken(cast)
    assert second.state == "done", second.message
    assert second.report["tables"]["deals"]["new"] == 1
    assert 'name = "Opp No"' in second.mapping
    assert "2025-11-25" in second.mapping


def test_an_unchanged_draft_is_drafted_anew_so_that_new_values_are_known(cast: Cast) -> None:
    put(cast, "a.csv", DEALS)
    let_through(taken(cast))
    put(cast, "b.csv", DEALS.replace(";Won", ";Closed won"))
    second = taken(cast)
    assert second.state == "done", second.message
    assert "Closed won" in second.mapping


def test_other_headers_than_those_let_through_wait_again(cast: Cast) -> None:
    put(cast, "a.csv", DEALS)
    let_through(taken(cast))
    put(cast, "b.csv", DEALS.replace("Value", "Worth"))
    assert taken(cast).state == "ready"


def test_an_import_of_another_organisation_accepts_nothing_here(cast: Cast) -> None:
    put(cast, "a.csv", DEALS)
    made = taken(cast)
    Import.objects.filter(pk=made.pk).update(organisation=cast.other, state="done")
    put(cast, "b.csv", DEALS)
    assert taken(cast).state == "ready"


def test_nothing_is_touched_while_a_file_may_still_grow(cast: Cast) -> None:
    whole, growing = put(cast, "a.csv", CANONICAL), put(cast, "b.csv", CANONICAL, age=5)
    assert take_in(cast.organisation, now=timezone.now()) is None
    assert whole.exists()
    assert inbox_of(cast.organisation, now=timezone.now()).unfinished == (growing,)


def test_hidden_files_links_and_what_cannot_be_read_stay_where_they_are(cast: Cast, tmp_path: Path) -> None:
    put(cast, ".part.csv", CANONICAL)
    note = put(cast, "note.pdf", "x")
    (note.parent / "link.csv").symlink_to("/etc/passwd")
    found = inbox_of(cast.organisation, now=timezone.now())
    assert (found.complete, found.unreadable) == ((), ("note.pdf",))


@pytest.mark.parametrize("files_moved", [0, 1, 2])
def test_a_worker_killed_while_moving_files_loses_none(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, files_moved: int
) -> None:
    put(cast, "a.csv", CANONICAL)
    put(cast, "b.csv", CANONICAL.replace("D", "E"))
    rename, left = Path.rename, iter(range(files_moved))

    def dying(self: Path, target: Any) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(inbox.Path, "rename", dying)
    if files_moved < 2:
        with pytest.raises(KeyboardInterrupt):
            take_in(cast.organisation, now=timezone.now())
    monkeypatch.setattr(inbox.Path, "rename", rename)
    new = 0
    while (made := take_in(cast.organisation, now=timezone.now())) is not None or inbox_of(
        cast.organisation, now=timezone.now()
    ).complete:
        if made:
            for task in (tasks.look_at_files, tasks.import_files):
                task.call(import_id=made.pk)
            made.refresh_from_db()
            new += made.report["tables"]["deals"]["new"]
    assert new == 80


def test_a_worker_killed_between_looking_and_beginning_begins_when_it_is_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cast, "deals.csv", CANONICAL)
    made = take_in(cast.organisation, now=timezone.now())
    assert made is not None
    monkeypatch.setattr(tasks, "_go_on", lambda _import: None)
    tasks.look_at_files.call(import_id=made.pk)
    monkeypatch.undo()
    tasks.look_at_files.call(import_id=made.pk)
    made.refresh_from_db()
    assert made.state == "waiting"


def test_uploads_that_nobody_went_on_with_are_forgotten_after_a_week(cast: Cast) -> None:
    old, new = services.begin(by=cast.operations), services.begin(by=cast.operations)
    for each in (old, new):
        services.add_file(import_=each, name="a.csv", chunks=[b"x"])
    Import.objects.filter(pk=old.pk).update(made_at=timezone.now() - tasks.KEEP_FILES * 1.1)
    forget_old_files.call()
    assert list(Import.objects.all()) == [new]
    assert not old.folder.exists()
    assert new.folder.exists()
