"""Charts: drawn for the page and the phone, in the theme's colours, with any names."""

from collections.abc import Callable, Mapping
from datetime import date
from xml.etree import ElementTree as Xml

import pytest
from defusedxml.ElementTree import fromstring

from afteraction.analysis.intervals import difference, rate
from afteraction.report.charts.contrasts import Contrast, dumbbells
from afteraction.report.charts.durations import Stay, stay_bars
from afteraction.report.charts.effects import Effect, effect_dots
from afteraction.report.charts.months import MonthOutcomes, MonthRate, Trend, outcome_months, trends
from afteraction.report.charts.picture import PAGE, PHONE, Picture, to_png
from afteraction.report.charts.rates import Row, rate_dots
from afteraction.report.charts.steps import StepShares, step_bars
from afteraction.report.charts.ways import Happening, Way, ways
from afteraction.report.theme import LIGHT

SVG = "{http://www.w3.org/2000/svg}"
Named = Callable[[str], str]


def _months(count: int) -> list[date]:
    return [date(2024 + n // 12, n % 12 + 1, 1) for n in range(count)]


def _contrast(name: str, won: int) -> Contrast:
    one, other = rate(won, 100), rate(30, 200)
    return Contrast(name, one, other, difference(one, other), clear=won > 40)


CHARTS: Mapping[str, Callable[[Named], Picture]] = {
    "rates": lambda n: rate_dots(
        [Row(n("a"), rate(3, 10)), Row(n("b"), rate(50, 60), 1), Row(n("c"), rate(0, 9), -1)], 0.4
    ),
    "many rates": lambda n: rate_dots([Row(n(f"rep {i}"), rate(i, 90)) for i in range(60)], 0.3),
    "one rate": lambda n: rate_dots([Row(n("a"), rate(0, 1))]),
    "steps": lambda n: step_bars(
        [StepShares(n("a"), n("Qualify"), 100, 0.5, 0.2, 0.1, 0.2), StepShares(n("b"), n("Propose"), 3, 0, 0, 0, 1)]
    ),
    "outcomes": lambda n: outcome_months([MonthOutcomes(m, 3, 4, 1, rate(3, 8)) for m in _months(30)]),
    "outcomes without a rate": lambda n: outcome_months([MonthOutcomes(m, 0, 1, 0) for m in _months(1)]),
    "many years": lambda n: outcome_months([MonthOutcomes(m, 3, 4, 1, rate(3, 8)) for m in _months(260)]),
    "trends": lambda n: trends(
        [Trend(n(f"step {i}"), tuple(MonthRate(m, rate(i, 9)) for m in _months(9))) for i in range(6)]
    ),
    "contrasts": lambda n: dumbbells([_contrast(n("a"), 70), _contrast(n("b"), 16)], n("lost")),
    "stays": lambda n: stay_bars([Stay(n("a"), 9, 1.0, 2.0, 4.0, 9.0), Stay(n("b"), 3, None, None, None)], n("slow")),
    "effects": lambda n: effect_dots(
        [
            Effect(n("a"), 0.1, 0.05, 0.15, 0.2, "helps"),
            Effect(n("b"), -0.1, -0.2, -0.02, None, "hurts"),
            Effect(n("c"), 0, -0.02, 0.02, 0.0, "no_effect"),
            Effect(n("d"), 0, -0.2, 0.2, 0.0, "cant_tell"),
        ],
        0.05,
    ),
    "ways": lambda n: ways(
        [
            Way((Happening(n("Qualify"), 1, is_stage=True), *[Happening(n("call"), 3)] * 60), 9, 0.3, rate(3, 8)),
            Way((), 1, 0.0001),
        ]
    ),
}


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_drawn_in_both_widths_and_in_the_colours_of_the_theme(chart: str) -> None:
    picture = CHARTS[chart](lambda name: name)
    for svg, wide in ((picture.wide, PAGE), (picture.narrow, PHONE)):
        root = fromstring(svg)
        assert float(root.get("viewBox").split()[2]) == pytest.approx(wide, abs=14)
        assert _colours(root) <= set(LIGHT.values()) | {"none", "transparent"}


@pytest.mark.parametrize("chart", CHARTS)
def test_hostile_names_stay_text(chart: str, hostile: Named) -> None:
    picture = CHARTS[chart](hostile)
    for svg in (picture.wide, picture.narrow):
        root = fromstring(svg)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg", "g", "path", "line", "text", "title", "rect", "circle", "defs", "clipPath", "tspan",
        }  # fmt: skip


def test_names_and_figures_are_told_when_a_mark_is_pointed_at() -> None:
    titles = [title.text for title in fromstring(CHARTS["rates"](str).wide).iter(f"{SVG}title")]
    assert "b: 83%  of 60 deals, 95% interval 72–91%" in titles


def test_vegas_own_descriptions_are_gone() -> None:
    svg = CHARTS["outcomes"](str).wide
    assert "aria-" not in svg
    assert "role=" not in svg


def test_a_picture_can_be_had_as_png() -> None:
    assert to_png(CHARTS["one rate"](str).wide).startswith(b"\x89PNG")


def _colours(root: Xml.Element) -> set[str]:
    return {element.get(name, "none") for element in root.iter() for name in ("fill", "stroke")}
