"""Reviews in a real browser: finished on a phone with few inputs, there again after it was closed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.web.reviews.models import Answer, Expectation, Review

Start = Callable[..., Visit]


@pytest.fixture
def review(cast: Cast) -> Review:
    ended(cast, "open", outcome="open", closed_at=None, stage="Propose", name="Acme: Expansion")
    deal = ended(cast, lost_reason="Price", competitor="Corvane", account_name="Acme", name="Acme: New business")
    at = datetime(2026, 2, 1, tzinfo=UTC)
    Expectation.objects.create(
        organisation=cast.organisation, deal_id=deal.deal_id, person=cast.rep, stage="Propose", chance=70, made_at=at,
        changed_at=at, locked_at=at, next_step="Call the board", risk="The budget",
    )  # fmt: skip
    return review_of(cast, deal, now=timezone.now())


class Hand:
    """Someone at the page of a review, who counts every touch of theirs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.inputs = 0

    def tap(self, text: str) -> None:
        """Touches what can be chosen."""
        self.inputs += 1
        self.page.locator("label", has_text=text).first.click()

    def write(self, question: str, text: str) -> None:
        """Types an answer."""
        self.inputs += 1
        self.page.get_by_label(question).press_sequentially(text)

    def saved(self) -> None:
        """Waits until the page says that what was typed is saved."""
        expect(self.page.locator("#saved")).to_contain_text("Saved ")


def test_a_rep_finishes_a_review_on_a_phone_with_at_most_six_inputs(visit: Start, cast: Cast, review: Review) -> None:
    inside = visit(cast.rep, width=390)
    inside.go("/")
    inside.page.get_by_role("link", name="Acme: New business").click()
    hand = Hand(inside.page)
    # What the record knows is not asked again: what was expected, and the likeliest reason, are chosen already.
    expect(inside.page.get_by_label("A win")).to_be_checked()
    expect(inside.page.get_by_label("Price too high")).to_be_checked()
    hand.tap("Competitor was stronger")
    hand.write("What happened?", "They bought from Corvane.")
    hand.write("What do we keep?", "The workshop.")
    hand.write("What do we change?", "Ask who signs.")
    hand.write("What did it teach us?", "Ask who signs before the offer.")
    hand.saved()
    hand.inputs += 1
    inside.page.get_by_role("button", name="Finish").click()
    expect(inside.page.get_by_text("Thank you.")).to_be_visible()
    assert hand.inputs <= 6
    answer = Answer.objects.get()
    assert answer.inputs == 5
    assert answer.seconds < 120
    assert [named.driver.key for named in answer.named.all()] == ["price", "competitor_stronger"]
    assert Review.objects.get(pk=review.pk).state == "done"
    assert list(problems(inside, 390)) == []


def test_finishing_takes_one_touch_when_the_record_knows_the_rest(visit: Start, cast: Cast, review: Review) -> None:
    inside = visit(cast.rep, width=390)
    inside.go(f"/reviews/{review.pk}/")
    inside.page.get_by_role("button", name="Finish").click()
    expect(inside.page.get_by_text("Thank you.")).to_be_visible()
    assert (Answer.objects.get().inputs, Answer.objects.get().expected) == (0, "win")


@pytest.mark.parametrize("width", [390, 1440])
def test_what_was_typed_is_there_after_the_browser_was_closed(
    visit: Start, cast: Cast, review: Review, width: int
) -> None:
    first = visit(cast.rep, width=width)
    first.go(f"/reviews/{review.pk}/")
    hand = Hand(first.page)
    hand.tap("I don't know")
    hand.write("What happened?", "Half a thought")
    hand.saved()
    first.page.context.close()
    again = visit(cast.rep, width=width)
    again.go(f"/reviews/{review.pk}/")
    expect(again.page.get_by_label("What happened?")).to_have_value("Half a thought")
    expect(again.page.get_by_role("button", name="Finish")).to_be_visible()
    assert again.said == []


def test_what_was_typed_in_the_last_moment_is_sent_when_the_page_goes_away(
    visit: Start, cast: Cast, review: Review
) -> None:
    inside = visit(cast.rep)
    inside.go(f"/reviews/{review.pk}/")
    inside.page.get_by_label("What happened?").fill("The last words")
    inside.go("/reviews/")
    for _attempt in range(50):
        if Answer.objects.filter(happened="The last words").exists():
            return
        inside.page.wait_for_timeout(100)
    raise AssertionError("not sent")


def test_not_knowing_takes_every_other_reason_away(visit: Start, cast: Cast, review: Review) -> None:
    inside = visit(cast.rep)
    inside.go(f"/reviews/{review.pk}/")
    page = inside.page
    unknown = page.locator("input[name=unknown]")
    unknown.check()
    expect(page.get_by_label("Price too high")).not_to_be_checked()
    page.get_by_label("Price too high").check()
    expect(unknown).not_to_be_checked()


def test_a_manager_who_differs_says_why(visit: Start, cast: Cast, review: Review) -> None:
    answered(cast.rep, review, "price", now=timezone.now(), lesson="Ask who signs.")
    inside = visit(cast.manager, width=390)
    inside.go(f"/reviews/{review.pk}/")
    hand = Hand(inside.page)
    expect(inside.page.locator(".own-view")).to_be_hidden()
    hand.tap("I see it differently")
    hand.tap("Product did not fit")
    hand.write("What is the lesson learned?", "The need was not understood.")
    hand.write("How will it serve you in winning the next deal?", "Ask for the need in writing.")
    hand.saved()
    inside.page.get_by_role("button", name="Finish").click()
    expect(inside.page.get_by_text("Thank you.")).to_be_visible()
    assert Answer.objects.get(voice="manager").named.get().driver.key == "product_fit"
    assert list(problems(inside, 390)) == []


def test_an_expectation_is_noted_on_the_page_of_a_deal(visit: Start, cast: Cast, review: Review) -> None:
    inside = visit(cast.rep, width=390)
    inside.go("/deals/open/")
    page = inside.page
    slider = page.get_by_label("Chance of winning")
    slider.fill("65")
    expect(page.locator("output")).to_have_text("65 %")
    page.get_by_label("What could kill it").fill("The budget")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_role("button", name="Change it")).to_be_visible()
    noted = Expectation.objects.get(deal_id="open")
    assert (noted.chance, noted.risk, noted.stage) == (65, "The budget", "Propose")
    assert list(problems(inside, 390)) == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_page(visit: Start, cast: Cast, review: Review, width: int, scheme: str) -> None:
    other = review_of(cast, ended(cast, "d2", outcome="won", name="Beta: Renewal"), now=timezone.now())
    answered(cast.rep, other, "champion", now=timezone.now(), lesson="Keep the champion.", happened="They signed.")
    Review.objects.filter(pk=review.pk).update(due_on=timezone.now().date() - timedelta(days=3))
    one, two = f"/reviews/{review.pk}/", f"/reviews/{other.pk}/"
    found = []
    for user, paths in (
        (cast.rep, ["/", "/reviews/", "/reviews/?what=done", one, two, f"{two}?edit", "/reviews/calibration/",
                    "/deals/open/", "/deals/d1/"]),
        (cast.manager, ["/", "/reviews/", one, two, "/reviews/calibration/"]),
        (cast.operations, ["/settings/reviews/"]),
    ):  # fmt: skip
        inside = visit(user, width=width, scheme=scheme)
        for path in paths:
            assert inside.go(path) == 200
            found += problems(inside, width)
    assert found == []
