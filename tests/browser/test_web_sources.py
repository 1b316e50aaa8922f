"""Sources in a real browser: added, dropped, heard, in trouble; at both widths."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.browser.test_web_tokens import accessible
from tests.cast import Cast

from afteraction.web.listening.models import Item, Source, Unreadable

MAIL = b"Subject: Initech hires\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <1>\r\n\r\nAda Winter."
LIST = b"""<opml><body><outline text="Trade press" xmlUrl="https://trade.example/f"/>
<outline text="Old server" xmlUrl="ftp://old.example/f"/></body></opml>"""


@pytest.fixture
def heard(cast: Cast) -> Source:
    """Sources in every state, one of them with items of which not all could be read."""
    now = timezone.now()
    about: list[tuple[str, dict[str, Any]]] = [
        ("Handelsblatt Unternehmen", {"heard_at": now, "new_at": now, "unread": 1}),
        ("Reuters Business", {"heard_at": now, "new_at": now}),
        ("Supply Chain Dive", {"failures": 4, "trouble": "its server is out of order (status 503)", "heard_at": now}),
        ("Old Mill Weekly", {"heard_at": now, "made_at": now - timedelta(days=90), "new_at": now - timedelta(days=50)}),
        ("Les Echos", {}),
        ("Cinco Días", {"is_on": False}),
    ]
    made = [
        Source.objects.create(
            organisation=cast.organisation,
            name=name,
            address=f"https://{name.split()[0].lower()}.example/feed",
            next_at=now + timedelta(minutes=20 + n),
            **{"made_at": now} | fields,
        )
        for n, (name, fields) in enumerate(about)
    ]
    for n in range(8):
        Item.objects.create(
            organisation=cast.organisation, source=made[0], key=str(n), url=f"https://handelsblatt.example/{n}",
            title=f"Müller Maschinenbau übernimmt Zulieferer aus Lyon, Teil {n}", heard_at=now,
            text="Der Vorstand teilte am Montag mit, dass der Kauf bis Juni abgeschlossen sein soll. " * 3,
            published_at=now - timedelta(hours=n) if n else None,
            trouble="" if n else "a date that cannot be read: gestern gegen Mittag",
        )  # fmt: skip
    Unreadable.objects.create(
        source=made[0], key="x", heard_at=now, trouble="an item without title and text: handelsblatt-9917"
    )
    return made[0]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_sources_are_added_read_and_removed(
    cast: Cast, heard: Source, visit: Callable[..., Any], width: int, scheme: str, tmp_path: Path
) -> None:
    there = visit(cast.marketer, width=width, scheme=scheme)
    page = there.page

    def looked_at() -> None:
        assert accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0

    assert there.go("/listening/sources/") == 200
    looked_at()
    page.get_by_role("link", name="Add sources").click()
    looked_at()
    (tmp_path / "alert.eml").write_bytes(MAIL)
    (tmp_path / "feeds.opml").write_bytes(LIST)
    page.get_by_label("Drop files here").set_input_files([tmp_path / "alert.eml", tmp_path / "feeds.opml"])
    page.get_by_role("button", name="Send").click()
    page.get_by_text("1 feed added").wait_for()
    page.get_by_text("1 refused").click()
    looked_at()
    there.go("/listening/sources/add/")
    page.get_by_label("Who posts to it").fill("Monitor")
    page.get_by_role("button", name="Make it").click()
    assert len(page.locator("#secret").inner_text()) == 43
    looked_at()
    there.go(f"/listening/sources/{heard.pk}/")
    looked_at()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Unternehmen is paused").wait_for()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("Unternehmen is removed").wait_for()
    assert there.said == []
