"""Reminders: at most one mail a person a day, only when something is due, never to those who want none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.people import mailing
from afteraction.web.people.models import User
from afteraction.web.reviews import digest
from afteraction.web.reviews.models import Reminder, Review, ReviewRules

DAY = datetime(2026, 3, 9, 12, tzinfo=UTC)
TODAY = DAY.date()
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def due(cast: Cast, deal_id: str = "d1", on: date = TODAY, **fields: Any) -> Review:
    review = review_of(cast, ended(cast, deal_id, **fields), now=DAY - timedelta(days=7))
    Review.objects.filter(pk=review.pk).update(due_on=on)
    return Review.objects.get(pk=review.pk)


def remind(cast: Cast, now: datetime = DAY) -> list[str]:
    """Everybody who gets a mail at that time, by the address it went to."""
    before = len(mail.outbox)
    for key in digest.people_to_remind(cast.organisation, now=now):
        digest.send_digest(person=User.objects.get(pk=key), now=now)
    return sorted(one.to[0] for one in mail.outbox[before:])


def test_the_rep_and_the_manager_get_one_mail_with_everything_that_is_due(cast: Cast) -> None:
    due(cast, "d1", on=date(2026, 3, 5))
    due(cast, "d2", on=date(2026, 3, 10))
    due(cast, "later", on=date(2026, 3, 20))
    assert remind(cast) == [cast.manager.email, cast.rep.email]
    to_rep = next(one for one in mail.outbox if one.to == [cast.rep.email])
    assert to_rep.subject == "2 reviews to do, 1 overdue"
    assert "Overdue since 5 March: Deal d1 (lost)" in to_rep.body
    assert "Due 10 March: Deal d2" in to_rep.body
    assert "later" not in to_rep.body
    assert "/reviews/reminders/" in to_rep.body
    to_manager = next(one for one in mail.outbox if one.to == [cast.manager.email])
    assert "Noor Haddad: 2 due, 1 of them overdue, the oldest since 5 March" in to_manager.body


def test_nobody_gets_a_second_mail_on_the_same_day(cast: Cast) -> None:
    due(cast)
    assert remind(cast)
    assert remind(cast, DAY + timedelta(hours=3)) == []
    assert not digest.send_digest(person=cast.rep, now=DAY + timedelta(hours=3))
    assert remind(cast, DAY + timedelta(days=1))


def test_without_anything_due_there_is_no_mail(cast: Cast) -> None:
    review = due(cast)
    answered(cast.rep, review, "price", now=DAY)
    assert remind(cast) == []
    due(cast, "d2", on=DAY.date() + timedelta(days=5))
    assert remind(cast) == []


def test_those_who_want_none_and_those_who_have_left_get_none(cast: Cast, client: Client) -> None:
    due(cast)
    client.force_login(cast.rep, backend=BACKEND)
    assert "checked" in client.get("/reviews/reminders/").content.decode()
    assert client.post("/reviews/reminders/", {}).status_code == 302
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert remind(cast) == []
    assert not digest.send_digest(person=cast.rep, now=DAY)
    assert client.post("/reviews/reminders/", {"wanted": "on"}).status_code == 302
    assert remind(cast) == [cast.rep.email]


def test_an_organisation_may_switch_reminders_off(cast: Cast) -> None:
    due(cast)
    ReviewRules.objects.update(reminders=False)
    assert remind(cast) == []
    assert not digest.send_digest(person=cast.rep, now=DAY)


@pytest.mark.parametrize(
    ("zone", "utc_hour", "sent"),
    [("", 7, False), ("", 8, True), ("", 23, True), ("America/New_York", 12, True), ("America/New_York", 11, False)],
)
def test_mail_leaves_from_the_hour_on_in_the_time_zone_of_the_organisation(
    cast: Cast, zone: str, utc_hour: int, sent: bool
) -> None:
    due(cast)  # New York is on summer time from the day before
    ReviewRules.objects.update(time_zone=zone, digest_hour=8)
    assert bool(remind(cast, DAY.replace(hour=utc_hour))) is sent


def test_a_server_that_takes_no_mail_is_tried_again_and_the_day_is_not_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(cast)

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise MayPass("mail did not leave", "a mail server")

    with monkeypatch.context() as patched:
        patched.setattr(mailing, "send_now", refuse)
        with pytest.raises(Later):
            digest.send_digest(person=cast.rep, now=DAY)
    assert Reminder.objects.get(person=cast.rep).sent_on is None
    assert digest.send_digest(person=cast.rep, now=DAY)


def test_an_address_that_is_no_more_is_not_tried_again_that_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    due(cast)

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise Refused("no such address", "one that there is")

    monkeypatch.setattr(mailing, "send_now", refuse)
    assert not digest.send_digest(person=cast.rep, now=DAY)
    assert cast.rep.pk not in digest.people_to_remind(cast.organisation, now=DAY)
    assert cast.rep.pk in digest.people_to_remind(cast.organisation, now=DAY + timedelta(days=1))


def test_a_worker_that_is_killed_while_it_sends_sends_nothing_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(cast)

    def die(*_args: Any, **_kwargs: Any) -> None:
        mail.outbox.append(mail.EmailMessage(to=[cast.rep.email]))
        raise SystemExit(137)  # as hard as it gets: after the server took the mail, before anything was written

    with monkeypatch.context() as patched:
        patched.setattr(mailing, "send_now", die)
        with pytest.raises(SystemExit):
            digest.send_digest(person=cast.rep, now=DAY)
    assert not digest.send_digest(person=cast.rep, now=DAY)
    assert [one.to for one in mail.outbox] == [[cast.rep.email]]


def test_mail_names_nothing_of_another_organisation_and_nothing_that_was_written(cast: Cast) -> None:
    review = due(cast, on=date(2026, 3, 5))
    answered(
        cast.rep, review, "price", now=DAY, done=False, happened="HAPPENED", private_note="PRIVATE", lesson="LESSON"
    )
    assert cast.outsider.email not in remind(cast)
    text = "".join(one.subject + one.body for one in mail.outbox)
    assert "Deal d1" in text
    assert not any(word in text for word in ("HAPPENED", "PRIVATE", "LESSON"))
