"""The process: its map, versions and editor."""

import pytest
from django.test import Client
from tests.cast import Cast
from tests.recorded import Record

from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.results import Saved

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def page_of(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, part), backend=BACKEND)
    return client


def test_the_map_stands_beside_who_follows_it(shown: Saved, cast: Cast) -> None:
    text = page_of(cast, "operations").get("/process/").content.decode()
    for each in ('id="process-maps"', 'id="adherence-by-step"', 'id="adherence-trend"', 'id="adherence-by-rep"'):
        assert each in text
    assert 'id="adherence-by-rep"' not in page_of(cast, "rep").get("/process/").content.decode()


def test_only_those_who_may_change_the_process_save_it(shown: Saved, cast: Cast, record: Record) -> None:
    changed = {"text": record.process.replace("within: 7 days", "within: 5 days"), "note": "Faster."}
    for part in ("rep", "team_mate", "manager", "marketer", "executive"):
        page = page_of(cast, part)
        assert page.post("/process/text/", changed).status_code == 403
        assert page.post("/process/text/check/", changed).status_code == 403
        assert "<textarea" not in page.get("/process/text/").content.decode()
    for number, part in ((2, "operations"), (3, "admin")):
        changed["text"] = record.process.replace("within: 7 days", f"within: {number} days")
        assert page_of(cast, part).post("/process/text/", changed).status_code == 302
        assert cast.organisation.process_versions.first().number == number  # type: ignore[union-attr]


def test_problems_are_told_with_their_lines_while_the_text_is_typed(shown: Saved, cast: Cast, record: Record) -> None:
    page = page_of(cast, "operations")
    wrong = page.post("/process/text/check/", {"text": "process: X\nstages: [A]\nsteps:\n  - id: one\n    stage: B\n"})
    assert "Line 5" in wrong.content.decode()
    right = page.post("/process/text/check/", {"text": record.process.replace("within: 7 days", "within: 5 days")})
    assert "is right" in right.content.decode()
    assert "5 days instead of 7" in right.content.decode()


def test_a_text_with_problems_is_not_saved_and_not_lost(shown: Saved, cast: Cast) -> None:
    answer = page_of(cast, "operations").post(
        "/process/text/", {"text": "process: <b>mine</b>\nsteps: 7\n", "note": ""}
    )
    assert answer.status_code == 422
    assert "process: &lt;b&gt;mine&lt;/b&gt;" in answer.content.decode()
    assert cast.organisation.process_versions.count() == 1


def test_the_process_that_people_follow_is_a_draft(shown: Saved, cast: Cast) -> None:
    text = page_of(cast, "operations").get("/process/text/?from=followed").content.decode()
    assert "A draft: what people usually do" in text
    assert "Found in the record" in text
    assert cast.organisation.process_versions.count() == 1


def test_versions_tell_what_changed_in_words(shown: Saved, cast: Cast, record: Record) -> None:
    page_of(cast, "admin").post(
        "/process/text/", {"text": record.process.replace("within: 7 days", "within: 5 days"), "note": "Faster."}
    )
    text = page_of(cast, "rep").get("/process/versions/").content.decode()
    for said in ("Version 2", "In force", "5 days instead of 7", "Faster.", "Ada Winter"):
        assert said in text
    assert "As agreed." in text
    assert page_of(cast, "rep").get("/process/versions/1/?download").content.decode() == record.process
    assert page_of(cast, "outsider").get("/process/versions/1/").status_code == 404


@pytest.mark.parametrize("path", ["/process/", "/process/versions/", "/process/text/"])
def test_without_a_process_there_is_a_next_step(cast: Cast, path: str) -> None:
    for part in ("operations", "rep"):
        assert page_of(cast, part).get(path).status_code == 200
    assert not ProcessVersion.objects.exists()
