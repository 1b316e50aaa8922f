"""Answers from devices: kept once, merged by time, clocks set right; the session of a day."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.practice.made import NOW, answered, days, lesson, self_rated, sent, some_cards

from afteraction.errors import Refused
from afteraction.web.practice.making import make_cards
from afteraction.web.practice.models import CardAnswer, CardMemory, PracticeCard
from afteraction.web.practice.services import change_plan, forget_practice, take_answers
from afteraction.web.practice.session import session_of

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def memories(person: Any) -> list[tuple[Any, ...]]:
    names = ("card", "stability", "difficulty", "due", "last")
    return list(CardMemory.objects.filter(person=person).order_by("card").values_list(*names))


def test_answers_that_are_sent_twice_are_kept_once(cast: Cast) -> None:
    some_cards(cast)
    given = [sent(card, NOW) for card in self_rated(cast)]
    first = take_answers(by=cast.rep, answers=given, sent_at=NOW, now=NOW)
    before = memories(cast.rep)
    again = take_answers(by=cast.rep, answers=given + given, sent_at=NOW + days(1), now=NOW + days(1))
    assert again.kept == first.kept
    assert CardAnswer.objects.count() == len(given)
    assert memories(cast.rep) == before


def test_two_devices_give_the_same_memory_whichever_is_heard_first(cast: Cast) -> None:
    some_cards(cast)
    card, now = self_rated(cast)[0], NOW + days(10)
    phone = [sent(card, NOW, 3), sent(card, NOW + days(5), 1)]
    laptop = [sent(card, NOW + days(2), 2), sent(card, NOW + days(9), 4)]
    for person, order in ((cast.rep, (phone, laptop)), (cast.team_mate, (laptop, phone))):
        for part in order:
            take_answers(by=person, answers=part, sent_at=now, now=now)
    assert memories(cast.rep) == memories(cast.team_mate)
    told = [list(CardAnswer.objects.filter(person=each).order_by("at").values_list("order", "days", "forecast"))
            for each in (cast.rep, cast.team_mate)]  # fmt: skip
    assert told[0] == told[1]
    assert [order for order, _days, _forecast in told[0]] == [0, 1, 2, 3]


def test_a_clock_that_is_wrong_is_set_right_by_what_it_says_when_sending(cast: Cast) -> None:
    some_cards(cast)
    card, ahead = self_rated(cast)[0], timedelta(hours=7)
    given = sent(card, NOW + days(1) + ahead)
    take_answers(by=cast.rep, answers=[given], sent_at=NOW + days(2) + ahead, now=NOW + days(2))
    assert CardAnswer.objects.get().at == NOW + days(1)


@pytest.mark.parametrize(("off", "at"), [(days(400), NOW + days(60)), (days(-400), NOW + days(30))])
def test_no_answer_lies_in_the_future_or_long_ago(cast: Cast, off: timedelta, at: Any) -> None:
    some_cards(cast)
    now = NOW + days(60)
    take_answers(by=cast.rep, answers=[sent(self_rated(cast)[0], now + off)], sent_at=now, now=now)
    assert CardAnswer.objects.get().at == at


def test_an_answer_is_never_before_its_card(cast: Cast) -> None:
    some_cards(cast)
    take_answers(by=cast.rep, answers=[sent(self_rated(cast)[0], NOW - days(3))], sent_at=NOW, now=NOW)
    assert CardAnswer.objects.get().at == NOW


def test_choices_are_rated_here_and_not_by_the_device(cast: Cast) -> None:
    some_cards(cast)
    card = PracticeCard.objects.filter(kind="choose")[0]
    content = card.editions.get().content
    wrong = next(each for each in content["options"] if each != content["answer"])
    given = [
        sent(card, NOW, rating=4, picked=wrong), sent(card, NOW + days(1), rating=1, picked=content["answer"]),
    ]  # fmt: skip
    take_answers(by=cast.rep, answers=given, sent_at=NOW + days(1), now=NOW + days(1))
    assert list(CardAnswer.objects.order_by("at").values_list("rating", flat=True)) == [1, 3]


def test_an_order_is_right_or_wrong_as_a_whole(cast: Cast) -> None:
    some_cards(cast)
    card = PracticeCard.objects.filter(kind="order")[0]
    given = [sent(card, NOW, chosen=(1, 0, 2)), sent(card, NOW + days(1), chosen=(0, 1, 2))]
    take_answers(by=cast.rep, answers=given, sent_at=NOW + days(1), now=NOW + days(1))
    assert list(CardAnswer.objects.order_by("at").values_list("rating", flat=True)) == [1, 3]


def test_what_no_card_can_have_is_refused_and_the_rest_is_kept(cast: Cast) -> None:
    some_cards(cast)
    good, order = self_rated(cast)[0], PracticeCard.objects.filter(kind="order")[0]
    given = [
        sent(good, NOW), sent(good, NOW, rating=9), sent(good, NOW, edition=7), sent(order, NOW, chosen=(0, 0, 1)),
    ]  # fmt: skip
    taken = take_answers(by=cast.rep, answers=given, sent_at=NOW, now=NOW)
    assert taken.kept == (given[0].key,)
    assert set(taken.refused) == {each.key for each in given[1:]}
    assert CardAnswer.objects.count() == 1


def test_a_card_of_another_organisation_is_no_card(cast: Cast) -> None:
    some_cards(cast)
    taken = take_answers(by=cast.outsider, answers=[sent(self_rated(cast)[0], NOW)], sent_at=NOW, now=NOW)
    assert list(taken.refused.values()) == ["no such card here"]


def test_too_many_answers_at_once_are_refused(cast: Cast) -> None:
    some_cards(cast)
    with pytest.raises(Refused, match="at most 500"):
        take_answers(by=cast.rep, answers=[sent(self_rated(cast)[0], NOW) for _ in range(501)], sent_at=NOW, now=NOW)


def test_a_session_is_what_is_due_then_some_new_cards_within_the_minutes(cast: Cast) -> None:
    some_cards(cast)
    first = session_of(cast.rep, now=NOW)
    assert (first.due, first.new) == (0, 5)
    assert first.seconds <= 300
    for card in self_rated(cast)[:3]:
        answered(cast.rep, card, NOW)
    assert session_of(cast.rep, now=NOW).new == 2  # five new ones a day, three of which have been begun
    later = session_of(cast.rep, now=NOW + days(3))
    assert [card.new for card in later.cards] == [False] * 3 + [True] * 5
    change_plan(by=cast.rep, retention=0.9, minutes=1, new_a_day=5)
    assert session_of(cast.rep, now=NOW + days(3)).seconds <= 60


def test_what_was_practised_today_does_not_come_again_today(cast: Cast) -> None:
    some_cards(cast)
    card = self_rated(cast)[0]
    answered(cast.rep, card, NOW, rating=1)
    assert card.pk not in {each.card for each in session_of(cast.rep, now=NOW + timedelta(hours=2)).cards}
    assert card.pk in {each.card for each in session_of(cast.rep, now=NOW + days(1)).cards}


def test_wanting_to_remember_less_moves_what_is_due(cast: Cast) -> None:
    some_cards(cast)
    card = self_rated(cast)[0]
    answered(cast.rep, card, NOW)
    answered(cast.rep, card, NOW + days(2))
    before = CardMemory.objects.get().due
    change_plan(by=cast.rep, retention=0.8, minutes=5, new_a_day=5)
    assert CardMemory.objects.get().due > before
    with pytest.raises(Refused, match="minutes a day from 1"):
        change_plan(by=cast.rep, retention=0.5, minutes=99, new_a_day=5)


def test_forgetting_deletes_all_of_ones_own_and_of_nobody_else(cast: Cast) -> None:
    some_cards(cast)
    for person in (cast.rep, cast.team_mate):
        answered(person, self_rated(cast)[0], NOW)
    forget_practice(by=cast.rep)
    assert set(CardAnswer.objects.values_list("person", flat=True)) == {cast.team_mate.pk}
    assert set(CardMemory.objects.values_list("person", flat=True)) == {cast.team_mate.pk}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"sent_at": "yesterday", "answers": []}',
        b'{"sent_at": "2026-03-02T09:00:00", "answers": []}',
        b'{"sent_at": "2026-03-02T09:00:00Z", "answers": [{"key": 1}]}',
        b'{"sent_at": "2026-03-02T09:00:00Z", "answers": [null]}',
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused_with_what_was_expected(cast: Cast, client: Client, body: bytes) -> None:
    client.force_login(cast.rep, backend=BACKEND)
    answer = client.post("/practice/answers/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "sent_at" in answer.json()["expected"]


def test_the_device_is_told_which_answers_are_kept(cast: Cast, client: Client) -> None:
    some_cards(cast)
    client.force_login(cast.rep, backend=BACKEND)
    given = client.get("/practice/cards/").json()
    recall = next(each for each in given["cards"] if each["kind"] == "recall")
    key = str(uuid4())
    one = {
        "key": key,
        "card": recall["card"],
        "edition": recall["edition"],
        "at": given["given_at"],
        "seconds": 8.5,
        "rating": 3,
    }
    body = json.dumps({"sent_at": given["given_at"], "answers": [one]})
    for _time in range(2):
        assert client.post("/practice/answers/", body, content_type="application/json").json() == {
            "kept": [key],
            "refused": {},
        }
    assert CardAnswer.objects.get().seconds == 8.5


def test_a_choice_made_out_of_reach_counts_by_its_words_when_other_options_have_come(cast: Cast) -> None:
    some_cards(cast)
    card = PracticeCard.objects.filter(kind="choose", source="lesson")[0]
    before = card.editions.get().content
    for title in ("One more", "And another", "A fifth", "A sixth"):
        lesson(cast, title)
    make_cards(organisation=cast.organisation, now=NOW)
    after = card.editions.get().content
    assert after["options"] != before["options"]
    take_answers(by=cast.rep, answers=[sent(card, NOW, picked=before["answer"])], sent_at=NOW, now=NOW)
    assert CardAnswer.objects.get().rating == 3
