"""Plays in a real browser: made from won deals, written, published, changed; leading measures at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.plays.made import NOW, leading, won_deals, written

from afteraction.web.plays import services
from afteraction.web.plays.models import Play

Start = Callable[..., Visit]


def test_a_play_is_made_written_published_and_changed(visit: Start, cast: Cast) -> None:
    won_deals(cast)
    inside = visit(cast.manager)
    page = inside.page
    inside.go("/plays/new/?outcome=won")
    page.get_by_label("Title").fill("All at one table")
    page.get_by_label("Win 0").uncheck()
    page.get_by_role("button", name="Make a play from these").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All at one table")
    assert Play.objects.get().deals.count() == 5
    page.get_by_role("link", name="Change it").first.click()
    page.locator("#id_move-0-text").fill("Meet the committee")
    page.locator("#id_move-1-text").fill("Send the plan")
    page.get_by_label("Questions to ask the customer").fill("Who else says yes?")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Publish it").click()
    expect(page.locator(".bp-kind")).to_contain_text("version 1")
    page.get_by_role("link", name="Change it").click()
    page.locator("#id_move-0-text").fill("Meet their finance")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".diff").first).to_contain_text("New move: “Meet their finance”.")
    expect(page.locator(".bp-move").first).to_have_text("Meet the committee")
    page.get_by_role("button", name="Publish the next version").click()
    expect(page.locator(".bp-move").first).to_have_text("Meet their finance")
    page.get_by_role("link", name="Version 1").click()
    expect(page.locator(".bp-move").first).to_have_text("Meet the committee")
    assert inside.said == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_plays_and_leading_measures_are_readable(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    play = written(cast, cast.manager)
    services.publish(by=cast.manager, play=play, note="New", now=NOW)
    leading(cast, {cast.rep.owner_name: 3, cast.team_mate.owner_name: 5, "Third Rep": 7})
    inside = visit(cast.rep, width=width, scheme=scheme)
    for path in ("/plays/", f"/plays/{play.pk}/", "/plays/new/", "/insights/leading/"):
        assert inside.go(path) == 200
        assert list(problems(inside, width)) == []
    manager = visit(cast.manager, width=width, scheme=scheme)
    assert manager.go(f"/plays/{play.pk}/edit/") == 200
    assert list(problems(manager, width)) == []
