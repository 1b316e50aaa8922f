"""Each role, each field, each place where a conversation could be read: exactly what `visibility.py` says, no more."""

import logging
from collections.abc import Callable
from typing import Final

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from tests.cast import PASSWORD, Cast
from tests.web.coaching.made import NOW, ready, weekly

from afteraction.web.api.models import Token
from afteraction.web.coaching import mailing, services, skills, visibility
from afteraction.web.coaching.calendar_file import calendar_file
from afteraction.web.coaching.measuring import keep_figures
from afteraction.web.coaching.models import Assessment, Meeting, Skill
from afteraction.web.coaching.questions import gather_questions
from afteraction.web.people.models import Role, Team, User

Enter = Callable[[User], Client]
PAIR: Final = frozenset({"rep", "manager"})
READERS: Final = {
    "shared_note": PAIR,
    "learned": PAIR,
    "serves": PAIR,
    "commitment": PAIR,
    "dropped_because": PAIR,
    "private_of_rep": frozenset({"rep"}),
    "private_of_manager": frozenset({"manager"}),
    "assessed_by_rep": frozenset({"rep"}),
    "assessed_by_manager": frozenset({"manager"}),
}
"""By hand, before both have given their assessment. Nobody but the two reads anything: no admin, no other manager."""
AFTER: Final = READERS | {"assessed_by_rep": PAIR, "assessed_by_manager": PAIR}
MARKS: Final = {name: f"MARK-{name.replace('_', '-')}-KRAM" for name in READERS}


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
        "second_manager": person("second_manager", Role.MANAGER, cast.rep.team),
        "head": person("head", Role.MANAGER, None),
        "outsider": cast.outsider,
    }


@pytest.fixture
def meeting(cast: Cast, people: dict[str, User]) -> Meeting:
    """A meeting with a mark in every field; the rep alone has given an assessment."""
    made = ready(weekly(cast))
    texts = {name: MARKS[name] for name in ("shared_note", "learned", "serves")}
    services.save_notes(by=cast.rep, meeting=made, now=NOW, fields=texts)
    services.save_private_note(by=cast.rep, meeting=made, now=NOW, text=MARKS["private_of_rep"])
    services.save_private_note(by=cast.manager, meeting=made, now=NOW, text=MARKS["private_of_manager"])
    for text in (MARKS["commitment"], "Another one"):
        commitment = services.commit(
            by=cast.rep, meeting=made, now=NOW, person=cast.rep, text=text, due_on=NOW.date(), step="demo"
        )
    services.decide(by=cast.rep, commitment=commitment, now=NOW, state="dropped", reason=MARKS["dropped_because"])
    Skill.objects.create(organisation=cast.organisation, name="Listening", steps=["demo"])
    give(cast.rep, cast.rep, "assessed_by_rep")
    return made


def give(by: User, rep: User, mark: str) -> Assessment:
    skill = Skill.objects.get()
    assessment = skills.begin_assessment(by=by, rep=rep, now=NOW)
    return skills.give_assessment(
        by=by, assessment=assessment, now=NOW, levels={skill.pk: 4}, notes={skill.pk: MARKS[mark]}
    )


def found_in(text: str) -> set[str]:
    return {name for name, mark in MARKS.items() if mark in text}


def expected(part: str, table: dict[str, frozenset[str]]) -> set[str]:
    return {name for name, readers in table.items() if part in readers}


def addresses(meeting: Meeting, rep: User) -> list[str]:
    return [
        f"/coaching/meetings/{meeting.pk}/", f"/coaching/pairs/{meeting.cadence_id}/", f"/coaching/skills/of/{rep.pk}/",
        f"/coaching/pairs/{meeting.cadence_id}/calendar.ics", "/", "/coaching/", "/coaching/questions/",
        "/coaching/skills/", "/coaching/effect/", "/reviews/", "/settings/trail/", "/deals/", "/deals.csv",
    ]  # fmt: skip


def read(user: User, enter: Enter, paths: list[str]) -> set[str]:
    """Everything that someone meets on these pages."""
    found: set[str] = set()
    inside = enter(user)
    for path in paths:
        answer = inside.get(path)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
        found |= found_in(text.decode())
    return found


def test_every_page_and_export_shows_each_exactly_what_they_may_read(
    meeting: Meeting, people: dict[str, User], cast: Cast, enter: Enter
) -> None:
    for part, user in people.items():
        table = READERS | {"assessed_by_manager": frozenset()}
        assert read(user, enter, addresses(meeting, cast.rep)) == expected(part, table), part
        status = enter(user).get(f"/coaching/meetings/{meeting.pk}/").status_code
        assert status == (200 if part in PAIR else 404), part


def test_an_assessment_is_read_by_the_other_only_after_both_have_given_theirs(
    meeting: Meeting, people: dict[str, User], cast: Cast, enter: Enter
) -> None:
    before = visibility.ratings_shown(cast.manager, Assessment.objects.get())
    assert before == []
    given = give(cast.manager, cast.rep, "assessed_by_manager")
    assert Assessment.objects.count() == 1
    assert len(visibility.ratings_shown(cast.rep, given)) == 2
    for part, user in people.items():
        assert read(user, enter, addresses(meeting, cast.rep)) == expected(part, AFTER), part


def test_a_refused_form_shows_nobody_more(meeting: Meeting, people: dict[str, User], cast: Cast, enter: Enter) -> None:
    table = READERS | {"assessed_by_manager": frozenset()}
    for part, user in people.items():
        for path in ("notes", "private", "commit", "skip", "lesson", "end"):
            if path == "end" and part in PAIR:
                continue
            sent = {"text": "", "due_on": "x", "reason": ""} if path != "private" else {}
            if path == "private" and part in PAIR:
                continue  # it would be saved, as empty
            answer = enter(user).post(f"/coaching/meetings/{meeting.pk}/{path}/", sent)
            assert found_in(answer.content.decode()) <= expected(part, table), (part, path)
        answer = enter(user).post(f"/coaching/skills/of/{cast.rep.pk}/", {})
        assert found_in(answer.content.decode()) <= expected(part, table), part


def test_the_api_knows_nothing_of_a_conversation(meeting: Meeting, people: dict[str, User]) -> None:
    document = Client().get("/api/v1/openapi.json")
    user = people["rep"]
    enter = Client()
    enter.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    paths = (
        document.json()["paths"] if document.status_code == 200 else enter.get("/api/v1/openapi.json").json()["paths"]
    )
    assert not [path for path in paths if "coaching" in path]
    for path in [each for each, operations in paths.items() if "get" in operations and "{" not in each]:
        for part, someone in people.items():
            inside = Client()
            inside.force_login(someone, backend="allauth.account.auth_backends.AuthenticationBackend")
            assert not found_in(inside.get(path).content.decode()), (part, path)
    assert not Token.objects.exists()


def test_nothing_that_was_said_is_in_mail_calendar_trail_log_or_figures(
    meeting: Meeting, people: dict[str, User], cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    give(cast.manager, cast.rep, "assessed_by_manager")
    assert [mailing.send_agenda(meeting=meeting, person=each, now=NOW) for each in people.values()].count(True) == 2
    sent = " ".join(f"{each.subject} {each.body}" for each in mail.outbox)
    assert {each.to[0] for each in mail.outbox} == {cast.rep.email, cast.manager.email}
    figures = keep_figures(organisation=cast.organisation, now=NOW)
    gather_questions(organisation=cast.organisation, now=NOW)
    trail = " ".join(str(each.changes) + each.object_repr for each in LogEntry.objects.all())
    calendar = calendar_file(meeting.cadence, cast.rep).decode()
    for text in (sent, trail, calendar, caplog.text, str(figures.content if figures else "")):
        assert found_in(text) == set()


def test_what_is_private_is_in_the_one_table_that_is_for_it(meeting: Meeting) -> None:
    """Wherever else it were kept, somebody else could read it."""
    with connection.cursor() as cursor:
        holding = set()
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(MARKS["private_of_rep"] in str(row) for row in cursor.fetchall()):
                holding.add(table)
    assert holding == {"coaching_privatenote"}


def test_who_reads_is_said_before_anybody_writes(meeting: Meeting, cast: Cast, enter: Enter) -> None:
    page = enter(cast.rep).get(f"/coaching/meetings/{meeting.pk}/").content.decode()
    assert "read by you and Piet Jansen, and by nobody else: no other manager, and not even an admin" in page
    page = enter(cast.manager).get(f"/coaching/skills/of/{cast.rep.pk}/").content.decode()
    assert "once both of you have given theirs" in page.replace("&#x27;", "'")


def test_the_table_of_the_code_names_no_reader_but_author_and_pair() -> None:
    assert visibility.READERS["private_note"] == {visibility.Reader.AUTHOR}
    assert visibility.READERS["assessment_before_both"] == {visibility.Reader.AUTHOR}
    assert set().union(*visibility.READERS.values()) == set(visibility.Reader)
