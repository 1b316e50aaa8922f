"""What tests of pages in a real browser may use."""

import os

from tests import django_home  # isort: skip  # before any model is imported

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from tests.cast import Cast, make_cast
from tests.once import empty_home, record

__all__ = ["django_home", "empty_home", "record"]
if not django_home.DATABASE:
    from tests.once import tables_in_memory  # noqa: F401  # a fixture
# Playwright keeps an event loop in this thread, beside which Django would not touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WITHOUT = (
    # What Playwright itself leaves out and pages may notice: this list takes the place of its own.
    "PaintHolding", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "OptimizationHints", "MediaRouter",
    "LensOverlay", "DestroyProfileOnBrowserClose", "ThirdPartyStoragePartitioning",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    # Popups of the address bar, which nobody sees here and which cost each window as much as its page.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(WITHOUT)}",
]  # fmt: skip
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine; `./run test` installs it where it may")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_cast()


@dataclass
class Visit:
    """A page of the browser that notes what should not happen: messages of the console, requests to elsewhere."""

    page: Page
    address: str
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))

    def go(self, path: str) -> int:
        """Opens a page; its status."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        return answer.status

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.said.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.said.append(f"asked for {url}")


_QUIET = 0.05


def wait_until_nobody_asks(seconds: float = 20.0) -> None:
    """Until no connection to the server of the tests is left, and none came for a moment.

    A page that saves by itself may still do so when its test is over, and what it sent as it was closed may still be on
    its way. Nobody may write while the tables are emptied for the next test: all share one connection to them.
    """
    began = last = time.monotonic()
    while (now := time.monotonic()) < last + _QUIET:
        if any("process_request_thread" in thread.name for thread in threading.enumerate()):
            last = now
        assert now < began + seconds, "a page is closed and still asks"
        time.sleep(0.005)


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """Opens the browser as someone: `visit(user, width=390, scheme="dark")`; nobody is signed in without a user."""
    opened = []

    def start(user: Any = None, *, width: int = 1440, scheme: str = "light") -> Visit:
        size = {"width": width, "height": 900}
        context = chromium.new_context(
            viewport=size,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        opened.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=BACKEND)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        return Visit(context.new_page(), live_server.url)

    yield start
    for context in opened:
        context.close()
    wait_until_nobody_asks()
