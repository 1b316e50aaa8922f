"""Saved results, claims and the process in a real browser at both widths, light and dark."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import problems
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results

from afteraction.web.insights.models import Analysis, Claim
from afteraction.web.insights.results import Saved

PATHS = [
    "/insights/",
    "/insights/steps/",
    "/insights/reps/",
    "/insights/qualification/",
    "/insights/time/",
    "/insights/boxes/",
    "/insights/chances/",
    "/insights/record/",
    "/claims/",
    "/process/",
    "/process/over-time/",
    "/process/versions/",
    "/process/versions/1/",
    "/process/text/",
]
LOOKS = [(1440, "light"), (390, "dark")]  # each width and each scheme once
Start = Callable[..., Visit]


@pytest.fixture
def shown(cast: Cast, record: Record, tmp_path: Path, settings: Any) -> Saved:
    settings.HOME = tmp_path
    give_data(cast, record)
    return give_results(cast, record)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_page(visit: Start, shown: Saved, cast: Cast, width: int, scheme: str) -> None:
    found = []
    opened = visit(cast.admin, width=width, scheme=scheme)
    step = next(one["step"] for one in shown.figures["steps"] if one["effect"] is not None)
    for path in [*PATHS, "/insights/steps/?segment=Enterprise", f"/insights/steps/deals/?of=step:+{step}"]:
        assert opened.go(path) == 200
        found += problems(opened, width)
    assert found == []


@pytest.mark.parametrize(
    ("part", "width"), [("rep", 390), ("manager", 390), ("marketer", 1440), ("operations", 1440), ("executive", 390)]
)
def test_every_role_can_use_its_pages(visit: Start, shown: Saved, cast: Cast, part: str, width: int) -> None:
    found = []
    opened = visit(cast.insiders()[part], width=width)
    for path in ["/", "/insights/", "/insights/steps/", "/insights/reps/", "/claims/", "/process/", "/process/text/"]:
        if part == "marketer" and path == "/insights/reps/":
            continue
        assert opened.go(path) == 200
        found += problems(opened, width)
    assert found == []


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_without_results_can_be_used(visit: Start, cast: Cast, width: int) -> None:
    found = []
    for user in (cast.operations, cast.rep):
        opened = visit(user, width=width)
        for path in ["/insights/", "/insights/reps/", "/claims/", "/process/", "/process/versions/", "/process/text/"]:
            assert opened.go(path) == 200
            found += problems(opened, width)
    assert found == []


def test_problems_of_a_process_are_told_while_it_is_typed(visit: Start, shown: Saved, cast: Cast) -> None:
    opened = visit(cast.operations)
    opened.go("/process/text/")
    page = opened.page
    area, checked = page.get_by_role("textbox", name="Process"), page.locator("#checked")
    expect(checked).to_contain_text("is right")
    area.press_sequentially("\n  nonsense: [")
    expect(checked).to_contain_text("to solve before it can be saved")
    checked.locator("a[data-line]").first.click()
    expect(area).to_be_focused()
    area.fill(shown.analysis.process_version.text.replace("within: 7 days", "within: 5 days"))  # type: ignore[union-attr]
    expect(checked).to_contain_text("5 days instead of 7")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()
    assert cast.organisation.process_versions.count() == 2
    assert opened.said == []


def test_a_page_is_loaded_anew_when_newer_results_are_there(visit: Start, shown: Saved, cast: Cast) -> None:
    newer = Analysis.objects.create(
        organisation=cast.organisation, data_version=2, process_version=shown.analysis.process_version
    )
    opened = visit(cast.rep)
    opened.go("/insights/time/")
    status = opened.page.get_by_text("Being refreshed")
    expect(status).to_be_visible()
    Analysis.objects.filter(pk=newer.pk).update(state=Analysis.State.REFUSED, message="found:    nothing")
    expect(status).to_have_count(0, timeout=15_000)
    expect(opened.page.get_by_text("No newer results")).to_be_visible()


def test_a_claim_is_stated_and_waits_for_its_verdict(visit: Start, shown: Saved, cast: Cast) -> None:
    opened = visit(cast.rep, width=390)
    opened.go("/claims/")
    page = opened.page
    page.get_by_label("What is said").fill("Demos win deals")
    page.get_by_label("It speaks of").select_option(label="Product demo")
    page.get_by_role("button", name="Have it judged").click()
    card = page.locator(".claim").filter(has_text="Demos win deals")
    expect(card).to_contain_text("Being judged")
    Claim.objects.update(verdict="fact", judged_by=shown.analysis, judgement={"reason": "it does"})
    expect(card).to_contain_text("It does.", timeout=15_000)
    assert list(problems(opened, 390)) == []


def test_tables_of_results_sort_by_their_headings(visit: Start, shown: Saved, cast: Cast) -> None:
    opened = visit(cast.executive)
    opened.go("/insights/steps/")
    table = opened.page.locator("table[data-sortable]").first
    table.get_by_role("button", name="Deals with it").click()
    counts = [int(text) for text in table.locator("tbody tr td:nth-last-child(2)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
