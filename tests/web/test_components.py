"""The parts of pages keep to the report's colours and to the icons that are there."""

import re
from pathlib import Path

from django.template import Context, Template
from django.test import RequestFactory

import afteraction.web
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData, Refused
from afteraction.report.theme import DARK, LIGHT
from afteraction.web.chips import CHIPS

WEB = Path(afteraction.web.__file__).parent
ICONS = (Path(__file__).parents[2] / "assets" / "icons.txt").read_text(encoding="utf-8").split()


def _drawn(text: str, path: str = "/", **values: object) -> str:
    return Template(text).render(Context({"request": RequestFactory().get(path), **values}))


def test_the_colours_of_pages_are_those_of_the_report() -> None:
    told = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\);", (WEB / "static" / "tokens.css").read_text())
    assert told == [(token, LIGHT[token], DARK[token]) for token in LIGHT]


def test_styles_name_no_colour_of_their_own() -> None:
    styles = (WEB / "static" / "app.css").read_text(encoding="utf-8")
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", styles)) <= {"#fff", "#8c98a6", "#5d6a79"}  # paper of QR codes, borders


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    texts = [path.read_text(encoding="utf-8") for path in WEB.rglob("*.html")]
    used = {name for text in texts for name in re.findall(r"""(?:icon|icon=)\s*"([a-z0-9-]+)\"""", text)}
    code = [path.read_text(encoding="utf-8") for path in WEB.rglob("*.py")]
    used |= {name for text in code for name in re.findall(r"""Entry\("[^"]+", "[^"]+", "([a-z0-9-]+)\"""", text)}
    used |= {chip.icon for chip in CHIPS.values()}
    assert used - set(ICONS) == set()


def test_every_verdict_of_the_analysis_has_a_chip() -> None:
    assert {verdict.value for verdict in Verdict} <= set(CHIPS)


def test_a_chip_says_in_words_what_its_colour_says() -> None:
    assert "Can't tell" in _drawn('{% chip "cant_tell" %}').replace("&#x27;", "'")
    assert "Something new" in _drawn('{% chip "something_new" %}')


def test_a_refusal_tells_what_would_make_it_possible() -> None:
    drawn = _drawn('{% refusal x what="the effect" %}', x=NotEnoughData("Only 3 deals.", "At least 40 deals."))
    assert "Only 3 deals." in drawn
    assert "At least 40 deals." in drawn
    drawn = _drawn("{% refusal x %}", x=Refused("nothing", "something", "bring it"))
    assert "Found: nothing." in drawn
    assert "bring it" in drawn


def test_what_people_wrote_is_shown_as_text() -> None:
    drawn = _drawn("{% page_header title=x %}{{ x }}{% endpage_header %}{% stat label=x value=x %}", x="<script>")
    assert "<script>" not in drawn
    assert drawn.count("&lt;script&gt;") == 4


def test_a_heading_sorts_the_other_way_at_the_second_click() -> None:
    heading = '{% sort_heading "Amount" "amount" number=True %}'
    assert 'href="?stage=Discover&amp;sort=-amount"' in _drawn(heading, "/?stage=Discover&page=3")
    again = _drawn(heading, "/?sort=-amount")
    assert 'href="?sort=amount"' in again
    assert 'aria-sort="descending"' in again


def test_only_the_nearest_page_is_marked_as_the_one_we_are_on() -> None:
    tabs = '{% tabs entries label="Settings" %}'
    entries = [("settings", "Organisation"), ("people", "People"), ("nowhere", "Nowhere")]
    drawn = _drawn(tabs, "/settings/people/3/", entries=entries)
    assert drawn.count("aria-current") == 1
    assert re.search(r'href="/settings/people/" aria-current="page"', drawn)
    assert "Nowhere" not in drawn
