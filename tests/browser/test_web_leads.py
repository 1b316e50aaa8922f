"""Leads in a browser: a rep's inbox on the phone, and marketing's day with what came back and a change to sign."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.leads.made import agreed, lead

from afteraction.web.leads import feedback, services
from afteraction.web.leads.models import Agreement, Lead

Start = Callable[..., Visit]


def _handed(cast: Cast, name: str, minutes: int) -> Lead:
    """A lead of the rep that must be called within so many minutes."""
    now = timezone.now()
    times = {"handed_at": now - timedelta(minutes=5), "due_at": now + timedelta(minutes=minutes), "next_at": now}
    return lead(cast, name, cast.rep, person_name=name, account_name="Globex", **times)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_rep_works_the_inbox_with_one_tap_each(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    agreed(cast, timezone.now() - timedelta(days=3))
    for minutes, name in enumerate(("Ada Kern", "Bo Lund", "Cem Arslan"), start=20):
        _handed(cast, name, minutes)
    inside = visit(cast.rep, width=width, scheme=scheme)
    page = inside.page
    inside.go("/leads/")
    next_lead = page.get_by_role("region", name="The next lead")
    expect(next_lead.get_by_role("heading", name="Ada Kern")).to_be_visible()
    expect(next_lead.get_by_role("button", name="Unreachable")).to_be_disabled()
    assert list(problems(inside, width)) == []
    next_lead.get_by_role("button", name="Accept").click()
    expect(next_lead.get_by_role("heading", name="Bo Lund")).to_be_visible()
    expect(page.get_by_text("Ada Kern is yours.")).to_be_visible()
    next_lead.get_by_role("button", name="No answer").click()
    expect(next_lead.get_by_role("heading", name="Cem Arslan")).to_be_visible()
    next_lead.get_by_role("button", name="No need").click()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    assert list(problems(inside, width)) == []
    states = dict(Lead.objects.values_list("person_name", "state"))
    assert states == {"Ada Kern": "accepted", "Bo Lund": "assigned", "Cem Arslan": "returned"}
    feedback.answer(
        by=cast.marketer, reason="no need", source="Website", campaign="Guide", text="The form asks why now.",
        now=timezone.now(),
    )  # fmt: skip
    inside.go("/leads/")
    page.get_by_role("button", name="Good to know").click()
    expect(page.get_by_text("The form asks why now.")).to_be_hidden()
    inside.go(f"/leads/{Lead.objects.get(person_name='Bo Lund').pk}/")
    expect(page.get_by_text("Called or written to")).to_be_visible()
    assert list(problems(inside, width)) == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_marketing_answers_what_came_back_and_both_sides_sign_a_change(
    visit: Start, cast: Cast, width: int, scheme: str
) -> None:
    agreed(cast, timezone.now() - timedelta(days=3))
    back = _handed(cast, "Dana Fox", 30)
    services.give_back(by=cast.rep, lead=back, reason="wrong person", note="Facilities", now=timezone.now())
    inside = visit(cast.marketer, width=width, scheme=scheme)
    page = inside.page
    inside.go("/")
    page.get_by_role("link", name="Wrong person").click()
    assert list(problems(inside, width)) == []
    page.get_by_label("What you changed, or why nothing").fill("The form asks for the role.")
    page.get_by_role("button", name="Answer 1 lead").click()
    expect(page.get_by_text("Answered. 1 person is told.")).to_be_visible()
    inside.go("/leads/agreement/new")
    page.locator("#id_field-0").select_option("did: anything")
    page.locator("#id_comparison-0").select_option("at least")
    page.locator("#id_value-0").fill("1")
    page.locator("#id_days-0").fill("30")
    page.get_by_label("Sales calls or writes within").fill("30")
    page.get_by_role("button", name="Try it on the last quarter").click()
    expect(page.get_by_text("is kept for trying")).to_be_visible()
    assert list(problems(inside, width)) == []
    page.get_by_label("Why", exact=True).fill("So that we call while they remember us.")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("did anything at least 1 times within 30 days").first).to_be_visible()
    assert list(problems(inside, width)) == []
    page.get_by_role("button", name="Sign it").click()
    expect(page.get_by_text("Signed.", exact=True)).to_be_visible()
    other = visit(cast.manager, width=width, scheme=scheme)
    other.go("/leads/agreement/2/")
    other.page.get_by_role("button", name="Sign it").click()
    expect(other.page.get_by_text("In force", exact=True).first).to_be_visible()
    assert Agreement.objects.get(state="in_force").version == 2
    other.go("/leads/agreement/")
    assert list(problems(other, width)) == []
