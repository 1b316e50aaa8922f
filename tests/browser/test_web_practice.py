"""Practice in a real browser: by thumb with the connection cut in the middle, by keys at a desk."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import BACKEND, Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.practice.made import some_cards

from afteraction.web.practice.device_views import ASSETS
from afteraction.web.practice.models import CardAnswer
from afteraction.web.practice.services import change_plan

Start = Callable[..., Visit]
LEFT = """async () => ({
  databases: (await indexedDB.databases()).map(each => each.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  marks: Object.keys(localStorage).filter(each => each.startsWith("practice")),
})"""
NOTHING = {"databases": [], "caches": [], "workers": 0, "marks": []}


@pytest.fixture(autouse=True)
def _cards(cast: Cast) -> None:
    some_cards(cast, timezone.now() - timedelta(days=1))
    change_plan(by=cast.rep, retention=0.9, minutes=15, new_a_day=10)


def answer_a_card(page: Page) -> None:
    """Answers the card that is shown, whichever kind it is, and goes on to the next."""
    page.wait_for_selector("[data-part=card]:not([hidden])")
    before = page.locator("[data-part=question]").inner_text()
    if page.get_by_role("button", name="Show the answer").is_visible():
        page.get_by_role("button", name="Show the answer").click()
        page.get_by_role("button", name="Good").click()
    else:
        while page.locator("button.option:not(:disabled)").count():
            page.locator("button.option:not(:disabled)").first.click()
        page.get_by_role("button", name="Next").click()
    changed = "before => document.querySelector('[data-part=end]:not([hidden])')"
    changed += " || document.querySelector('[data-part=question]').innerText !== before"
    page.wait_for_function(changed, arg=before)


def saved(page: Page, answers: int) -> None:
    """So many answers have come to the server: an answer is put by first, and sent a moment later."""
    for _try in range(50):
        if CardAnswer.objects.count() == answers:
            return
        page.wait_for_timeout(100)
    assert CardAnswer.objects.count() == answers


def waiting(page: Page, number: int) -> None:
    """Waits until so many answers wait on the device."""
    expect(page.locator("[data-practice]")).to_have_attribute("data-waiting", str(number))


def test_practice_goes_on_without_a_connection_and_is_sent_once_when_it_is_back(visit: Start, cast: Cast) -> None:
    inside = visit(cast.rep, width=390)
    page = inside.page
    inside.go("/practice/")
    page.get_by_role("link", name="Begin").click()
    answer_a_card(page)
    saved(page, 1)
    waiting(page, 0)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("async () => !!(await caches.match('/practice/session/'))")
    assert list(problems(inside, 390)) == []

    page.context.set_offline(True)
    answer_a_card(page)
    answer_a_card(page)
    waiting(page, 2)
    expect(page.get_by_text("No connection. Go on")).to_be_visible()
    shown, tally = page.locator("[data-part=question]").inner_text(), page.locator("[data-part=count]").inner_text()
    page.reload()
    expect(page.locator("[data-part=question]")).to_have_text(shown)
    expect(page.locator("[data-part=count]")).to_have_text(tally)
    answer_a_card(page)
    waiting(page, 3)
    page.goto(f"{inside.address}/practice/")  # without a connection, all of practice is the session
    expect(page.locator("[data-part=question]")).to_be_visible()
    assert CardAnswer.objects.count() == 1

    page.context.set_offline(False)
    saved(page, 4)
    waiting(page, 0)
    page.goto(f"{inside.address}/practice/session/")
    waiting(page, 0)
    answer_a_card(page)
    saved(page, 5)
    waiting(page, 0)
    assert len(set(CardAnswer.objects.values_list("key", flat=True))) == 5
    assert set(CardAnswer.objects.values_list("person", flat=True)) == {cast.rep.pk}


def test_answers_that_wait_are_sent_from_whichever_page_is_opened_next(visit: Start, cast: Cast) -> None:
    inside = visit(cast.rep, width=390)
    inside.go("/practice/session/")
    inside.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    expect(inside.page.locator("[data-part=question]")).not_to_be_empty()
    inside.page.context.set_offline(True)
    answer_a_card(inside.page)
    waiting(inside.page, 1)
    inside.page.close()
    page = inside.page.context.new_page()
    inside.page.context.set_offline(False)
    with page.expect_response("**/practice/answers/"):
        page.goto(f"{inside.address}/")
    assert CardAnswer.objects.count() == 1


def test_signing_out_leaves_nothing_on_the_device(visit: Start, cast: Cast) -> None:
    inside = visit(cast.rep)
    inside.go("/practice/session/")
    answer_a_card(inside.page)
    waiting(inside.page, 0)
    inside.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    inside.go("/practice/")
    assert inside.page.evaluate(LEFT) != NOTHING
    inside.page.locator("details.user summary").first.click()
    inside.page.get_by_role("button", name="Sign out").click()
    inside.page.wait_for_url("**/accounts/login/**")
    assert inside.page.evaluate(LEFT) == NOTHING


def test_whoever_signs_in_next_finds_nothing_of_the_one_before(visit: Start, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.team_mate, backend=BACKEND)
    other = client.cookies["sessionid"].value
    inside = visit(cast.rep)
    inside.go("/practice/session/")
    answer_a_card(inside.page)
    waiting(inside.page, 0)
    inside.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    inside.page.context.add_cookies([{"name": "sessionid", "value": other, "url": inside.address}])
    inside.go("/")
    inside.page.wait_for_function(f"async () => JSON.stringify(await ({LEFT})()) === '{_json(NOTHING)}'")


def _json(value: Any) -> str:
    return str(value).replace("'", '"').replace(" ", "")


def test_a_session_is_done_with_keys_alone(visit: Start, cast: Cast) -> None:
    inside = visit(cast.rep, scheme="dark")
    inside.go("/practice/session/")
    page = inside.page
    for _card in range(40):
        page.wait_for_selector("[data-part=card]:not([hidden]), [data-part=end]:not([hidden])")
        if page.locator("[data-part=end]").is_visible():
            break
        before = page.locator("[data-part=question]").inner_text()
        keys: Iterator[str] = iter(("Space", "3"))
        if page.locator("button.option").count():
            keys = iter((*(str(n + 1) for n in range(page.locator("button.option").count())), "Space"))
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(60)
        assert before
    expect(page.get_by_role("heading", name="Done for now")).to_be_visible()
    waiting(page, 0)
    assert CardAnswer.objects.filter(person=cast.rep).count() >= 10


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_the_pages_of_practice(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    found = []
    for user in (cast.rep, cast.manager):
        inside = visit(user, width=width, scheme=scheme)
        assert inside.go("/practice/") == 200
        found += problems(inside, width)
        assert inside.go("/practice/session/") == 200
        for _kind in range(4):
            expect(inside.page.locator("[data-part=question]")).not_to_be_empty()
            found += problems(inside, width)
            if inside.page.get_by_role("button", name="Show the answer").is_visible():
                inside.page.get_by_role("button", name="Show the answer").click()
                found += problems(inside, width)
                inside.page.get_by_role("button", name="Good").click()
            else:
                answer_a_card(inside.page)
    assert found == []


def test_the_device_keeps_all_that_the_page_of_a_session_is_made_of(visit: Start, cast: Cast) -> None:
    inside = visit(cast.rep)
    asked: set[str] = set()
    inside.page.on("request", lambda request: asked.add(request.url.removeprefix(inside.address)))
    inside.go("/practice/session/")
    expect(inside.page.locator("[data-part=question]")).not_to_be_empty()
    made_of = {path.removeprefix("/static/") for path in asked if path.startswith("/static/")}
    assert made_of <= set(ASSETS)
