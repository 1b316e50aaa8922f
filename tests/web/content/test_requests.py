"""What sales asks for: votes, answers, and who is told."""

import pytest
from django.core import mail
from tests.cast import Cast
from tests.web.content.made import NOW, deal_of, piece_of

from afteraction.errors import Refused
from afteraction.web.content import requests, selectors
from afteraction.web.content.models import ContentRequest, RequestNotice
from afteraction.web.content.writing import Words


def test_who_asked_and_who_voted_are_told_of_the_answer_once_each(cast: Cast) -> None:
    deal_of(cast)
    asked = requests.ask(by=cast.rep, words=Words("A security paper"), why="", deal_ids=["D1"], now=NOW)
    for wants in (True, True, False, True):
        requests.vote(by=cast.team_mate, request=asked, wants=wants, now=NOW, deal_id="D1")
    assert asked.votes.count() == 2
    piece = piece_of(cast, "Security paper")
    requests.answer(by=cast.marketer, request=asked, piece=piece, text="Here it is", now=NOW)
    assert [each.request for each in selectors.unseen_answers(cast.rep)] == [asked]
    for notice in RequestNotice.objects.all():
        assert requests.mail_answer(notice=notice, now=NOW)
        assert not requests.mail_answer(notice=notice, now=NOW)
    assert sorted(each.to[0] for each in mail.outbox) == sorted([cast.rep.email, cast.team_mate.email])
    assert "Security paper" in str(mail.outbox[0].body)
    requests.seen(by=cast.rep, request=asked, now=NOW)
    assert selectors.unseen_answers(cast.rep) == []
    with pytest.raises(Refused, match="answered"):
        requests.vote(by=cast.manager, request=asked, wants=True, now=NOW)


def test_a_request_is_declined_only_with_a_reason_and_only_by_who_answers_for_content(cast: Cast) -> None:
    asked = requests.ask(by=cast.rep, words=Words("A film"), why="", deal_ids=(), now=NOW)
    with pytest.raises(Refused, match="neither a piece nor a reason"):
        requests.answer(by=cast.marketer, request=asked, piece=None, text=" ", now=NOW)
    with pytest.raises(Refused, match="does not answer for content"):
        requests.answer(by=cast.rep, request=asked, piece=None, text="No", now=NOW)
    assert requests.answer(by=cast.marketer, request=asked, piece=None, text="Too dear", now=NOW).state == "declined"


def test_a_request_names_deals_of_the_record_and_is_for_this_organisation_alone(cast: Cast) -> None:
    with pytest.raises(Refused, match="nothing that is needed; deal D9, which is not on record"):
        requests.ask(by=cast.rep, words=Words(" "), why="", deal_ids=["D9"], now=NOW)
    asked = requests.ask(by=cast.rep, words=Words("A film"), why="", deal_ids=(), now=NOW)
    with pytest.raises(Refused, match="another organisation"):
        requests.vote(by=cast.outsider, request=asked, wants=True, now=NOW)


def test_the_same_request_sent_twice_is_one(cast: Cast) -> None:
    words = Words("A film")
    requests.ask(by=cast.rep, words=words, why="", deal_ids=(), now=NOW)
    with pytest.raises(Refused, match="asked for already"):
        requests.ask(by=cast.rep, words=words, why="", deal_ids=(), now=NOW)
    assert ContentRequest.objects.count() == 1
