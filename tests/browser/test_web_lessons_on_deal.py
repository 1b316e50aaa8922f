"""Lessons on an open deal in a browser: shown with their reasons, answered with one tap, never again after "wrong"."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.lessons.matched import NOW, lesson, open_deal, won_deal

from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import LessonUse
from afteraction.web.lessons.similar import find_pairs

Start = Callable[..., Visit]


@pytest.fixture
def deal(cast: Cast) -> Deal:
    behind = tuple(won_deal(cast, f"w{n}", name=f"Globex: Rollout {n}") for n in range(4))
    org = cast.organisation
    lesson(org, "Ask what Corvane promised them", "Write it down line by line. Then ask which line matters most.",
           competitor="Corvane", stage="Propose", behind=behind)  # fmt: skip
    lesson(org, "Walk through the proposal in person", "One page on top, in the words of the buyer.", stage="Propose")
    lesson(org, "Let a customer of their size speak", "A reference call of twenty minutes.", segment="Enterprise")
    return open_deal(cast, name="Acme: Expansion")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_rep_sees_why_lessons_fit_and_answers_each_with_one_tap(
    visit: Start, cast: Cast, deal: Deal, width: int
) -> None:
    inside = visit(cast.rep, width=width)
    inside.go("/")
    page = inside.page
    expect(page.get_by_role("heading", name="Ask what Corvane promised them")).to_be_visible()
    page.get_by_role("link", name="Acme: Expansion").first.click()
    shown = page.get_by_role("article")
    expect(shown).to_have_count(3)
    first = shown.first
    expect(first).to_contain_text("It is for deals against Corvane")
    expect(first).to_contain_text("Globex: Rollout 0")
    assert list(problems(inside, width)) == []
    first.get_by_role("button", name="Used it").click()
    expect(page.get_by_text("Noted: you used")).to_be_visible()
    shown.nth(1).get_by_role("button", name="Wrong").click()
    page.get_by_label("What is wrong with it?").fill("They have no time")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your reason is kept.")).to_be_visible()
    assert list(problems(inside, width)) == []
    assert sorted(LessonUse.objects.exclude(said="").values_list("said", "why")) == [
        ("used", ""), ("wrong", "They have no time"),
    ]  # fmt: skip
    inside.go(f"/deals/{deal.deal_id}/")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_text("You used Ask what Corvane promised them here")).to_be_visible()
    page.get_by_role("button", name="Undo: Ask what Corvane").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    assert list(LessonUse.objects.exclude(said="").values_list("said", flat=True)) == ["wrong"]
    assert inside.said == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_near_duplicates_are_merged_side_by_side_and_taken_apart_again(
    visit: Start, cast: Cast, deal: Deal, width: int, scheme: str
) -> None:
    lesson(
        cast.organisation, "Walk through the proposal face to face in person", "One page on top, in the buyer's words."
    )
    assert find_pairs(organisation=cast.organisation, now=NOW) == 1
    inside = visit(cast.manager, width=width, scheme=scheme)
    inside.go("/lessons/duplicates/")
    page = inside.page
    expect(page.get_by_role("radio")).to_have_count(2)
    assert list(problems(inside, width)) == []
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("is now part of").first).to_be_visible()
    assert list(problems(inside, width)) == []
    page.get_by_role("button", name="Undo: Walk").click()
    expect(page.get_by_text("stands by itself again")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(2)
    assert inside.said == []
