"""The flows of listening in a real browser: an account is called, an event corrected; a watch is tried and saved."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import problems
from tests.cast import Cast
from tests.web.listening.made import heard

from afteraction.web.deals.models import Deal
from afteraction.web.listening.models import AccountName, RankedAccount, TriggerEvent, Watch

Start = Callable[..., Visit]
BOTH = pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])


def there_is_something_to_hear(cast: Cast) -> TriggerEvent:
    now = datetime.now(UTC)
    for key, name in (("A1", "Acme Foods"), ("A2", "Acme Steel")):
        Deal.objects.create(
            organisation=cast.organisation, deal_id=f"D-{key}", account_id=key, account_name=name, outcome="open",
            owner=cast.rep.owner_name, last_event_at=now,
        )  # fmt: skip
        AccountName.objects.create(
            organisation=cast.organisation, text="Acme", kind="name", account_id=key, asked=True, at=now
        )
    event = heard(
        cast, account_id="A1", account="Acme Foods", title="Acme Foods raises 20 million",
        sentence="Acme Foods raised 20 million in a round led by Northgate.", now=now,
    )  # fmt: skip
    RankedAccount.objects.create(
        organisation=cast.organisation, account_id="A1", account="Acme Foods", place=1, chance=0.24, low=0.18, high=0.3,
        n=2140, reasons=["Funding 3 days ago: such accounts bought twice as often"], segment="Mid-market",
    )  # fmt: skip
    return event


@BOTH
def test_an_account_is_called_its_event_corrected_and_a_name_explained(
    visit: Start, cast: Cast, width: int, scheme: str
) -> None:
    event = there_is_something_to_hear(cast)
    mine = visit(cast.rep, width=width, scheme=scheme)
    assert mine.go("/listening/wall/") == 200
    expect(mine.page.get_by_role("heading", name="Call next")).to_be_visible()
    assert list(problems(mine, width)) == []
    mine.go("/listening/")
    expect(mine.page.get_by_text("24%")).to_be_visible()
    assert list(problems(mine, width)) == []
    mine.page.get_by_role("button", name="Call it").click()
    expect(mine.page.get_by_text("Acme Foods: yours to call")).to_be_visible()
    mine.go("/")
    mine.page.get_by_role("link", name="Acme Foods").first.click()
    expect(mine.page.get_by_text("The sentence that shows it")).to_be_visible()
    assert list(problems(mine, width)) == []
    mine.page.get_by_role("button", name="Expansion").click()
    expect(mine.page.get_by_text("It is expansion now")).to_be_visible()
    event.refresh_from_db()
    assert (event.kind, event.said) == ("expansion", "call")
    mine.go("/listening/events/")
    assert list(problems(mine, width)) == []
    mine.page.get_by_role("button", name="Acme Steel").click()
    expect(mine.page.get_by_text("Learned.")).to_be_visible()
    mine.go("/listening/account?account=A1")
    expect(mine.page.get_by_text("Noor Haddad calls about it")).to_be_visible()
    assert list(problems(mine, width)) == []


@BOTH
def test_a_watch_is_tried_before_it_is_saved(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    there_is_something_to_hear(cast)
    mine = visit(cast.rep, width=width, scheme=scheme)
    mine.go("/listening/watches/new")
    mine.page.get_by_label("Name").fill("Money")
    mine.page.get_by_label("Funding").check()
    expect(mine.page.get_by_text("Would have found these 1")).to_be_visible()
    assert list(problems(mine, width)) == []
    mine.page.get_by_role("button", name="Watch for this").click()
    expect(mine.page.get_by_role("heading", name="Money")).to_be_visible()
    assert list(problems(mine, width)) == []
    assert Watch.objects.get().terms == {"kinds": ["funding"]}
