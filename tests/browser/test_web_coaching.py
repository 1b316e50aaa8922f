"""Coaching in a real browser: from the home card through a meeting to commitments that come back, at both widths."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.coaching.made import item
from tests.web.reviews.made import ended, review_of

from afteraction.web.coaching import services
from afteraction.web.coaching.models import Cadence, Commitment, Meeting, PrivateNote, Skill
from afteraction.web.coaching.questions import add_question
from afteraction.web.lessons.models import Lesson

Start = Callable[..., Visit]


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """Tomorrow's one-to-one: a deal was lost, the chance of another fell, a step was missed."""
    now = timezone.now()
    ended(cast, "open", outcome="open", closed_at=None, name="Acme: Expansion", chance=0.21, chance_start=0.4)
    review_of(cast, ended(cast, name="Acme: New business"), now=now)
    tomorrow = now + timedelta(days=1)
    cadence = services.begin_cadence(
        by=cast.manager, now=now, kind="weekly", at=time(9), time_zone="UTC", starts_on=now.date(), rep=cast.rep,
        weekday=tomorrow.weekday(),
    )  # fmt: skip
    found = services.prepare(cadence=cadence, now=now)
    assert found is not None
    item(found, place=3, title="Discovery call", reason="Kept in 45% (24–68%, 9 of 20).")
    return found


@pytest.mark.parametrize("width", [390, 1440])
def test_a_one_to_one_from_the_home_page_to_commitments_that_come_back(
    visit: Start, cast: Cast, meeting: Meeting, width: int
) -> None:
    inside = visit(cast.manager, width=width)
    page = inside.page
    inside.go("/")
    page.get_by_role("link", name="one-to-one with Noor Haddad").click()
    expect(page.get_by_role("heading", name="Deals that ended")).to_be_visible()
    expect(page.get_by_text("21% today, 40% when it began: −19 points.")).to_be_visible()
    page.get_by_role("button", name="Talked about: Discovery call").click()
    expect(page.get_by_role("button", name="Talked about: Discovery call")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("What is the lesson learned?").press_sequentially("They never met the board.")
    page.get_by_label("How will it serve you").press_sequentially("Meet the board first.")
    expect(page.locator("#saved-notes")).to_contain_text("Saved ")
    page.get_by_label("Private notes").press_sequentially("Noor is tired")
    expect(page.locator("#saved-private")).to_contain_text("Saved ")
    assert PrivateNote.objects.get().text == "Noor is tired"
    page.get_by_label("What will be done?").fill("Call the board")
    page.get_by_label("By when").fill((timezone.now() + timedelta(days=5)).date().isoformat())
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_role("button", name="Kept")).to_be_visible()
    assert list(problems(inside, width)) == []
    page.get_by_role("button", name="Make a lesson of it").click()
    expect(page.get_by_text("A lesson was made of it")).to_be_visible()
    assert Lesson.objects.get().text == "Meet the board first."
    page.get_by_role("button", name="End the meeting").click()
    expect(page.get_by_text("The meeting is ended.")).to_be_visible()
    page.get_by_role("link", name="Open the agenda").click()
    expect(page.get_by_role("heading", name="What was agreed")).to_be_visible()
    page.locator("summary", has_text="Drop").first.click()
    page.get_by_label("Why is it dropped?").first.fill("The deal is off")
    page.get_by_role("button", name="Drop it").first.click()
    expect(page.get_by_text("dropped: The deal is off").first).to_be_visible()
    assert Commitment.objects.get().state == "dropped"
    assert list(problems(inside, width)) == []
    rep = visit(cast.rep, width=width)
    rep.go(f"/coaching/meetings/{meeting.pk}/")
    expect(rep.page.get_by_label("What is the lesson learned?")).to_have_value("They never met the board.")
    expect(rep.page.get_by_label("Private notes")).to_have_value("")
    assert list(problems(rep, width)) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_both_assess_skills_alone_and_then_see_each_other(visit: Start, cast: Cast, width: int) -> None:
    Skill.objects.create(organisation=cast.organisation, name="Listening", steps=["discovery_call"])
    own = visit(cast.rep, width=width)
    own.go("/coaching/skills/")
    own.page.locator("label", has_text="2 With help").click()
    own.page.get_by_label("An example").fill("The call with Acme")
    own.page.get_by_role("button", name="Give my view").click()
    expect(own.page.get_by_text("Your view is kept.")).to_be_visible()
    other = visit(cast.manager, width=width)
    other.go("/coaching/skills/")
    other.page.get_by_role("link", name="Noor Haddad").click()
    expect(other.page.get_by_text("The call with Acme")).to_have_count(0)
    other.page.locator("label", has_text="4 Reliably").click()
    other.page.get_by_role("button", name="Give my view").click()
    expect(other.page.get_by_text("The call with Acme")).to_be_visible()
    expect(other.page.get_by_text("worth a conversation")).to_be_visible()
    assert list(problems(other, width)) == []
    own.go("/coaching/skills/")
    expect(own.page.get_by_text("4 of 5")).to_be_visible()
    assert list(problems(own, width)) == []


def test_a_manager_sets_up_meetings_on_a_phone(visit: Start, cast: Cast) -> None:
    inside = visit(cast.manager, width=390)
    inside.go("/coaching/")
    inside.page.get_by_role("link", name="Set up meetings").first.click()
    inside.page.get_by_label("With").select_option(label="Noor Haddad")
    inside.page.get_by_label("Time zone").select_option("Europe/Berlin")
    assert list(problems(inside, 390)) == []
    inside.page.get_by_role("button", name="Set them up").click()
    expect(inside.page.get_by_text("the first agenda is ready")).to_be_visible()
    assert Cadence.objects.get().rep == cast.rep
    assert list(problems(inside, 390)) == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_page_of_coaching(
    visit: Start, cast: Cast, meeting: Meeting, width: int, scheme: str
) -> None:
    add_question(by=cast.rep, text="Who else has to say yes?", stage="", now=datetime(2026, 3, 1, tzinfo=UTC))
    services.commit(
        by=cast.rep, meeting=meeting, now=timezone.now(), person=cast.rep, text="Call", due_on=date(2099, 1, 1)
    )
    found = []
    inside = visit(cast.manager, width=width, scheme=scheme)
    for path in (
        "/", "/coaching/", "/coaching/new/", f"/coaching/pairs/{meeting.cadence_id}/",
        f"/coaching/pairs/{meeting.cadence_id}/change/", f"/coaching/meetings/{meeting.pk}/", "/coaching/questions/",
        "/coaching/skills/", f"/coaching/skills/of/{cast.rep.pk}/", "/coaching/effect/",
    ):  # fmt: skip
        assert inside.go(path) == 200
        found += problems(inside, width)
    assert found == []
