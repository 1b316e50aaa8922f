"""The pages of deals in a real browser: at a desk and on a phone, in light and dark, by the keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast

from afteraction.web.deals.models import Deal, IndexState

START = datetime(2025, 1, 1, 9, tzinfo=UTC)
PATHS = ["/deals/", "/deals/?outcome=lost&low=5000", "/deals/?q=nothinglikeit", "/deals/D-5/", "/deals/D-4/", "/"]
Start = Callable[..., Visit]


@pytest.fixture
def deals(cast: Cast) -> None:
    for n in range(1, 71):
        outcome = ("open", "won", "lost", "no_decision")[n % 4]
        Deal.objects.create(
            organisation=cast.organisation,
            deal_id=f"D-{n}",
            name=f"Deal number {n} with a rather long name: New business",
            account_name=f"Account {n % 9}",
            account_id=f"A-{n % 9}",
            owner="Noor Haddad",
            outcome=outcome,
            stage="Propose",
            segment="Enterprise",
            source="Web",
            amount=1000.0 * n,
            currency="EUR",
            created_at=START + timedelta(days=n),
            closed_at=None if outcome == "open" else START + timedelta(days=n + 30),
            last_event_at=START + timedelta(days=n + 30),
            search_words=f"deal number {n}",
            box="" if outcome == "open" else "lucky_win",
            chance=n / 100 if outcome == "open" else None,
        )
    IndexState.objects.create(organisation=cast.organisation, version=1, deals=70)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_page(visit: Start, cast: Cast, deals: None, width: int, scheme: str) -> None:
    inside, found = visit(cast.rep, width=width, scheme=scheme), []
    for path in PATHS:
        assert inside.go(path) == 200
        found += problems(inside, width)
    assert found == []


def test_a_list_is_narrowed_at_once_and_cleared(visit: Start, cast: Cast, deals: None) -> None:
    inside = visit(cast.rep)
    inside.go("/deals/")
    page = inside.page
    page.select_option("select[name=outcome]", "lost")
    page.wait_for_url("**outcome=lost**")
    assert page.locator("tbody tr").count() == len(Deal.objects.filter(outcome="lost"))
    page.get_by_role("link", name="Clear all").click()
    page.wait_for_url("**/deals/")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**page=**")
    assert page.locator("tbody tr").count() == 20


def test_a_phone_gets_a_card_for_each_deal(visit: Start, cast: Cast, deals: None) -> None:
    inside = visit(cast.rep, width=390)
    inside.go("/deals/")
    card = inside.page.locator("tbody tr").first
    assert card.evaluate("card => getComputedStyle(card).display") == "grid"
    assert card.get_by_text("Deal number 70").is_visible()
    assert not inside.page.locator("select[name=stage]").is_visible()
    inside.page.get_by_text("More filters").click()
    assert inside.page.locator("select[name=stage]").is_visible()


def test_a_view_is_saved_by_keyboard(visit: Start, cast: Cast, deals: None) -> None:
    inside = visit(cast.rep)
    inside.go("/deals/?outcome=won")
    page = inside.page
    page.locator(".views > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Save this list as").fill("Wins")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Saved the view")
    page.locator(".views > summary").click()
    assert page.get_by_role("link", name="Wins").get_attribute("href") == "/deals/?outcome=won"
    assert inside.said == []
