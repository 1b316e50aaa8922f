"""Asking opens by itself and ends by itself: preview, mail, one reminder, expiry; what was said no to stays no."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.recorded import Record, give_data
from tests.web.buyers.made import ask_buyers, asked, ended_deal, follow, preview_over

from afteraction.errors import Refused
from afteraction.web.buyers.asking import follow_reviews
from afteraction.web.buyers.mailing import send_invitation
from afteraction.web.buyers.models import Asking, Invitation, Link, Programme
from afteraction.web.buyers.people_of_buyers import contacts_of
from afteraction.web.buyers.programme import save_mail
from afteraction.web.buyers.withholding import add_person, release, withhold
from afteraction.web.buyers.words import DRIVERS, MAILS, PLACEHOLDERS, WORDS
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Role, User
from afteraction.web.reviews.models import Review

State = Invitation.State


def test_people_of_the_record_are_asked_when_their_deal_has_ended(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    refresh_index(organisation=cast.organisation)
    deal = Deal.objects.filter(organisation=cast.organisation, outcome="lost").exclude(account_id="")[0]
    known = contacts_of(cast.organisation, [(deal.deal_id, deal.account_id)])[deal.deal_id]
    assert known
    assert [each.touches for each in known] == sorted((each.touches for each in known), reverse=True)
    ask_buyers(cast.operations, most_people=1)
    Review.objects.create(
        organisation=cast.organisation, deal_id=deal.deal_id, outcome="lost", opened_at=timezone.now(),
        closed_at=timezone.now() - timedelta(days=6), due_on=timezone.now().date(),
    )  # fmt: skip
    follow()
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.name, invitation.state) == (known[0].email, known[0].name, "preview")


def test_a_preview_lasts_two_days_whatever_the_wait(cast: Cast) -> None:
    ask_buyers(cast.operations, wait_days=0)
    ended_deal(cast.organisation)
    follow()
    asking = Asking.objects.get()
    assert asking.state == Asking.State.NOBODY
    made = add_person(by=cast.operations, asking=asking, name="", email="a@b.example", language="", now=timezone.now())
    asking.refresh_from_db()
    assert asking.send_after is not None
    assert asking.send_after >= timezone.now() + timedelta(hours=47, minutes=59)
    follow()
    assert made.state == State.PREVIEW
    assert mail.outbox == []


def test_following_twice_asks_once(cast: Cast) -> None:
    invitation, _path = asked(cast)
    for _ in range(3):
        follow()
    assert len(mail.outbox) == 1
    assert Asking.objects.count() == 1
    invitation.refresh_from_db()
    assert invitation.state == State.SENT


def test_there_is_one_reminder_with_a_link_of_its_own_and_both_work(cast: Cast, client: Client) -> None:
    invitation, first = asked(cast)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=8))
    for _ in range(3):
        follow()
    assert len(mail.outbox) == 2
    assert "only reminder" in mail.outbox[1].body
    invitation.refresh_from_db()
    assert invitation.state == State.REMINDED
    assert Link.objects.count() == 2
    assert client.get(first).status_code == 200


def test_a_mail_says_how_to_be_left_alone_in_plain_text_and_html(cast: Cast) -> None:
    asked(cast)
    message: Any = mail.outbox[0]
    assert message.from_email.startswith('"Dana Fields, customer research, Northwind"')
    assert "/unsubscribe/" in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "/unsubscribe/" in html
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    everything = f"{message.subject} {message.body} {html}"
    told = ("Secret deal", "987", "Noor", "Enterprise North", "Fabrikam", "Mid-market")
    assert not [word for word in told if word in everything]


def test_a_link_ends_and_what_was_typed_goes_with_it(cast: Cast, client: Client) -> None:
    invitation, path = asked(cast)
    client.post(f"{path}draft/", {"better": "half a"})
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    follow()
    invitation.refresh_from_db()
    assert invitation.state == State.EXPIRED
    assert not hasattr(Invitation.objects.get(), "draft")


def test_a_deal_that_is_opened_again_asks_nobody(cast: Cast) -> None:
    invitation, _path = asked(cast)
    Review.objects.update(ended_at=timezone.now())
    follow()
    invitation.refresh_from_db()
    assert Asking.objects.get().state == Asking.State.WITHDRAWN
    assert invitation.state == State.EXPIRED


def test_who_unsubscribed_is_asked_about_no_deal_ever_again(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast, 1, email="robin@contoso.example")
    client.post(f"{path}unsubscribe/")
    ended_deal(cast.organisation, 2)
    follow()
    asking = Asking.objects.get(review__deal_id="D-2")
    with pytest.raises(Refused, match="never to be written to"):
        add_person(
            by=cast.operations, asking=asking, name="R", email="ROBIN@contoso.example", language="", now=timezone.now()
        )


def test_an_open_invitation_of_who_unsubscribed_sends_nothing(cast: Cast, client: Client) -> None:
    _one, path = asked(cast, 1, email="robin@contoso.example")
    two, _path = asked(cast, 2, email="robin@contoso.example")
    client.post(f"{path}unsubscribe/")
    two.refresh_from_db()
    assert two.state == State.UNSUBSCRIBED
    Invitation.objects.filter(pk=two.pk).update(state=State.PREVIEW, sent_at=None)  # as if it had been on its way
    send_invitation(invitation_id=two.pk, now=timezone.now())
    two.refresh_from_db()
    assert (two.state, len(mail.outbox)) == (State.UNSUBSCRIBED, 2)


def test_an_address_that_does_not_exist_is_not_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Any, *_args: Any, **_kwargs: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"robin1@contoso.example": (550, b"no such user")})

    ask_buyers(cast.operations)
    ended_deal(cast.organisation)
    follow()
    asking = Asking.objects.get()
    made = add_person(
        by=cast.operations, asking=asking, name="R", email="robin1@contoso.example", language="", now=timezone.now()
    )
    preview_over()
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    follow()
    made.refresh_from_db()
    assert (made.state, made.problem) == (State.BOUNCED, "550 no such user")
    assert not Link.objects.filter(invitation=made).exists() or made.sent_at is None


def test_withholding_needs_a_reason_and_is_for_managers_not_the_rep(cast: Cast) -> None:
    ask_buyers(cast.operations)
    ended_deal(cast.organisation)
    follow()
    asking = Asking.objects.get()
    add_person(by=cast.operations, asking=asking, name="R", email="r@contoso.example", language="", now=timezone.now())
    now = timezone.now()
    for who in (cast.rep, cast.team_mate, cast.marketer, cast.executive, cast.outsider):
        with pytest.raises(Refused):
            withhold(by=who, asking=asking, reason="dispute", text="", now=now)
    for reason, text in (("", ""), ("because", ""), ("other", " ")):
        with pytest.raises(Refused):
            withhold(by=cast.manager, asking=asking, reason=reason, text=text, now=now)
    withhold(by=cast.manager, asking=asking, reason="other", text="They asked for quiet", now=now)
    asking.refresh_from_db()
    assert (asking.state, asking.withheld_by, asking.reason) == ("withheld", cast.manager, "other")
    preview_over()
    follow()
    assert mail.outbox == []
    release(by=cast.manager, asking=asking, now=now)
    assert Invitation.objects.get().state == State.PREVIEW


def test_a_manager_of_another_team_withholds_nothing(cast: Cast) -> None:
    ask_buyers(cast.operations)
    ended_deal(cast.organisation, team="Enterprise South")
    follow()
    asking = Asking.objects.get()
    with pytest.raises(Refused):
        withhold(by=cast.manager, asking=asking, reason="dispute", text="", now=timezone.now())


def test_rules_choose_the_deals_and_the_draw_is_the_same_each_time(cast: Cast) -> None:
    ask_buyers(cast.operations, outcomes=["lost"], above=1000.0, share=40)
    Programme.objects.update(seed="fixed")
    for number in range(40):
        ended_deal(cast.organisation, number, outcome="won" if number % 4 == 0 else "lost")
    ended_deal(cast.organisation, 99, amount=10.0)
    follow()
    assert set(Asking.objects.values_list("review__outcome", flat=True)) == {"lost"}
    drawn = set(Asking.objects.exclude(state="left_out").values_list("review__deal_id", flat=True))
    assert 4 < len(drawn) < 20
    Asking.objects.all().delete()
    follow_reviews(organisation=cast.organisation, now=timezone.now())
    assert drawn == set(Asking.objects.exclude(state="left_out").values_list("review__deal_id", flat=True))
    assert set(Asking.objects.exclude(state="left_out").values_list("weight", flat=True)) == {2.5}


def test_turned_off_nothing_leaves(cast: Cast) -> None:
    ask_buyers(cast.operations)
    ended_deal(cast.organisation)
    follow()
    add_person(
        by=cast.operations, asking=Asking.objects.get(), name="", email="r@c.example", language="", now=timezone.now()
    )
    preview_over()
    Programme.objects.update(is_on=False)
    follow()
    assert mail.outbox == []


def test_a_mail_of_ones_own_needs_the_link_and_fills_no_placeholder_twice(cast: Cast) -> None:
    texts = dict(MAILS["en"])
    with pytest.raises(Refused, match="link"):
        save_mail(by=cast.operations, language="en", texts=texts | {"body": "Hello {name}"})
    with pytest.raises(Refused):
        save_mail(by=cast.rep, language="en", texts=texts)
    save_mail(by=cast.operations, language="en", texts=texts | {"subject": "For {name}", "body": "{name} {link}"})
    asked(cast)
    Invitation.objects.update(name="{link} <b>{sender}</b>")
    Invitation.objects.update(state=State.PREVIEW)
    send_invitation(invitation_id=Invitation.objects.get().pk, now=timezone.now())
    message: Any = mail.outbox[-1]
    assert message.subject == "For  <b>{sender}</b>"
    assert "<b>" not in message.alternatives[0][0]


def test_every_language_has_every_word_and_every_placeholder_is_filled(cast: Cast) -> None:
    for language in ("de", "fr", "es"):
        assert WORDS[language].keys() == WORDS["en"].keys()
        assert MAILS[language].keys() == MAILS["en"].keys()
        assert DRIVERS[language].keys() == DRIVERS["en"].keys()
        for key, text in WORDS[language].items():
            assert {p for p in ("{company}", "{buyer}", "{sender}") if p in text} == {
                p for p in ("{company}", "{buyer}", "{sender}") if p in WORDS["en"][key]
            }, (language, key)
    asked(cast)
    message: Any = mail.outbox[-1]
    assert not [name for name in PLACEHOLDERS if name in message.body + message.subject + message.alternatives[0][0]]


def test_the_rep_may_type_in_an_address_of_their_own_deal(cast: Cast) -> None:
    ask_buyers(cast.operations)
    ended_deal(cast.organisation)
    follow()
    asking = Asking.objects.get()
    made = add_person(by=cast.rep, asking=asking, name="", email="x@y.example", language="", now=timezone.now())
    assert made.typed_by == cast.rep
    with pytest.raises(Refused):
        add_person(by=cast.team_mate, asking=asking, name="", email="z@y.example", language="", now=timezone.now())
    assert User.objects.filter(role=Role.REP).count() == 2
