"""Charts: drawn for the page and the phone, in the theme's colours, with any names."""

from collections.abc import Callable, Mapping
from datetime import date
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring

from afteraction.analysis.aalen_johansen import Band as Curve
from afteraction.analysis.arrays import Floats
from afteraction.analysis.calibration import Band, Measured
from afteraction.analysis.competing_risks import TimeToEnd
from afteraction.analysis.intervals import difference, rate
from afteraction.report.charts.boxes import Tile, box_tiles
from afteraction.report.charts.calibration import calibration_curve
from afteraction.report.charts.contrasts import Contrast, dumbbells
from afteraction.report.charts.dots import Dot, Reference, Scale, dots
from afteraction.report.charts.durations import Stay, stay_bars
from afteraction.report.charts.effects import Effect, Words, effect_dots
from afteraction.report.charts.funnel import Limit, Spot, funnel
from afteraction.report.charts.incidence import Panel, incidence, incidences
from afteraction.report.charts.lines import apart
from afteraction.report.charts.months import MonthOutcomes, MonthRate, Trend, outcome_months, trends
from afteraction.report.charts.picture import PAGE, PHONE, Picture, to_png
from afteraction.report.charts.rates import Row, rate_dots
from afteraction.report.charts.spending import Spent, spending
from afteraction.report.charts.stalls import Standing, stall_bars
from afteraction.report.charts.steps import StepShares, step_bars
from afteraction.report.charts.trade_offs import Point, Trade, trade_offs
from afteraction.report.charts.ways import Happening, Way, ways
from afteraction.report.theme import LIGHT

SVG = "{http://www.w3.org/2000/svg}"
Named = Callable[[str], str]


def _months(count: int) -> list[date]:
    return [date(2024 + n // 12, n % 12 + 1, 1) for n in range(count)]


def _contrast(name: str, won: int) -> Contrast:
    one, other = rate(won, 100), rate(30, 200)
    return Contrast(name, one, other, difference(one, other), clear=won > 40)


def _band(predicted: float) -> Band:
    return Band(120, predicted, Measured(predicted, max(predicted - 0.1, 0.0), min(predicted + 0.1, 1.0)))


def _ended(segment: str, days: float = 90) -> TimeToEnd:
    at = np.linspace(0.0, days, 61)

    def curve(share: Floats) -> Curve:
        return Curve(share, np.maximum(share - 0.05, 0.0), np.minimum(share + 0.05, 1.0))

    won, lost, undecided = (curve(at / days * part) for part in (0.3, 0.4, 0.1))
    return TimeToEnd("created", segment, 300, 250, at, 300 - at, won, lost, undecided, curve(1 - at / days * 0.8))


def _point(share: float, *, judged: bool = False) -> Point:
    return Point(share, Measured(share, share / 2, share * 2), Measured(share, 0.0, 1.0), judged)


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
    "calibration": lambda n: calibration_curve([_band(0.1 * place) for place in range(1, 10)], n("predictions")),
    "crowded calibration": lambda n: calibration_curve([_band(0.3 + place / 1e4) for place in range(10)], n("deals")),
    "calibration of one band": lambda n: calibration_curve([_band(0.0)], n("predictions")),
    "incidence": lambda n: incidence(_ended(n("Large")), n("days")),
    "incidence of a day": lambda n: incidence(_ended(n("Large"), days=1), n("days")),
    "incidences": lambda n: incidences([Panel(n(f"segment {i}"), _ended(n("Large"), 90 + i)) for i in range(5)]),
    "one incidence": lambda n: incidences([Panel(n("Large"), _ended(n("Large")))]),
    "stalls": lambda n: stall_bars(
        [
            Standing(n(s), days, 40, 1 / days, 0.5 / days, 1.5 / days, None if days > 90 else 0.2)
            for s in ("Qualify", "Propose")
            for days in (7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0)
        ]
    ),
    "one stall": lambda n: stall_bars([Standing(n("Qualify"), 7.0, 40, 1.0, 0.9, 1.0, None)]),
    "effects without a naive difference": lambda n: effect_dots([Effect(n("a"), 0, 0, 0, None, "no_effect")], 0.05),
    "yields": lambda n: dots(
        [Dot(n("a"), 3000, 20, 9e5, n("3,000"), n("a"), 1), Dot(n("b"), 200, 100, 400, n("200"), n("b"), -1)],
        Scale(100, 9000, ",~r", logarithmic=True, ticks=(200, 1000, 5000), title=n("per hour")),
        Reference(900, n("all")),
    ),
    "spending": lambda n: spending(
        [
            Spent(n("Won"), "won", Measured(0.5, 0.4, 0.6), 0.3, n("50%")),
            Spent(n("Lost"), "lost", Measured(0, 0, 0.1), 0.7, n("0%")),
        ],
        n("hours"),
    ),
    "trade-offs": lambda n: trade_offs(
        [Trade(n(f"point {i}"), (_point(0.1), _point(0.2, judged=True)), (_point(0.3),)) for i in range(5)], n("hours")
    ),
    "one trade-off": lambda n: trade_offs([Trade(n("point"), (_point(0.2, judged=True),))], n("hours")),
    "funnel": lambda n: funnel(
        [
            Spot(n("a"), 9, 0.3, "cant_tell"),
            Spot(n("b"), 300, 0.1, "above"),
            Spot(n("c"), 320, -0.1, "below"),
            Spot(n("d"), 1_000, 0.0, "as_expected"),
        ],
        [Limit(9, -0.25, 0.3, -0.28, 0.45), Limit(1_100, -0.03, 0.03, -0.04, 0.04)],
    ),
    "boxes": lambda n: box_tiles(
        [Tile(n(str(k)), rate(k, 9), (n("words"),), won=k < 3, deserved=k in (1, 4)) for k in range(1, 5)],
        Tile(n("rest"), rate(0, 9), (), won=None),
        (n("yes"), n("no")),
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


def test_bands_too_close_to_write_their_numbers_are_counted_where_they_are_pointed_at() -> None:
    assert ">120<" in CHARTS["calibration"](str).wide
    crowded = CHARTS["crowded calibration"](str).wide
    assert crowded.count(">120<") == 1  # the axis alone
    assert "of 120 deals" in crowded


def test_labels_move_apart_as_little_as_they_must_and_keep_their_order() -> None:
    assert apart([10, 50, 90], 17, 0, 100) == [10, 50, 90]
    assert apart([50, 10, 52], 17, 0, 100) == [50, 10, 67]
    assert apart([99, 98, 97], 17, 0, 100) == [100, 83, 66]
    assert apart([0, 0], 17, 6, 100) == [6, 23]


def test_equal_charts_are_equal_to_the_letter() -> None:
    assert CHARTS["rates"](str).wide == CHARTS["rates"](str).wide
    assert CHARTS["trade-offs"](str).narrow == CHARTS["trade-offs"](str).narrow


def test_the_charts_of_steps_and_of_claims_are_one_with_other_words() -> None:
    effect = Effect("Demo", 0.1, 0.05, 0.15, 0.3, "helps", means="a demo of the product")
    words = Words(helps="supports it", naive="what people believe")
    told = [title.text for title in fromstring(effect_dots([effect], 0.05, words).wide).iter(f"{SVG}title")]
    assert told == [
        "Demo, what people believe: +30 points",
        "a demo of the product: supports it, +10 (+5 to +15) points",
    ]


def test_a_picture_can_be_had_as_png() -> None:
    assert to_png(CHARTS["one rate"](str).wide).startswith(b"\x89PNG")


def _colours(root: Xml.Element) -> set[str]:
    return {element.get(name, "none") for element in root.iter() for name in ("fill", "stroke")}
