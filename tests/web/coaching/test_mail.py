"""The agenda comes by mail once, on the day, to those who want mail."""

from datetime import timedelta

import pytest
from django.core import mail
from tests.cast import Cast
from tests.web.coaching.made import NOW, ready, weekly
from tests.web.reviews.made import ended, review_of

from afteraction.web.coaching import mailing, services
from afteraction.web.coaching.models import AgendaMail
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.people import mailing as post
from afteraction.web.reviews.digest import set_reminders


def test_the_agenda_is_mailed_to_both_once_on_the_morning_of_the_meeting(cast: Cast) -> None:
    review_of(cast, ended(cast, name="Acme"), now=NOW)
    meeting = ready(weekly(cast))
    assert mailing.mails_due(now=NOW) == []
    morning = meeting.planned_at - timedelta(hours=3)
    us = cast.organisation.pk
    assert mailing.mails_due(now=morning) == [(us, meeting.pk, cast.manager.pk), (us, meeting.pk, cast.rep.pk)]
    assert mailing.send_agenda(meeting=meeting, person=cast.rep, now=morning)
    assert not mailing.send_agenda(meeting=meeting, person=cast.rep, now=morning)
    assert mailing.mails_due(now=morning) == [(us, meeting.pk, cast.manager.pk)]
    [sent] = mail.outbox
    assert sent.subject == "One-to-one with Piet Jansen, Thursday 10:00: agenda ready"
    assert "- Acme" in sent.body
    assert f"/coaching/meetings/{meeting.pk}/" in sent.body


def test_who_wants_no_mail_is_in_no_meeting_or_is_too_late_gets_none(cast: Cast) -> None:
    meeting = ready(weekly(cast))
    set_reminders(person=cast.rep, wanted=False)
    assert not mailing.send_agenda(meeting=meeting, person=cast.rep, now=NOW)
    assert not mailing.send_agenda(meeting=meeting, person=cast.admin, now=NOW)
    assert not mailing.send_agenda(meeting=meeting, person=cast.manager, now=meeting.planned_at)
    assert mail.outbox == []


def test_a_mail_server_that_is_down_is_asked_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = ready(weekly(cast))

    def down(*_args: object, **_kwargs: object) -> None:
        raise MayPass("the server is down", "one that takes mail")

    monkeypatch.setattr(post, "send_now", down)
    with pytest.raises(Later):
        mailing.send_agenda(meeting=meeting, person=cast.rep, now=NOW)
    assert not AgendaMail.objects.exists()


def test_a_huddle_sends_no_mail(cast: Cast) -> None:
    meeting = ready(weekly(cast, kind="huddle"))
    assert mailing.mails_due(now=meeting.planned_at - timedelta(hours=1)) == []
    services.end(by=cast.manager, meeting=meeting, now=meeting.planned_at)
