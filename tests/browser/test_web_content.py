"""Content and the joint meeting in a real browser: from a piece to a decision, by marketing and a rep."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.content.made import deal_of, piece_of

from afteraction.web.content import requests
from afteraction.web.content.models import ContentRequest, Piece, PieceUse, Rating
from afteraction.web.content.writing import Words
from afteraction.web.meetings import services as meetings
from afteraction.web.meetings.models import Decision

Start = Callable[..., Visit]


def test_from_a_piece_to_a_decision(visit: Start, cast: Cast) -> None:
    deal_of(cast, last_event_at=timezone.now() - timedelta(days=3))
    marketing = visit(cast.marketer)
    page = marketing.page
    marketing.go("/content/")
    page.get_by_role("link", name="Register a piece").first.click()
    page.get_by_label("Title").fill("Cost calculator")
    page.get_by_label("Web address").fill("https://content.example/costs")
    page.get_by_role("button", name="Register it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cost calculator")
    piece = Piece.objects.get()

    selling = visit(cast.rep, width=390, scheme="dark")
    phone = selling.page
    selling.go("/deals/D1/")
    phone.get_by_role("button", name="I used this").click()
    expect(phone.locator(".content-used")).to_contain_text("Cost calculator")
    assert PieceUse.objects.get().person == cast.rep
    assert list(problems(selling, 390)) == []
    phone.get_by_role("link", name="Cost calculator").click()
    phone.get_by_role("button", name="Useful", exact=True).click()
    phone.get_by_label("Why?").fill("Their finance asked for it")
    phone.get_by_role("button", name="Save").click()
    expect(phone.locator(".said-of")).to_contain_text("Their finance asked for it")
    assert Rating.objects.get().useful
    selling.go("/content/requests/new/?deal=D1")
    phone.get_by_label("What do you need?").fill("A one-page security answer")
    phone.get_by_role("button", name="Ask for it").click()
    expect(phone.locator(".votes-of")).to_contain_text("1 vote")
    asked = ContentRequest.objects.get()
    assert [each.deal_id for each in asked.deals.all()] == ["D1"]

    marketing.go("/content/requests/")
    page.get_by_role("button", name="I need it too").click()
    expect(page.locator(".vote-button")).to_have_attribute("aria-pressed", "true")
    marketing.go("/joint-meetings/rule/")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Begin it now").click()
    expect(page.locator(".points")).to_contain_text("A one-page security answer")
    page.get_by_label("What will be done?").fill("Write the security page")
    page.get_by_label("Who owns it").select_option(label=cast.marketer.name)
    page.get_by_label("About optional").select_option(label="A one-page security answer")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".decisions")).to_contain_text("Write the security page")
    expect(page.get_by_role("button", name="Talked about: A one-page security answer")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="End the meeting").click()
    expect(page.locator(".head-chips")).to_contain_text("Minutes")
    assert Decision.objects.get().owner == cast.marketer
    assert list(problems(marketing, 1440)) == []

    marketing.go(f"/content/requests/{asked.pk}/")
    page.get_by_label("Piece").select_option(label="Cost calculator")
    page.get_by_role("button", name="Answer, and tell them").click()
    selling.go("/")
    expect(phone.get_by_role("heading", name="What you asked for was answered")).to_be_visible()
    assert piece.requests.get() == asked
    assert (marketing.said, selling.said) == ([], [])


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_content_and_the_joint_meeting_are_readable(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    now = timezone.now()
    deal_of(cast, chance=0.2, chance_start=0.5, last_event_at=now)
    piece = piece_of(cast, buyer_role="Chief Financial Officer", valid_until=now.date() - timedelta(days=2))
    asked = requests.ask(by=cast.rep, words=Words("A film"), why="To show it", deal_ids=["D1"], now=now)
    meeting = meetings.begin_now(by=cast.marketer, now=now)
    due = now.date() + timedelta(days=7)
    meetings.decide(by=cast.marketer, meeting=meeting, text="Call sooner", owner=cast.rep, due_on=due, now=now)
    inside = visit(cast.marketer, width=width, scheme=scheme)
    for path in (
        *("/content/", "/content/new/", "/content/stale/", "/content/requests/", "/content/insights/"),
        *("/content/insights/new/", f"/content/pieces/{piece.pk}/", f"/content/requests/{asked.pk}/"),
        *("/joint-meetings/", f"/joint-meetings/{meeting.pk}/", f"/joint-meetings/{meeting.pk}/screen/"),
    ):
        assert inside.go(path) == 200
        assert list(problems(inside, width)) == []
    assert visit(None, width=width, scheme=scheme).go(f"/c/{'x' * 43}/") == 404
