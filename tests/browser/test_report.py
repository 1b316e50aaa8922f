"""The report in a real browser: on a desk, on a phone, in the dark, on paper."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page

from afteraction.report.build import build
from afteraction.report.html import write_html

RECIPES = Path(__file__).parents[1] / "report" / "conftest.py"

# The contrast of every piece of text outside pictures with what is painted behind it (WCAG 2.2, AA).
FAINT_TEXT = """
() => {
  const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  for (const element of document.querySelectorAll("body *:not(svg, svg *, script, style)")) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const [one, other] = [luminance(parse(style.color)), luminance(behind(element))].sort((a, b) => b - a);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600);
    const told = `${element.className}: ${element.textContent.slice(0, 40)}`;
    if ((one + 0.05) / (other + 0.05) < (large ? 3 : 4.5)) faint.add(told);
  }
  return [...faint];
}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = _recipes().Recipe(reps=40, months=24)
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_html(build(made.study(), made.graph(beside=False), "Nobody is real."), path)
    return path.as_uri()


def _recipes() -> ModuleType:
    specification = importlib.util.spec_from_file_location("report_recipes", RECIPES)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["report_recipes"] = module
    specification.loader.exec_module(module)
    return module


def _open(chromium: Browser, address: str, width: int = 1440, scheme: str = "light") -> Page:
    size = {"width": width, "height": 900}
    page = chromium.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(address)
    return page


def test_nothing_is_asked_of_the_network_and_nothing_breaks_the_policy(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.wait_for_timeout(200)
    assert [url for url in asked if not url.startswith(("data:", address))] == []
    assert said == []


@pytest.mark.parametrize("width", [1440, 1024, 768, 390, 320])
def test_the_page_never_scrolls_sideways(chromium: Browser, address: str, width: int) -> None:
    page = _open(chromium, address, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(chromium: Browser, address: str, scheme: str) -> None:
    page = _open(chromium, address, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(FAINT_TEXT) == []


def test_charts_follow_the_readers_setting(chromium: Browser, address: str) -> None:
    ask = "getComputedStyle(document.querySelector('.chart .page-wide svg text')).fill"
    light, dark = (_open(chromium, address, scheme=scheme).evaluate(ask) for scheme in ("light", "dark"))
    assert light != dark


def test_a_phone_gets_charts_of_its_own(chromium: Browser, address: str) -> None:
    ask = "[...document.querySelectorAll('.chart')].map(c => [...c.children].map(d => getComputedStyle(d).display))"
    assert {tuple(shown) for shown in _open(chromium, address, 390).evaluate(ask)} == {("none", "block")}
    assert {tuple(shown) for shown in _open(chromium, address, 1440).evaluate(ask)} == {("block", "none")}


def test_text_in_charts_is_large_enough_on_a_phone(chromium: Browser, address: str) -> None:
    page = _open(chromium, address, 390)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.chart .phone svg text')].filter(text => text.textContent)"
        ".map(text => text.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 10


def test_a_table_is_sorted_by_its_heading(chromium: Browser, address: str) -> None:
    page = _open(chromium, address)
    page.locator("#win-rate-by-owner summary").click()
    table = page.locator("#win-rate-by-owner table")
    ask = "table => [...table.tBodies[0].rows].map(row => Number(row.cells[2].dataset.order))"
    table.get_by_role("button", name="won", exact=True).click()
    falling = table.evaluate(ask)
    assert falling == sorted(falling, reverse=True)
    table.get_by_role("button", name="won", exact=True).click()
    assert table.evaluate(ask) == sorted(falling)
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"


def test_the_report_is_whole_without_its_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("section").count() > 8
    assert page.locator("figure svg").count() > 20


def test_it_can_be_used_with_the_keyboard(chromium: Browser, address: str) -> None:
    page = _open(chromium, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


def test_it_prints_in_light_colours_on_pages(chromium: Browser, address: str) -> None:
    page = _open(chromium, address, scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('section h2')).color") == "rgb(20, 29, 41)"
    assert page.pdf(format="A4").startswith(b"%PDF")
