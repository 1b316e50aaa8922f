"""A change that was made without a trial, in a real browser: stated on a desk, read on a phone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
from benchmarks.before_after_worlds import World, panel_of
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import problems
from tests.cast import Cast

from afteraction.analysis.before_after import difference_in_differences, event_study
from afteraction.report.html import render_section
from afteraction.report.sections.before_after import Asked, before_after_section, told
from afteraction.web.deals.models import IndexState
from afteraction.web.experiments.before_after_models import BeforeAfter, BeforeAfterResult

Start = Callable[..., Visit]


def measured(stated: BeforeAfter, at: datetime) -> BeforeAfterResult:
    """What a simulated record says of a change that helps."""
    panel, _truth = panel_of(World(12, 20, deals=40, effect=0.12), np.random.default_rng(1))
    found, asked = difference_in_differences(panel), Asked("Won within 90 days", "12 reps", "20 other reps", 12)
    return BeforeAfterResult.objects.create(
        stated=stated, data_version=1, made_at=at, verdict=told(found, asked).verdict, grade="before_after",
        finding=told(found, asked).finding, html=render_section(before_after_section(found, asked, event_study(panel))),
    )  # fmt: skip


def test_a_change_is_stated_on_a_desk_and_read_on_a_phone(visit: Start, cast: Cast) -> None:
    reps = [[f"Rep {number}", f"Rep {number}", 30] for number in range(4)]
    IndexState.objects.create(organisation=cast.organisation, choices={"owner": reps, "team": []})
    desk = visit(cast.manager, width=1440, scheme="light")
    found = []
    for path in ("/experiments/before-after/", "/experiments/before-after/new/"):
        assert desk.go(path) == 200
        found += problems(desk, 1440)
    page = desk.page
    page.get_by_label("What changed").fill("Quotes with a video")
    page.get_by_label("Since").fill((date.today() - timedelta(days=200)).isoformat())  # noqa: DTZ011 - any day
    page.get_by_text("Reps", exact=True).click()
    page.get_by_label("Rep 1", exact=True).check()
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_role("heading", name="Quotes with a video")).to_be_visible()
    expect(page.get_by_role("heading", name="Being measured")).to_be_visible()
    stated = BeforeAfter.objects.get()
    assert list(stated.changed) == ["Rep 1"]
    result = measured(stated, timezone.now())
    phone = visit(cast.rep, width=390, scheme="dark")
    assert phone.go(f"/experiments/before-after/{stated.pk}/") == 200
    expect(phone.page.get_by_text(result.finding).first).to_be_visible()
    expect(phone.page.get_by_text("Did both move alike before?")).to_be_visible()
    found += problems(phone, 390)
    assert phone.go("/experiments/before-after/") == 200
    found += problems(phone, 390)
    assert found == []
