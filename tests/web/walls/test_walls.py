"""Sharing, taking back, thanks, recognition, screens, and what leaders are reminded of."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.people.models import Role, User
from afteraction.web.walls import sharing, thanking
from afteraction.web.walls.cards import cards
from afteraction.web.walls.models import DealRisk, Entry, Recognition, Screen, Thanks
from afteraction.web.walls.screens import make_screen
from afteraction.web.walls.selectors import PER_SIDE, WallQuery, walls_for
from afteraction.web.walls.unacknowledged import unacknowledged

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
LESSON = "Ask in the first week who signs the contract."


@pytest.fixture
def reviewed(cast):
    """A lost deal of the rep, reviewed, with a lesson."""
    review = review_of(cast, ended(cast, segment="Enterprise"), now=NOW)
    answered(cast.rep, review, now=NOW, lesson=LESSON)
    review.refresh_from_db()
    return review


def texts(user, **asked):
    found = walls_for(user, WallQuery(**asked), today=TODAY)
    return [[shown.entry.text for shown in side.shown] for side in found.sides]


def test_a_finished_review_is_shared_with_one_tap_and_a_failure_is_thanked(cast, reviewed, enter):
    browser = enter(cast.rep)
    page = browser.get(reverse("review", args=[reviewed.pk])).content.decode()
    assert "Share on the wall of failures" in page
    assert "Everyone here reads the lesson, with your name and the deal" in page
    answer = browser.post(reverse("wall-share", args=[reviewed.pk]), follow=True).content.decode()
    assert "Thank you. A failure that is shared is one that nobody has to make again." in answer
    assert "On the wall of failures since" in answer
    wall = enter(cast.marketer).get(reverse("walls")).content.decode()
    assert LESSON in wall
    assert f"Thank you, <strong>{cast.rep.name}</strong>" in wall


def test_sharing_twice_hangs_it_once_and_taking_back_removes_it_everywhere(cast, reviewed, enter):
    entry = sharing.share_review(by=cast.rep, review=reviewed, now=NOW)
    assert sharing.share_review(by=cast.rep, review=reviewed, now=NOW) == entry
    thanking.thank(by=cast.manager, entry=entry, now=NOW)
    _screen, link = make_screen(by=cast.manager, name="Hall", now=NOW)
    with pytest.raises(Refused, match="not yours"):
        sharing.take_back(by=cast.admin, entry=entry)
    enter(cast.rep).post(reverse("wall-take-back", args=[entry.pk]))
    assert not Entry.objects.exists()
    assert not Thanks.objects.exists()
    for page in (reverse("walls"), reverse("wall-screen-here"), link.removeprefix("http://localhost:8000")):
        assert LESSON not in enter(cast.manager).get(page).content.decode()


def test_only_the_deals_own_rep_shares_it(cast, reviewed):
    for someone in (cast.manager, cast.team_mate, cast.admin):
        with pytest.raises(Refused, match="without a finished answer of yours"):
            sharing.share_review(by=someone, review=reviewed, now=NOW)
    with pytest.raises(Refused, match="a deal of your own"):
        sharing.write(by=cast.manager, wall="failures", text=LESSON, deal_id=reviewed.deal_id, now=NOW)


def test_a_closing_that_was_taken_back_hangs_nowhere(cast, reviewed):
    sharing.share_review(by=cast.rep, review=reviewed, now=NOW)
    reviewed.ended_at = NOW
    reviewed.save()
    assert texts(cast.rep) == [[], []]


def test_both_walls_have_the_same_number_of_places(cast):
    for number in range(PER_SIDE + 2):
        sharing.write(by=cast.rep, wall="wins", text=f"{LESSON} {number}", now=NOW)
    sharing.write(by=cast.rep, wall="failures", text=LESSON, now=NOW)
    found = walls_for(cast.manager, WallQuery(), today=TODAY)
    assert (len(found.wins.shown), found.wins.free, found.pages) == (PER_SIDE, 0, 2)
    assert (len(found.failures.shown), found.failures.free) == (1, PER_SIDE - 1)


def test_the_walls_are_narrowed_by_segment_team_time_and_good_risk(cast, reviewed):
    sharing.share_review(by=cast.rep, review=reviewed, now=NOW)
    sharing.write(
        by=cast.marketer, wall="wins", text="Ask them early what they fear most.", now=NOW - timedelta(days=60)
    )
    assert texts(cast.rep, segment="Enterprise") == [[], [LESSON]]
    assert texts(cast.rep, team="Enterprise North") == [[], [LESSON]]
    assert texts(cast.rep, since="30") == [[], [LESSON]]
    assert texts(cast.rep, risks=True) == [[], []]
    DealRisk.objects.create(organisation=cast.organisation, deal_id=reviewed.deal_id, verdict="good", signs=[])
    assert texts(cast.rep, risks=True) == [[], [LESSON]]


def test_thanks_take_one_tap_once_a_person_and_a_second_tap_takes_them_back(cast, reviewed, enter):
    entry = sharing.share_review(by=cast.rep, review=reviewed, now=timezone.now() - timedelta(days=1))
    address = reverse("wall-thank", args=[entry.pk])
    browser = enter(cast.manager)
    for _tap in range(2):
        answer = browser.post(address, headers={"HX-Request": "true"})
        assert "Thanked" in answer.content.decode()
    browser.post(address, {"note": "Used it this week."}, headers={"HX-Request": "true"})
    assert [each.note for each in entry.thanks.all()] == ["Used it this week."]
    browser.post(address, {"undo": "1"}, headers={"HX-Request": "true"})
    assert not entry.thanks.exists()
    with pytest.raises(Refused, match="of your own"):
        thanking.thank(by=cast.rep, entry=entry, now=NOW)


def test_recognition_must_say_what_was_useful_and_what_can_be_repeated(cast, enter):
    said = {"useful": "You answered within a day.", "repeatable": "The list of answers is shared."}
    with pytest.raises(Refused, match="what was useful to the customer and what can be repeated"):
        thanking.recognise(by=cast.manager, to=cast.rep, useful="Great job", repeatable="", now=NOW)
    with pytest.raises(Refused, match="same words twice"):
        thanking.recognise(by=cast.manager, to=cast.rep, useful="All of it was", repeatable="all of it was", now=NOW)
    with pytest.raises(Refused, match="to yourself"):
        thanking.recognise(by=cast.rep, to=cast.rep, now=NOW, **said)
    with pytest.raises(Refused, match="not here"):
        thanking.recognise(by=cast.rep, to=cast.outsider, now=NOW, **said)
    answer = enter(cast.manager).post(reverse("wall-recognise"), said | {"to": cast.rep.pk}, follow=True)
    assert said["useful"] in answer.content.decode()
    assert [card.title for card in cards(cast.rep)] == ["A colleague wrote to you"]
    note = Recognition.objects.get()
    with pytest.raises(Refused, match="between others"):
        thanking.take_recognition_back(by=cast.admin, recognition=note)
    thanking.take_recognition_back(by=cast.rep, recognition=note)
    assert not Recognition.objects.exists()


def test_leaders_are_reminded_of_deserved_wins_and_good_risks_without_a_word(cast):
    ended(cast, "win", outcome="won", box="deserved_win")
    ended(cast, "risk")
    DealRisk.objects.create(
        organisation=cast.organisation, deal_id="risk", verdict="good", signs=[["bigger", "4 times"]]
    )
    ended(cast, "lucky", outcome="won", box="lucky_win")
    ended(cast, "shot")
    DealRisk.objects.create(organisation=cast.organisation, deal_id="shot", verdict="long_shot", signs=[])
    ended(cast, "fresh", outcome="won", box="deserved_win", closed_at=NOW + timedelta(days=5))
    latest = {"last_event_at": NOW + timedelta(days=9), "closed_at": None, "outcome": "open"}
    ended(cast, "open", **latest)
    later = NOW + timedelta(days=20)
    assert [each.deal.deal_id for each in unacknowledged(cast.manager, now=later)] == ["risk", "win"]
    assert unacknowledged(cast.rep, now=later) == []
    said = {"useful": "You told them the truth.", "repeatable": "Say early what does not fit."}
    thanking.recognise(by=cast.executive, to=cast.rep, deal_id="win", now=NOW, **said)
    entry = Entry.objects.create(
        organisation=cast.organisation, wall="failures", text=LESSON, sharer=cast.rep, deal_id="risk", shared_on=TODAY
    )
    thanking.thank(by=cast.team_mate, entry=entry, now=NOW)
    assert [each.deal.deal_id for each in unacknowledged(cast.manager, now=later)] == ["risk"]
    thanking.thank(by=cast.manager, entry=entry, now=NOW)
    assert unacknowledged(cast.manager, now=later) == []


def test_a_manager_is_reminded_of_their_own_team_alone(cast):
    other = User.objects.create_user(
        "south@northwind.example", name="South", role=Role.REP, organisation=cast.organisation, owner_name="South"
    )
    ended(cast, "south", owner=other.owner_name, team="South", outcome="won", box="deserved_win")
    later = {"last_event_at": NOW + timedelta(days=9), "closed_at": None, "outcome": "open"}
    ended(cast, "open", **later)
    assert unacknowledged(cast.manager, now=NOW + timedelta(days=20)) == []
    assert len(unacknowledged(cast.executive, now=NOW + timedelta(days=20))) == 1


def test_a_screen_is_read_without_signing_in_until_it_is_revoked(cast, reviewed, client, enter):
    sharing.share_review(by=cast.rep, review=reviewed, now=NOW)
    screen, link = make_screen(by=cast.operations, name="Hall", now=NOW)
    path = link.removeprefix("http://localhost:8000")
    answer = client.get(path)
    page = answer.content.decode()
    assert LESSON in page
    assert "Deal d1" not in page
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    assert screen.token_hash not in link
    enter(cast.operations).post(reverse("wall-screen-revoke", args=[screen.pk]))
    assert client.get(path).status_code == 404
    assert not Screen.objects.exists()


def test_reps_may_not_hang_screens(cast, enter):
    assert enter(cast.rep).get(reverse("wall-screens")).status_code == 403
    with pytest.raises(Refused, match="who may not"):
        make_screen(by=cast.rep, name="Mine", now=NOW)
