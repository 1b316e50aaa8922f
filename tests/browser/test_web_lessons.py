"""Lessons in a browser: written, found, moved on, and read with what they do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.lessons.matched import NOW, lesson, won_deal

from afteraction.web.lessons import services
from afteraction.web.lessons.life import begin_test
from afteraction.web.lessons.models import Lesson

Start = Callable[..., Visit]


def _kept(cast: Cast) -> Lesson:
    """A lesson that stood its test, as `life` writes it."""
    made = lesson(
        cast.organisation, "Ask who signs", "In the first call.", behind=(won_deal(cast, "w1", name="Globex"),),
        state="kept", owner=cast.manager,
    )  # fmt: skip
    begin_test(made, NOW - timedelta(days=300), 0.15)
    look = {
        "at": NOW.isoformat(), "deals": 402, "needed": 401, "fraction": 1.0, "bound": 1.969, "effect": 0.14,
        "low": 0.05, "high": 0.23, "rate_used": 0.44, "rate_not": 0.3, "used": 180, "compared": 402, "owners": 40,
        "decision": "helps",
    }  # fmt: skip
    counts = {"shown": 420, "used": 190, "used_ended": 180, "used_won": 80, "not_used_ended": 222, "not_used_won": 66}
    made.evidence |= {"looks": [look], "counts": counts, "decided": "helps", "landmark": 1.0, "data_version": 3}
    made.save()
    services.note_change(made, "tested", "It helps: +14 points (+5 to +23)", None, NOW)
    return made


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_lesson_is_written_found_and_tried(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    _kept(cast)
    inside = visit(cast.manager, width=width, scheme=scheme)
    inside.go("/lessons/")
    page = inside.page
    expect(page.get_by_text("+14 points")).to_be_visible()
    assert list(problems(inside, width)) == []
    page.get_by_role("link", name="Write a lesson").click()
    page.get_by_label("Title").fill("Send the security answers first")
    page.get_by_label("What to do").fill("With the first proposal.")
    page.get_by_label("Deals behind it").fill("w1")
    assert list(problems(inside, width)) == []
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_role("heading", name="Send the security answers first")).to_be_visible()
    page.get_by_label("Move it to").select_option("tested")
    page.get_by_label("Why", exact=True).fill("Two of us want to try it")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("The lesson is tested now.")).to_be_visible()
    expect(page.get_by_text("Two of us want to try it")).to_be_visible()
    assert list(problems(inside, width)) == []
    inside.go("/lessons/?search=signs")
    page.get_by_role("link", name="Ask who signs").click()
    expect(page.get_by_text("+5 to +23, 95.1% interval")).to_be_visible()
    assert list(problems(inside, width)) == []
    assert inside.said == []
