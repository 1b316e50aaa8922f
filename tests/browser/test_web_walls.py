"""The flows of the walls in a real browser: a failure is shared, thanked, shown on a screen, and taken back."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import problems
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.web.walls.models import DealRisk, Entry, Recognition
from afteraction.web.walls.sharing import write

Start = Callable[..., Visit]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LESSON = "Ask in the first week who signs the contract."
BOTH = pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])


@BOTH
def test_a_failure_is_shared_thanked_shown_on_a_screen_and_taken_back(
    visit: Start, cast: Cast, width: int, scheme: str
) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    answered(cast.rep, review, now=NOW, lesson=LESSON)
    words = "Aim for a yes in the first call."
    DealRisk.objects.create(
        organisation=cast.organisation, deal_id="d1", verdict="good", signs=[["new_market", "Country Finland: none"]]
    )
    write(by=cast.marketer, wall="wins", text=words, now=NOW)
    mine = visit(cast.rep, width=width, scheme=scheme)
    mine.go(f"/reviews/{review.pk}/")
    mine.page.get_by_role("button", name="Share on the wall of failures").click()
    expect(mine.page.get_by_text("Thank you. A failure that is shared")).to_be_visible()
    assert list(problems(mine, width)) == []
    theirs = visit(cast.manager, width=width, scheme=scheme)
    assert theirs.go("/walls/") == 200
    assert list(problems(theirs, width)) == []
    sides = theirs.page.locator(".wall")
    wins, failures = (sides.nth(n).bounding_box() for n in (0, 1))
    assert wins is not None
    assert failures is not None
    assert abs(wins["width"] - failures["width"]) < 1
    if width > 860:
        assert abs(wins["height"] - failures["height"]) < 1
    card = theirs.page.locator(".entry", has_text=LESSON)
    expect(card.get_by_text("Good risk")).to_be_visible()
    card.get_by_role("button", name="Thank", exact=True).click()
    expect(card.get_by_role("button", name="Thanked")).to_be_visible()
    card.get_by_text("Add a few words").click()
    card.get_by_label("Your note").fill("Used it this week.")
    card.get_by_role("button", name="Send").click()
    expect(card.get_by_text("“Used it this week.”")).to_be_visible()
    assert list(problems(theirs, width)) == []
    theirs.go("/walls/screens/")
    theirs.page.get_by_label("Where it hangs").fill("Hall")
    theirs.page.get_by_role("button", name="Make a link").click()
    link = theirs.page.locator(".wall-code code").inner_text()
    assert list(problems(theirs, width)) == []
    hall = visit(width=width, scheme=scheme)
    hall.go(link[link.index("/w/") :])
    expect(hall.page.get_by_text(LESSON)).to_be_visible()
    assert "Deal d1" not in hall.page.content()
    assert list(problems(hall, width)) == []
    mine.go("/walls/")
    mine.page.get_by_role("button", name="Take back").click()
    expect(mine.page.get_by_text("Taken back. It is gone")).to_be_visible()
    assert not Entry.objects.filter(text=LESSON).exists()
    assert mine.said == theirs.said == hall.said == []


@BOTH
def test_something_is_shared_without_a_name_and_a_colleague_is_recognised(
    visit: Start, cast: Cast, width: int, scheme: str
) -> None:
    inside = visit(cast.rep, width=width, scheme=scheme)
    page = inside.page
    inside.go("/walls/write/")
    page.get_by_label("What did it teach?").fill("Nobody dared to say that it was lost.")
    page.get_by_label("Without my name").check()
    expect(page.get_by_text("not an admin, not in the database")).to_be_visible()
    assert list(problems(inside, width)) == []
    page.get_by_role("button", name="Share", exact=True).click()
    code = page.locator(".wall-code code").inner_text()
    assert list(problems(inside, width)) == []
    inside.go("/walls/take-back/")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back. It is gone")).to_be_visible()
    inside.go("/walls/recognise/")
    page.get_by_label("To", exact=True).select_option(label=cast.team_mate.name)
    page.get_by_label("What was useful to the customer?").fill("Great job")
    page.get_by_label("What of it can be repeated?").fill("Nothing")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("say it in a sentence")
    inside.said.clear()  # the browser notes the 422
    page.get_by_label("What was useful to the customer?").fill("You answered every question within a day.")
    page.get_by_label("What of it can be repeated?").fill("The list of answers is in the folder.")
    assert list(problems(inside, width)) == []
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The list of answers is in the folder.")).to_be_visible()
    assert Recognition.objects.get().to == cast.team_mate
    assert list(problems(inside, width)) == []
