"""The pages for coming in, the home page and the settings, in a real browser at both widths, light and dark."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.cast import PASSWORD, Cast

from afteraction.web.connectors.models import Connector, Run
from afteraction.web.connectors.sealing import seal
from afteraction.web.people import services
from afteraction.web.people.invitations import link

OPEN = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/signup/"]
OWN = ["/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"]
SETTINGS = [
    "/settings/", "/settings/people/", "/settings/people/?search=zzz", "/settings/people/invite/", "/settings/roles/",
    "/settings/mail/", "/settings/trail/", "/settings/connectors/", "/settings/connectors/hubspot/",
    "/settings/connectors/salesforce/",
]  # fmt: skip
LOOKS = [(1440, "light"), (390, "dark")]  # each width and each scheme once
Start = Callable[..., Visit]


def problems(visit: Visit, width: int) -> Iterator[str]:
    """What is wrong with the page that is open: accessibility, width, console, requests to elsewhere."""
    found: dict[str, Any] = Axe().run(visit.page).response
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{visit.page.url}: {violation['id']}: {node['html'][:160]}"
    if visit.page.evaluate("document.documentElement.scrollWidth") > width:
        yield f"{visit.page.url}: scrolls sideways"
    yield from visit.said
    visit.said.clear()


def connected(cast: Cast) -> None:
    """HubSpot, tested in vain, with a run that failed and one that found nothing."""
    now = timezone.now()
    there = Connector.objects.create(
        organisation=cast.organisation,
        kind=Connector.Kind.HUBSPOT,
        address="https://crm.invalid",
        secret=seal("hidden"),
        secret_given_at=now,
        tested={"at": now.isoformat(), "message": "crm.invalid does not answer", "objects": []},
    )
    for state, message in ((Run.State.NOTHING, ""), (Run.State.FAILED, "crm.invalid does not answer")):
        Run.objects.create(connector=there, state=state, began_at=now, ended_at=now, message=message)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_page(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    invitation = services.invite(
        by=cast.admin, email="nina@northwind.example", name="Nina Novak", role="rep", now=timezone.now()
    )
    connected(cast)
    found = []
    outside = visit(width=width, scheme=scheme)
    for path in [*OPEN, link(invitation).removeprefix("http://localhost:8000")]:
        assert outside.go(path) == 200
        found += problems(outside, width)
    inside = visit(cast.admin, width=width, scheme=scheme)
    person = f"/settings/people/{invitation.user.pk}/"
    for path in [*OWN, *SETTINGS, person, f"/settings/people/{cast.rep.pk}/"]:
        assert inside.go(path) == 200
        found += problems(inside, width)
    assert found == []


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_that_refuse_can_be_used_too(visit: Start, cast: Cast, width: int) -> None:
    found = []
    for user, path, status in [
        (cast.rep, "/settings/people/", 403),
        (cast.rep, "/nothing/", 404),
        (None, "/accounts/join/made-up/", 410),
    ]:
        opened = visit(user, width=width)
        assert opened.go(path) == status
        opened.said.clear()  # the browser itself notes the status
        found += problems(opened, width)
    assert found == []


@pytest.mark.parametrize("width", [1440, 390])
def test_everyone_has_a_home_page(visit: Start, cast: Cast, width: int) -> None:
    found = []
    for user in [*cast.insiders().values(), cast.outsider]:
        opened = visit(user, width=width)
        assert opened.go("/") == 200
        expect(opened.page.locator("h1")).to_have_text(f"Hello, {user.name.split()[0]}")
        found += problems(opened, width)
    assert found == []


def test_one_signs_in_with_the_keyboard_alone(visit: Start, cast: Cast) -> None:
    opened = visit()
    opened.go("/settings/roles/")
    page = opened.page
    page.get_by_label("Email").focus()
    page.keyboard.type(cast.admin.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Settings")
    page.goto(f"{opened.address}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert opened.said == []


def test_the_menu_of_the_account_opens_closes_and_signs_out(visit: Start, cast: Cast) -> None:
    opened = visit(cast.rep)
    opened.go("/")
    page, menu = opened.page, opened.page.locator("details.user")
    menu.locator("summary").click()
    expect(menu.get_by_text("Rep · Northwind Systems")).to_be_visible()
    assert list(problems(opened, 1440)) == []
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_the_look_is_remembered(visit: Start, cast: Cast) -> None:
    opened = visit(cast.rep, scheme="light")
    opened.go("/")
    page, ground = opened.page, "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("details.user summary").click()
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark
    page.locator("details.user summary").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="System").click()
    assert page.evaluate(ground) == light


def test_a_phone_has_its_navigation_at_the_foot(visit: Start, cast: Cast) -> None:
    opened = visit(cast.admin, width=390)
    opened.go("/")
    page = opened.page
    assert not page.locator(".side-links").is_visible()
    more = page.locator(".bottom-bar .more")
    if more.count():
        more.locator("summary").click()
        assert list(problems(opened, 390)) == []
    page.locator(".bottom-bar").get_by_role("link", name="Settings").click()
    expect(page.locator("h1")).to_have_text("Settings")


def test_someone_is_invited_and_comes_in(visit: Start, cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.ADDRESS = ""  # links to wherever the test's server is
    admin = visit(cast.admin)
    admin.go("/settings/people/")
    page = admin.page
    page.get_by_role("link", name="Invite").click()
    page.get_by_label("E-mail address").fill("nina@northwind.example")
    page.get_by_label("Name", exact=True).fill("Nina Novak")
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("h1")).to_have_text("Nina Novak")
    path = page.locator("#link").inner_text()
    guest = visit(width=390)
    guest.go(path)
    guest.page.get_by_label("Password").fill(PASSWORD)
    guest.page.get_by_label("The same again").fill(PASSWORD)
    guest.page.get_by_role("button", name="Come in").click()
    expect(guest.page.locator("h1")).to_have_text("Hello, Nina")
    assert admin.said + guest.said == []


def test_a_second_factor_is_set_up(visit: Start, cast: Cast) -> None:
    opened = visit()
    opened.go("/accounts/login/")
    page = opened.page
    page.get_by_label("Email").fill(cast.rep.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Hello, Noor")
    opened.go("/accounts/2fa/totp/activate/")
    expect(page.locator("h1")).to_have_text("Is it you?")
    assert list(problems(opened, 1440)) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("h1")).to_have_text("Set up an authenticator app")
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    assert list(problems(opened, 1440)) == []


def test_pages_are_whole_without_scripts(visit: Start, cast: Cast) -> None:
    opened = visit(cast.admin)
    opened.page.route("**/*.js", lambda route: route.abort())
    opened.go("/settings/people/")
    page = opened.page
    page.get_by_label("Role").select_option("manager")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(1)
