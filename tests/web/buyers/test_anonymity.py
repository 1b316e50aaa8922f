"""Anonymous answers: no way from a row of the database, an id or a time back to the deal, the person or the mail."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.buyers.made import asked

from afteraction.web.buyers import limits
from afteraction.web.buyers.anonymity import FEWEST, release_held
from afteraction.web.buyers.models import AnonymousAnswer, BuyerAnswer, Draft, HeldAnswer, Invitation, Said
from afteraction.web.people.models import Organisation

ALLOWED = {"id", "organisation", "outcome", "quarter", "segment", *(field.name for field in Said._meta.get_fields())}


@pytest.fixture(autouse=True)
def _forget_attempts() -> None:
    limits.WRONG.clear()
    limits.ALL.clear()


def answered_anonymously(cast: Cast, number: int, **deal: Any) -> Invitation:
    invitation, path = asked(cast, number, **deal)
    said = {
        "better": f"Words of number {number}",
        "cause": "price",
        "score": "-3",
        "anonymous": "yes",
        "may_quote": "named",
    }
    Client().post(f"{path}draft/", said)
    answer = Client().post(path, said)
    assert answer.status_code == 200
    assert not answer.cookies
    invitation.refresh_from_db()
    return invitation


def all_due() -> None:
    HeldAnswer.objects.update(not_before=timezone.now().date())


def values(row: models.Model) -> Iterator[Any]:
    yield from (getattr(row, field.attname) for field in row._meta.concrete_fields)


@pytest.mark.parametrize("model", [HeldAnswer, AnonymousAnswer])
def test_an_anonymous_answer_has_no_column_that_leads_anywhere(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.get_fields()}
    assert names - {"not_before"} == ALLOWED
    related = [field.related_model for field in model._meta.get_fields() if field.is_relation]
    assert related == [Organisation]
    timed = [field.name for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    assert timed == []


def test_nothing_in_the_database_points_at_an_anonymous_answer() -> None:
    pointing = [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model in (HeldAnswer, AnonymousAnswer)
    ]
    assert pointing == []


def test_the_invitation_says_that_it_was_answered_and_nothing_else(cast: Cast) -> None:
    before, _path = asked(cast, 1)
    after = answered_anonymously(cast, 2)
    assert after.state == "anonymous"
    assert not Draft.objects.exists()
    assert not BuyerAnswer.objects.exists()
    fresh = {field.name for field in Invitation._meta.concrete_fields if getattr(before, field.attname) is None}
    assert {name for name in fresh if getattr(after, name) is not None} == set()  # no time was noted
    keys = {after.pk, after.asking_id, after.asking.review_id, *after.links.values_list("pk", flat=True)}
    held = HeldAnswer.objects.get()
    assert held.pk not in keys
    assert not any(str(value) in ("D-2", "Robin Lee", after.email) for value in values(held))


def test_keys_say_nothing_of_the_order_in_which_people_answered(cast: Cast) -> None:
    for number in range(1, 9):
        answered_anonymously(cast, number)
    by_key = [each.better for each in HeldAnswer.objects.order_by("pk")]
    in_order = [f"Words of number {number}" for number in range(1, 9)]
    assert sorted(by_key) == in_order
    rowids = [each.pk for each in sorted(HeldAnswer.objects.all(), key=lambda each: each.better)]
    assert max(rowids) > 10**9
    assert rowids != sorted(rowids)  # once in 40,320 by chance
    all_due()
    assert release_held(organisation=cast.organisation, now=timezone.now()) == 8
    new = {each.better: each.pk for each in AnonymousAnswer.objects.all()}
    assert not set(new.values()) & set(rowids)


def test_an_answer_is_held_until_four_others_appear_with_it(cast: Cast) -> None:
    now = timezone.now()
    for number in range(1, FEWEST):
        answered_anonymously(cast, number)
    all_due()
    assert release_held(organisation=cast.organisation, now=now + timedelta(days=300)) == 0
    answered_anonymously(cast, FEWEST)
    assert release_held(organisation=cast.organisation, now=now) == 0  # the newest is not due: a day by chance
    all_due()
    assert release_held(organisation=cast.organisation, now=now) == FEWEST
    assert release_held(organisation=cast.organisation, now=now) == 0
    assert {each.segment for each in AnonymousAnswer.objects.all()} == {"Mid-market"}
    answered_anonymously(cast, FEWEST + 1)
    all_due()
    assert (
        release_held(organisation=cast.organisation, now=now + timedelta(days=300)) == 0
    )  # alone it would be told apart


def test_a_segment_of_fewer_than_five_is_left_out(cast: Cast) -> None:
    now = timezone.now()
    for number in range(1, 7):
        answered_anonymously(cast, number, segment="Rare" if number <= 2 else "Common")
    all_due()
    assert release_held(organisation=cast.organisation, now=now) == 0
    assert release_held(organisation=cast.organisation, now=now + timedelta(days=15)) == 6
    assert {each.segment for each in AnonymousAnswer.objects.all()} == {""}


def test_an_outcome_of_fewer_than_five_stays_held(cast: Cast) -> None:
    for number in range(1, 7):
        answered_anonymously(cast, number, outcome="won" if number == 1 else "lost")
    all_due()
    release_held(organisation=cast.organisation, now=timezone.now() + timedelta(days=15))
    assert AnonymousAnswer.objects.filter(outcome="lost").count() == 5
    assert HeldAnswer.objects.get().outcome == "won"


def test_the_page_says_in_a_sentence_what_anonymous_means(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast)
    page = client.get(path).content.decode()
    assert "kept without your name, your company and this deal" in page
    thanks = client.post(path, {"better": "x", "anonymous": "yes"}).content.decode()
    assert "Nobody can tell that they are yours" in thanks
    assert "Change my answers" not in thanks


def test_no_page_shows_held_answers_or_joins_them_to_a_deal(cast: Cast, client: Client) -> None:
    invitation = answered_anonymously(cast, 1)
    client.force_login(cast.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    for page in ("", "answers/", "answers/?of=anonymous", "asked/", f"asked/{invitation.asking_id}/"):
        assert "Words of number" not in client.get(f"/reviews/buyers/{page}").content.decode()
    assert "Answered anonymously" in client.get(f"/reviews/buyers/asked/{invitation.asking_id}/").content.decode()


def test_the_trail_has_no_time_of_an_anonymous_answer(cast: Cast) -> None:
    from auditlog.models import LogEntry

    before = LogEntry.objects.count()
    invitation, path = asked(cast, 1)
    after_asking = LogEntry.objects.count()
    Client().post(path, {"better": "x", "anonymous": "yes"})
    assert LogEntry.objects.count() == after_asking >= before
    assert invitation is not None
