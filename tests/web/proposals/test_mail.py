from datetime import timedelta

import pytest
from django.core import mail
from tests.cast import Cast
from tests.waiting_jobs import run_what_waits
from tests.web.proposals.made import DAY, NOW, proposed, question

from afteraction.web.proposals import answering, mailing, services
from afteraction.web.proposals.cards import cards
from afteraction.web.proposals.models import ProposalNews
from afteraction.web.proposals.selectors import seen
from afteraction.web.reviews.digest import set_reminders

DUE = NOW + 13 * DAY


def remind(cast: Cast, now: object = DUE) -> list[str]:
    before = len(mail.outbox)
    for key in mailing.people_to_remind(cast.organisation, now=now):  # type: ignore[arg-type]
        person = cast.organisation.users.get(pk=key)
        mailing.send_reminder(person=person, now=now)  # type: ignore[arg-type]
    return [each.to[0] for each in mail.outbox[before:]]


def test_an_owner_is_reminded_once_a_day_from_two_days_before_it_is_due(cast: Cast) -> None:
    made = proposed(cast)
    assert remind(cast, made.answer_by - timedelta(days=2, hours=1)) == []
    assert remind(cast) == [cast.operations.email]
    assert remind(cast) == []
    assert "1 change waits for your answer" in mail.outbox[-1].subject
    assert made.title in mail.outbox[-1].body
    assert remind(cast, DUE + 3 * DAY) == [cast.operations.email]
    assert "1 overdue" in mail.outbox[-1].subject


def test_nobody_is_reminded_of_what_is_answered_or_does_not_want_to_be(cast: Cast) -> None:
    made = proposed(cast)
    set_reminders(person=cast.operations, wanted=False)
    assert remind(cast) == []
    set_reminders(person=cast.operations, wanted=True)
    answering.decline(by=cast.operations, proposal=made, reason="No.", now=NOW)
    assert remind(cast) == []


def test_author_and_supporters_get_a_mail_of_what_became_of_it(cast: Cast) -> None:
    made = proposed(cast)
    services.support(by=cast.team_mate, proposal=made, on=True, now=NOW)
    answering.decline(by=cast.operations, proposal=made, reason="Buyers take two weeks.", now=NOW)
    run_what_waits()
    assert sorted(each.to[0] for each in mail.outbox) == [cast.team_mate.email, cast.rep.email]
    assert "Buyers take two weeks." in mail.outbox[0].body
    for each in ProposalNews.objects.all():
        assert mailing.send_news(news_id=each.pk, now=NOW) is False  # once is enough


@pytest.mark.parametrize("part", ["rep", "operations", "manager", "marketer"])
def test_the_home_page_tells_what_concerns_someone(cast: Cast, part: str) -> None:
    late = proposed(cast, now=NOW - 400 * DAY)
    made = question(cast)
    answering.decline(by=cast.manager, proposal=made, reason="No.", now=NOW)
    titles = {
        "rep": ["What became of changes"],
        "operations": ["Changes that wait for your answer", "What became of changes"],
        "manager": ["Changes that nobody answered in time"],
        "marketer": [],
    }
    assert [each.title for each in cards(getattr(cast, part))] == titles[part]
    seen(getattr(cast, part), made, now=NOW)
    assert "What became of changes" not in [each.title for each in cards(getattr(cast, part))]
    assert late.owner == cast.operations
