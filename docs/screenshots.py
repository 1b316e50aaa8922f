"""Make the pictures of docs/web-app.md again, from a demo that is being served.

    afteraction demo --no-serve --home demo && afteraction serve --home demo
    python docs/screenshots.py --demo demo --address http://localhost:8000

Needs Playwright and a chromium (both come with the test group). Pictures are light, at the width of a desk and of a
phone.
"""

import argparse
import base64
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, sync_playwright

IMAGES: Final = Path(__file__).parent / "images"
DESK: Final = (1280, 820)
PHONE: Final = (390, 760)
_WITHOUT_PATHS: Final = """
() => { const told = document.querySelector("#inbox-path code"); if (told) told.textContent = "mine/inbox" }
"""
"""Where the demo lies on this machine is nothing for a page of documentation."""
_TO_WEBP: Final = """
async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width; canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.8);
}
"""
"""The browser packs its own pictures: a third of the size of the PNG."""


@dataclass(frozen=True)
class Shot:
    """A picture: its file, whose page, which address, and its size."""

    name: str
    role: str
    path: str
    size: tuple[int, int] = DESK


SHOTS: Final = (
    Shot("web-home-manager", "manager", "/"),
    Shot("web-home-executive", "executive", "/"),
    Shot("web-deals", "manager", "/deals/?outcome=open"),
    Shot("web-deal", "manager", "/deals/{deal}/"),
    Shot("web-deal-phone", "rep", "/deals/{deal}/", size=PHONE),
    Shot("web-process", "operations", "/process/"),
    Shot("web-insights", "executive", "/insights/"),
    Shot("web-steps", "manager", "/insights/steps/"),
    Shot("web-reps", "operations", "/insights/reps/"),
    Shot("web-data", "operations", "/data/"),
    Shot("web-connectors", "operations", "/settings/connectors/"),
    Shot("web-people", "admin", "/settings/people/"),
)


def main() -> None:
    """Takes every picture."""
    asked = argparse.ArgumentParser(description="Make the pictures of docs/web-app.md again.")
    asked.add_argument("--demo", type=Path, required=True, help="the home of the demo")
    asked.add_argument("--address", default="http://localhost:8000", help="where it is served")
    asked.add_argument("--only", default="", help="pictures whose name begins so")
    given = asked.parse_args()
    people = json.loads((given.demo / "demo-sign-in.json").read_text("utf-8"))
    deal = _a_won_deal(given.demo / "database.sqlite3")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for role in dict.fromkeys(shot.role for shot in SHOTS):
            shots = [shot for shot in SHOTS if shot.role == role and shot.name.startswith(given.only)]
            if shots:
                state = _signed_in(browser, given.address, people[role])
                for shot in shots:
                    _take(browser, given.address, state, shot, deal)
        browser.close()


def _take(browser: Browser, address: str, state: str, shot: Shot, deal: str) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="light", storage_state=json.loads(state)
    )
    page = context.new_page()
    page.goto(address + shot.path.format(deal=deal), wait_until="networkidle")
    page.evaluate(_WITHOUT_PATHS)
    picture = base64.b64encode(page.screenshot()).decode()
    page.goto("about:blank")
    webp: str = page.evaluate(_TO_WEBP, picture)
    (IMAGES / f"{shot.name}.webp").write_bytes(base64.b64decode(webp.partition(",")[2]))
    context.close()


def _signed_in(browser: Browser, address: str, person: dict[str, str]) -> str:
    """The cookies of someone who has come in, as JSON."""
    context: BrowserContext = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.click("button[type=submit]")
    page.wait_for_url(f"{address}/")
    state = json.dumps(context.storage_state())
    context.close()
    return state


def _a_won_deal(database: Path) -> str:
    """A deal with something to see: won, after all stages."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        wanted = "SELECT deal_id FROM deals_deal WHERE organisation_id = 1 AND box = 'deserved_win'"
        [key] = connection.execute(f"{wanted} ORDER BY amount DESC, deal_id LIMIT 1").fetchone()
    return str(key)


if __name__ == "__main__":
    main()
