"""The page of API tokens in a real browser: for everyone, at both widths."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from tests.cast import Cast

from afteraction.web.api.tokens import make_token, revoke

OPENS = "/api/v1/me"


@pytest.fixture
def tokens(cast: Cast) -> None:
    """One that is valid, one that is revoked."""
    now = timezone.now()
    make_token(user=cast.operations, name="Nightly import", now=now, scopes=["data:read", "data:write"])
    old, _secret = make_token(user=cast.operations, name="Spreadsheet", now=now, scopes=["deals:read"])
    revoke(user=cast.operations, key=old.pk, now=now)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.usefixtures("tokens")
def test_a_token_is_made_shown_once_and_revoked(cast: Cast, visit: Callable[..., Any], width: int, scheme: str) -> None:
    there = visit(cast.operations, width=width, scheme=scheme)
    page = there.page
    assert there.go("/settings/tokens/") == 200
    assert accessible(page)
    page.get_by_label("Name").fill("Dashboard")
    page.get_by_label("Read deals, their courses and saved views").check()
    page.get_by_role("button", name="Make it").click()
    secret = page.locator("#secret").inner_text()
    assert re.fullmatch(r"aft_[\w-]{43}", secret)
    assert accessible(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    header = {"Authorization": f"Bearer {secret}"}
    assert Client().get(OPENS, headers=header).status_code == 200
    there.go("/settings/tokens/")
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke Dashboard").click()
    page.get_by_text("Dashboard is revoked").wait_for()
    assert Client().get(OPENS, headers=header).status_code == 401
    assert there.said == []


def accessible(page: Any) -> bool:
    """Whether axe finds nothing; it is told what it found."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    return True
