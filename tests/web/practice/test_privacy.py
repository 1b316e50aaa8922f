"""Each role, each field, each place where practice could be read: exactly what `visibility.py` says, and no more."""

from datetime import timedelta
from typing import Any, Final

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD, Cast
from tests.web.practice.made import answered, days, self_rated, some_cards

from afteraction.web.api.tokens import make_token
from afteraction.web.people.models import Role, Team, User
from afteraction.web.practice import visibility
from afteraction.web.practice.counting import count_retention
from afteraction.web.practice.models import CardAnswer, CardMemory, PracticeCard, PracticePlan, RetentionFigures
from afteraction.web.practice.selectors import progress_of_team

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EVERYONE: Final = frozenset(
    {
        "rep",
        "team_mate",
        "other_rep",
        "manager",
        "other_manager",
        "head",
        "marketer",
        "executive",
        "operations",
        "admin",
    }
)
OWN: Final = frozenset({"rep"})
READERS: Final = {
    "answers": OWN,
    "memories": OWN,
    "retention": OWN,
    "forecast": OWN,
    "plan": OWN,
    "due": OWN,
    "path progress": frozenset({"rep", "manager", "head"}),
    "cards": EVERYONE,
    "path": EVERYONE,
    "retention of the organisation": EVERYONE,
}
"""Who reads what of the rep, written down by hand: a change of the rules must change both."""
PAGES: Final = (
    "/", "/practice/", "/practice/session/", "/practice/cards/", "/lessons/", "/coaching/", "/reviews/", "/insights/",
    "/insights/reps/", "/settings/trail/", "/settings/people/", "/deals/", "/deals.csv", "/reviews/accountability/",
    "/reviews/accountability/reviews/", "/claims/", "/process/",
)  # fmt: skip


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


def practise(cast: Cast) -> None:
    """The rep has practised for weeks: 40 answers, a third of them wrong, with times and seconds that stand out."""
    now = timezone.now()
    some_cards(cast, now - days(60))
    for number, card in enumerate(self_rated(cast)[:4]):
        for time in range(10):
            answered(cast.rep, card, now - days(50 - 5 * time), rating=1 if (number + time) % 3 == 0 else 3)
    CardAnswer.objects.update(seconds=7.7331)
    CardMemory.objects.update(stability=5.5177, difficulty=7.1393)
    PracticePlan.objects.create(person=cast.rep, minutes=15, new_a_day=10, retention=0.85)


MARKS: Final = ("7.7331", "5.5177", "7.1393")


def read(user: User, path: str) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    answer: Any = client.get(path)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_the_table_of_the_code_is_the_one_of_this_test(people: dict[str, User]) -> None:
    for field, readers in READERS.items():
        found = {part for part, user in people.items() if visibility.may_read(user, field, people["rep"])}
        assert found == readers, field
    told = {*visibility.OWN, *visibility.OF_THE_TEAM, *visibility.OF_ALL}
    assert told == set(READERS)


def test_no_page_and_no_export_shows_anyone_what_the_rep_remembers(cast: Cast, people: dict[str, User]) -> None:
    practise(cast)
    own = read(cast.rep, "/practice/")
    share = f"n={CardAnswer.objects.filter(days__gte=1).count()}"
    assert "36 answers" in own, share
    for part, user in people.items():
        for path in PAGES:
            shown = read(user, path)
            assert not [mark for mark in MARKS if mark in shown], (part, path)
            if part != "rep":
                assert "36 answers" not in shown, (part, path)
                assert "slope" not in shown or path != "/practice/", (part, path)


def test_a_manager_sees_of_a_rep_only_which_steps_are_practised(cast: Cast, people: dict[str, User]) -> None:
    practise(cast)
    for part, user in people.items():
        seen = {each.person for each in progress_of_team(user)}
        assert (cast.rep in seen) == (part in READERS["path progress"] - OWN), part
        shown = read(user, "/practice/")
        assert ("Paths of your team" in shown) == (part in {"manager", "other_manager", "head"}), part
        if part not in {"rep", "manager", "head", "admin"}:
            assert cast.rep.name not in shown, part


def test_what_a_manager_sees_does_not_depend_on_what_was_answered(cast: Cast) -> None:
    practise(cast)
    before = read(cast.manager, "/practice/").partition("Paths of your team")[2].partition("</table>")[0]
    CardAnswer.objects.update(rating=1)
    after = read(cast.manager, "/practice/").partition("Paths of your team")[2].partition("</table>")[0]
    assert before == after


def test_cards_are_given_to_each_by_their_own_memory(cast: Cast, people: dict[str, User]) -> None:
    practise(cast)
    for part, user in people.items():
        client = Client()
        client.force_login(user, backend=BACKEND)
        given = client.get("/practice/cards/").json()["cards"]
        repeated = {each["card"] for each in given if not each["new"]}
        assert bool(repeated) == (part == "rep"), part
        if part == "outsider":
            assert given == []


def test_the_page_that_the_device_keeps_holds_no_names_and_no_cards(cast: Cast) -> None:
    practise(cast)
    shown = read(cast.rep, "/practice/session/")
    texts = [cast.rep.name, cast.rep.email, cast.organisation.name]
    texts += [each.editions.all()[0].content["question"] for each in PracticeCard.objects.all()]
    assert not [text for text in texts if text in shown]


def test_nothing_of_it_is_in_the_audit_trail(cast: Cast) -> None:
    before = LogEntry.objects.count()
    practise(cast)
    kinds = {entry.content_type.model for entry in LogEntry.objects.order_by("pk")[before:]}
    assert not kinds & {"cardanswer", "cardmemory", "practiceplan", "practicecard", "retentionfigures"}


def test_the_api_knows_nothing_of_practice(cast: Cast, client: Client) -> None:
    practise(cast)
    _token, secret = make_token(user=cast.admin, name="all", now=timezone.now())
    document = client.get("/api/v1/openapi.json").content.decode()
    assert "practice" not in document
    shown = client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"}).content.decode()
    assert not [mark for mark in MARKS if mark in shown]


def test_an_organisation_of_too_few_learners_is_told_no_number_at_all(cast: Cast) -> None:
    practise(cast)
    count_retention(organisation=cast.organisation, now=timezone.now())
    kept = RetentionFigures.objects.get().figures
    assert list(kept) == ["refused"]
    assert "36" not in str(kept)
    for user in cast.insiders().values():
        shown = read(user, "/practice/")
        assert "Too few people have practised" in shown


def test_from_five_people_up_there_is_one_figure_over_all(cast: Cast, people: dict[str, User]) -> None:
    now = timezone.now()
    some_cards(cast, now - days(60))
    for part in ("rep", "team_mate", "other_rep", "marketer", "operations"):
        for card in self_rated(cast)[:4]:
            for time in range(5):
                answered(people[part], card, now - days(50 - 5 * time), rating=1 if time == 3 else 3)
    count_retention(organisation=cast.organisation, now=now)
    shown = read(cast.executive, "/practice/")
    assert "80 answers of 5 people" in shown
    assert "75%" in shown
    kept = RetentionFigures.objects.get().figures
    assert set(kept) <= {"retention", "slope"}
    assert timedelta(days=6) < now + days(7) - RetentionFigures.objects.get().counted_at
