"""The page: one file that loads nothing, runs nothing but its own lines, and can be read by everyone."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from afteraction.report.build import build
from afteraction.report.html import render_html, write_html

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page in order, with their attributes and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def _html(made: object, **options: object) -> str:
    study = made.study(**options)  # type: ignore[attr-defined]
    return render_html(build(study, made.graph(beside=False), "Nobody is real."))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def html(recipe: Callable) -> str:
    return _html(recipe())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


@pytest.fixture(scope="module")
def hostile_html(recipe: Callable, hostile: Callable[[str], str]) -> str:
    return _html(recipe(named=hostile))


def _sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_this_style_sheet_and_this_script_and_nothing_else(page: Page) -> None:
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    directives = dict(part.strip().split(" ", 1) for part in (policy or "").split(";"))
    [style], [script] = page.texts["style"], page.texts["script"]
    assert directives == {
        "default-src": "'none'",
        "style-src": _sha256(style),
        "script-src": _sha256(script),
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize("which", ["html", "hostile_html"])
def test_nothing_is_loaded_from_outside(which: str, request: pytest.FixtureRequest) -> None:
    html = request.getfixturevalue(which)
    page = Page(html)
    for name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
        for _tag, attributes in page.elements:
            assert (attributes.get(name) or "#").startswith(("#", "data:"))
    for found in re.findall(r"url\(\s*['\"]?([^'\")]{0,12})", html):
        assert found.startswith(("data:font/", "#p"))
    assert "@import" not in page.texts["style"][0]


def test_no_element_has_a_style_or_a_handler_of_its_own(page: Page) -> None:
    for tag, attributes in page.elements:
        assert [name for name in attributes if name == "style" or name.startswith("on")] == [], tag


def test_hostile_names_stay_text(hostile_html: str) -> None:
    page = Page(hostile_html)
    assert len(page.all("script")) == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in hostile_html
    assert "\u202e" not in hostile_html
    assert "\x00" not in hostile_html
    assert any("{{ 7*7 }}" in text for text in page.texts["th"])


def test_headings_go_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels) if before != 1 or after != 2)


def test_every_picture_has_words_in_its_stead(page: Page) -> None:
    pictures = [attributes for _, attributes in page.elements if attributes.get("role") == "img"]
    assert len(pictures) > 10
    assert all(len(picture.get("aria-label") or "") > 20 for picture in pictures)
    assert all(svg.get("aria-hidden") == "true" for svg in page.all("svg"))


def test_tables_have_captions_and_heads(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert all(head.get("scope") in ("row", "col") for head in page.all("th"))


def test_ids_are_unique_and_every_link_leads_to_one(page: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.elements if attributes.get("id"))
    assert {name: count for name, count in ids.items() if count > 1} == {}
    assert all((link["href"] or "")[1:] in ids for link in page.all("a"))


def test_the_page_has_its_landmarks_language_and_title(page: Page) -> None:
    assert page.all("html")[0]["lang"] == "en"
    assert page.texts["title"][0] == "Is our sales process real?"  # the others are of pictures
    assert [len(page.all(tag)) for tag in ("main", "nav", "footer")] == [1, 1, 1]


def test_simulated_data_is_called_so_above_everything_else(html: str) -> None:
    body = html[html.index("<body>") :]
    assert body.index("Simulated data. Nobody is real.") < body.index("<h1>")


def test_a_page_for_sixty_reps_stays_small(recipe: Callable) -> None:
    assert len(_html(recipe(reps=60, months=36)).encode()) < 3_000_000


def test_a_record_without_deals_gives_a_page_of_refusals(recipe: Callable) -> None:
    made = recipe()
    html = render_html(build(made.empty_study(), made.graph()))
    assert html.count('class="refusal"') >= 1
    assert "Nothing was recorded." in html
    assert "Simulated data" not in html


def test_a_process_found_in_the_record_is_not_held_against_paper(recipe: Callable) -> None:
    html = _html(recipe(), on_paper=False)
    assert 'id="map-on-paper"' not in html
    assert "nothing to hold it against" in html


def test_the_same_study_gives_the_same_file(recipe: Callable, html: str, tmp_path: Path) -> None:
    made = recipe()
    write_html(build(made.study(), made.graph(beside=False), "Nobody is real."), tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == html
