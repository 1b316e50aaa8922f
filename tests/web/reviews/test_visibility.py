"""Each role, each field, each place where an answer could be read: exactly what `visibility.py` says, and no more."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from tests.cast import PASSWORD, Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.people.models import Role, Team, User
from afteraction.web.reviews import across, digest, services, visibility
from afteraction.web.reviews.account import keep_account
from afteraction.web.reviews.accountability import Wanted, csv_lines
from afteraction.web.reviews.models import Answer, Review

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OF_REP: Final = ("happened", "keep", "change", "lesson", "private_note")
OF_MANAGER: Final = ("happened", "learned", "serves", "lesson", "private_note")
EVERYONE: Final = frozenset(
    {
        "rep", "team_mate", "other_rep", "manager", "other_manager", "head", "marketer", "executive", "operations",
        "admin",
    }
)  # fmt: skip
TEXT: Final = frozenset({"rep", "manager", "head", "operations", "admin"})
"""Who reads what people write about each other's work; the head leads everyone, having no team."""
READERS: Final = {
    **{("rep", name): TEXT for name in ("happened", "keep", "change")},
    ("rep", "lesson"): EVERYONE,
    ("rep", "private_note"): frozenset({"rep"}),
    **{("manager", name): TEXT for name in ("happened", "learned", "serves")},
    ("manager", "lesson"): EVERYONE,
    ("manager", "private_note"): frozenset({"manager"}),
}
"""The same table again, written down by hand: a change of the rules must change both."""


def marker(voice: str, name: str) -> str:
    return f"MARK-{voice}-{name}-KRAM"


MARKERS: Final = {key: marker(*key) for key in READERS}


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    south = Team.objects.create(organisation=cast.organisation, name="South")

    def person(part: str, role: Role, team: Team | None) -> User:
        return User.objects.create_user(
            f"{part}@northwind.example", PASSWORD, name=part, role=role, organisation=cast.organisation, team=team
        )

    return cast.insiders() | {
        "other_rep": person("other_rep", Role.REP, south),
        "other_manager": person("other_manager", Role.MANAGER, south),
        "head": person("head", Role.MANAGER, None),
        "outsider": cast.outsider,
    }


@pytest.fixture
def review(cast: Cast) -> Review:
    """A review that the rep and the manager have finished, each field with a marker of its own."""
    made = review_of(cast, ended(cast), now=NOW)
    answered(cast.rep, made, "price", now=NOW, **{name: marker("rep", name) for name in OF_REP})
    said = {name: marker("manager", name) for name in OF_MANAGER}
    answered(cast.manager, made, "timing", now=NOW, stance="differs", **said)
    made.refresh_from_db()
    return made


def expected(part: str) -> set[tuple[str, str]]:
    return {key for key, readers in READERS.items() if part in readers}


def found_in(text: str) -> set[tuple[str, str]]:
    return {key for key, mark in MARKERS.items() if mark in text}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_the_table_of_the_code_is_the_one_of_this_test(review: Review, people: dict[str, User]) -> None:
    for part, user in people.items():
        read = {
            (answer.voice, name)
            for answer in review.answers.all()
            for name, value in visibility.shown(user, answer).items()
            if value == marker(answer.voice, name)
        }
        assert read == expected(part), part


def test_the_page_of_a_review_shows_each_exactly_what_they_may_read(review: Review, people: dict[str, User]) -> None:
    for part, user in people.items():
        for query in ("", "?edit=1"):
            answer = signed_in(user).get(f"/reviews/{review.pk}/{query}")
            assert answer.status_code == (404 if part == "outsider" else 200)
            shown = found_in(answer.content.decode())
            assert shown <= expected(part), (part, query, shown - expected(part))
            if not query:
                assert shown == expected(part), (part, expected(part) - shown)


def test_what_others_see_is_never_more_when_a_refused_form_is_shown_again(
    review: Review, people: dict[str, User]
) -> None:
    for part, user in people.items():
        for path in ("save", "finish", "skip"):
            answer = signed_in(user).post(f"/reviews/{review.pk}/{path}/", {"driver": "99999999", "stance": "x"})
            assert found_in(answer.content.decode()) <= expected(part), (part, path)


def test_every_other_page_and_every_export_keeps_to_it(review: Review, people: dict[str, User]) -> None:
    keep_account(organisation=review.organisation, now=NOW)
    across.keep_agreement(organisation=review.organisation, now=NOW)
    for part, user in people.items():
        for path in (
            "/", "/reviews/", "/reviews/?whose=all&what=done", "/reviews/drivers/", "/reviews/drivers/versions/",
            "/reviews/agreement/", "/reviews/accountability/", "/reviews/accountability/reviews/",
            "/reviews/calibration/", f"/deals/{review.deal_id}/", "/deals/", "/deals.csv", "/settings/trail/",
            "/claims/", "/insights/",
        ):  # fmt: skip
            answer = signed_in(user).get(path)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
            assert found_in(text.decode()) <= expected(part), (part, path)
        text = "".join(csv_lines(user, Wanted().narrow(user, today=NOW.date())))
        assert found_in(text) == {key for key in expected(part) if key[1] != "private_note"}, part


def test_a_private_note_is_in_no_mail_log_trail_or_tally(
    review: Review, people: dict[str, User], cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    Review.objects.filter(pk=review.pk).update(state=Review.State.DUE, due_on=NOW.date())
    for user in people.values():
        digest.send_digest(person=user, now=NOW + timedelta(days=2))
    assert mail.outbox
    kept = [keep_account(organisation=cast.organisation, now=NOW), across.keep_agreement(
        organisation=cast.organisation, now=NOW)]  # fmt: skip
    told = "".join(each.subject + each.body for each in mail.outbox) + json.dumps([each.content for each in kept])
    trail = "".join(f"{each.changes} {each.object_repr} {each.additional_data}" for each in LogEntry.objects.all())
    for text in (told, caplog.text):
        assert found_in(text) == set()
    # The lesson is for everyone, and has become a draft of its own, whose changes the trail keeps.
    assert {name for _voice, name in found_in(trail)} <= {"lesson"}


def test_what_is_refused_says_nothing_of_what_was_written(review: Review, cast: Cast) -> None:
    for fields in ({"private_note": "SECRET" + "x" * 5000}, {"happened": "SECRET" + "x" * 5000}):
        with pytest.raises(Refused) as caught:
            services.save_answer(by=cast.rep, review=review, now=NOW, fields=fields)
        assert "SECRET" not in str(caught.value)


def test_a_failure_while_saving_logs_nothing_of_what_was_written(
    review: Review, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from afteraction.web.logs import JsonFormatter

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Answer, "save", fail)
    client = signed_in(cast.rep)
    client.raise_request_exception = False
    answer = client.post(f"/reviews/{review.pk}/save/", {"private_note": "SECRET", "happened": "SECRET"})
    assert answer.status_code == 500
    assert "SECRET" not in answer.content.decode()
    assert "the disk is full" in "".join(map(JsonFormatter().format, caplog.records))
    assert "SECRET" not in "".join(map(JsonFormatter().format, caplog.records))


def test_a_draft_is_for_its_author_alone(cast: Cast, people: dict[str, User]) -> None:
    review = review_of(cast, ended(cast, "draft"), now=NOW)
    answered(cast.rep, review, "price", now=NOW, done=False, **{name: marker("rep", name) for name in OF_REP})
    for part, user in people.items():
        text = signed_in(user).get(f"/reviews/{review.pk}/").content.decode()
        assert bool(found_in(text)) == (part == "rep"), part
        assert found_in("".join(csv_lines(user, Wanted().narrow(user, today=NOW.date())))) == set()


def test_a_deal_that_changes_hands_does_not_hand_over_what_was_written_in_private(cast: Cast) -> None:
    review = review_of(cast, ended(cast, "moved"), now=NOW)
    answered(cast.rep, review, "price", now=NOW, done=False, **{name: marker("rep", name) for name in OF_REP})
    Review.objects.filter(pk=review.pk).update(person=cast.team_mate)
    review.refresh_from_db()
    answer = services.save_answer(by=cast.team_mate, review=review, now=NOW)
    assert found_in(json.dumps(visibility.shown(cast.team_mate, answer))) == set()


def test_admins_find_no_private_note_whatever_page_they_open(review: Review, cast: Cast) -> None:
    client = signed_in(cast.admin)
    seen = set(_pages(client, "/", most=80))
    assert len(seen) >= 20
    assert all("private_note" not in text for text in seen)
    with connection.cursor() as cursor:  # it is there, so that the test means something
        cursor.execute("SELECT COUNT(*) FROM reviews_answer WHERE private_note LIKE 'MARK%%'")
        assert cursor.fetchone() == (2,)


def _pages(client: Client, start: str, most: int) -> Iterator[str]:
    """What pages say of private notes, one line per page that is reached by links from `start`."""
    import re

    waiting, seen = [start], {start}
    while waiting and len(seen) <= most:
        path = waiting.pop(0)
        answer = client.get(path)
        if answer.streaming or "text/html" not in answer.get("Content-Type", ""):
            continue
        text = answer.content.decode()
        yield f"{path}: {sorted(name for _voice, name in found_in(text))}"
        for href in re.findall(r'href="(/[^"#]*)"', text):
            address = href.replace("&amp;", "&")
            if address not in seen and "/static/" not in address and "logout" not in address:
                seen.add(address)
                waiting.append(address)
