"""Drivers, who says what, accountability and the voices of a deal in a real browser, at both widths, light and dark."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import problems
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.web.buyers.models import BuyerAnswer
from afteraction.web.reviews import across, taxonomy
from afteraction.web.reviews.account import keep_account
from afteraction.web.reviews.digest import wants_reminders
from afteraction.web.reviews.models import Review

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LOOKS = [(1440, "light"), (390, "dark")]  # each width and each scheme once
Start = Callable[..., Visit]
PATHS = [
    "/reviews/drivers/",
    "/reviews/drivers/of/price/",
    "/reviews/drivers/add/",
    "/reviews/drivers/reasons/",
    "/reviews/drivers/versions/",
    "/reviews/agreement/",
    "/reviews/agreement/?pair=crm-rep",
    "/reviews/agreement/reviews/?pair=rep-buyer&driver=price&which=only_one",
    "/reviews/accountability/",
    "/reviews/accountability/reviews/?state=done",
    "/reviews/accountability/reviews/?state=skipped",
    "/reviews/reminders/",
]


@pytest.fixture
def spoken(cast: Cast) -> Review:
    """24 deals of which reps and buyers have spoken; of the last one the manager too."""
    last = [ended(cast, f"d{number}", lost_reason="Too expensive") for number in range(24)][-1]
    review_of(cast, last, now=NOW)
    drivers = {each.key: each.pk for each in taxonomy.drivers_of(cast.organisation, now=NOW)}
    reviews = list(Review.objects.order_by("pk"))
    for number, review in enumerate(reviews):
        answered(cast.rep, review, "price" if number % 2 else "timing", now=NOW, happened="They left.", lesson="Ask.")
        named = [drivers["price" if number % 4 == 1 else "timing"]]
        BuyerAnswer.objects.create(
            organisation=cast.organisation, review=review, drivers=named, score=-3, name="Berta", answered_at=NOW
        )
    answered(cast.manager, reviews[-1], now=NOW, stance="agrees")
    taxonomy.add_driver(by=cast.operations, now=NOW, name="Weather", note="People keep saying it.")
    keep_account(organisation=cast.organisation, now=NOW)
    across.keep_agreement(organisation=cast.organisation, now=NOW)
    return reviews[-1]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_page(visit: Start, spoken: Review, cast: Cast, width: int, scheme: str) -> None:
    found = []
    opened = visit(cast.operations, width=width, scheme=scheme)
    for path in [*PATHS, f"/reviews/{spoken.pk}/"]:
        assert opened.go(path) == 200, path
        for details in opened.page.locator("main details").all():
            details.evaluate("each => { each.open = true }")
        found += problems(opened, width)
    assert found == []


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_before_anything_was_said_can_be_used(visit: Start, cast: Cast, width: int) -> None:
    found = []
    opened = visit(cast.rep, width=width)
    for path in ("/reviews/drivers/", "/reviews/drivers/reasons/", "/reviews/agreement/", "/reviews/accountability/"):
        assert opened.go(path) == 200
        found += problems(opened, width)
    assert found == []


def test_the_voices_stand_side_by_side_on_a_phone(visit: Start, spoken: Review, cast: Cast) -> None:
    opened = visit(cast.manager, width=390)
    opened.go(f"/reviews/{spoken.pk}/")
    voices = opened.page.locator("#voices")
    for words in ("Noor Haddad", "Piet Jansen", "Berta", "The CRM says “Too expensive”", "Price too high"):
        expect(voices).to_contain_text(words)
    expect(voices.locator(".causes .chip").first).to_be_visible()


def test_a_driver_is_merged_and_the_history_says_so(visit: Start, spoken: Review, cast: Cast) -> None:
    opened = visit(cast.operations)
    opened.go("/reviews/drivers/of/weather/")
    page = opened.page
    page.get_by_label("Count it for").select_option(label="Wrong time")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("cell", name="Counts for “Wrong time”")).to_be_visible()
    page.get_by_role("link", name="Versions", exact=True).click()
    expect(page.get_by_text("“Weather” counts for “Wrong time”.")).to_be_visible()
    assert opened.said == []


def test_reminders_are_switched_off_with_two_clicks(visit: Start, spoken: Review, cast: Cast) -> None:
    opened = visit(cast.rep, width=390)
    opened.go("/reviews/reminders/")
    opened.page.get_by_label("Remind me by mail").uncheck()
    opened.page.get_by_role("button", name="Save").click()
    expect(opened.page.get_by_text("You will get no more reminders by mail.")).to_be_visible()
    assert not wants_reminders(cast.rep)
