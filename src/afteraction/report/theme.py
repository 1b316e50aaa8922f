"""How charts and pages look: one set of named colours, light and dark, and the Altair theme made of them.

Every colour is a token. Pictures are drawn in the light colours, each of which stands for exactly one token, so the
same picture can be turned into one whose colours are CSS variables (the page, which follows the reader's light or dark
setting) or into a dark one. Won and lost, done and skipped differ in lightness and in shape or words too, never in
hue alone; text has a contrast of at least 4.5, marks of at least 3 (tests/report/test_theme.py).
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Xml

import vl_convert
from defusedxml.ElementTree import fromstring

from afteraction.errors import Refused

LIGHT: Final = {
    "paper": "#ffffff",
    "ground": "#f3f5f8",
    "wash": "#ebeff4",
    "rule": "#d5dce4",
    "ink": "#141d29",
    "muted": "#526070",
    "accent": "#0f5499",
    "won": "#1a63ad",
    "lost": "#c0450b",
    "undecided": "#727d8b",
    "open": "#8d99a8",
    "done": "#155f7a",
    "late": "#b37406",
    "order": "#7a4a9f",
    "skipped": "#6d7885",
    "stage": "#2b4866",
    "touch": "#dce7f2",
    "onfill": "#fefefe",
    "good": "#146b42",
    "goodwash": "#e2f2e9",
    "fair": "#815400",
    "fairwash": "#fbefd6",
    "poor": "#ab330c",
    "poorwash": "#fde7de",
}
DARK: Final = {
    "paper": "#161b22",
    "ground": "#0d1117",
    "wash": "#1f2630",
    "rule": "#343d49",
    "ink": "#e7ebf0",
    "muted": "#a1adbb",
    "accent": "#79b8f5",
    "won": "#5ba6ee",
    "lost": "#f28a4e",
    "undecided": "#97a3b1",
    "open": "#76828f",
    "done": "#4fb3cf",
    "late": "#e0ab45",
    "order": "#c196e2",
    "skipped": "#8b97a5",
    "stage": "#9fc0e2",
    "touch": "#26384b",
    "onfill": "#0c1016",
    "good": "#63cc99",
    "goodwash": "#14302a",
    "fair": "#e5b862",
    "fairwash": "#352a12",
    "poor": "#f59a72",
    "poorwash": "#3b1f16",
}

FONT: Final = "Inter"
VENDOR: Final = Path(__file__).parent / "assets" / "vendor"
_TOKEN_OF: Final = {colour: token for token, colour in LIGHT.items()}


def vendor_file(name: str) -> Path:
    """A third-party file that reports are made with.

    Raises `Refused` when the files have not been fetched yet.
    """
    path = VENDOR / name
    if not path.is_file():
        raise Refused(
            found=f"the file {name} of the report's fonts and layout engine is missing",
            expected="it is part of an installed package, and fetched once in a checkout",
            next_step="run `python assets/copy.py` in the checkout",
        )
    return path


@functools.cache
def register_fonts() -> None:
    """Make Inter known to the chart renderer; needed once in a process."""
    vendor_file("Inter-400.ttf")
    vl_convert.register_font_directory(str(VENDOR))


def repaint(picture: Xml.Element, colours: Mapping[str, str]) -> None:
    """Give the light colours in a picture's attributes those of `colours`, which has one for every token."""
    for element in picture.iter():
        for name, value in element.attrib.items():
            if value in _TOKEN_OF:
                element.set(name, colours[_TOKEN_OF[value]])


def in_dark(svg: str) -> str:
    """An SVG picture drawn in the light colours, in the dark ones."""
    root = fromstring(svg)
    repaint(root, DARK)
    return Xml.tostring(root, encoding="unicode")


def on_white(svg: str) -> str:
    """An SVG picture with a background of its own, to be looked at outside a page."""
    root = fromstring(svg)
    size = {"width": "100%", "height": "100%", "fill": LIGHT["paper"]}
    root.insert(0, Xml.Element("{http://www.w3.org/2000/svg}rect", size))
    Xml.register_namespace("", "http://www.w3.org/2000/svg")
    return Xml.tostring(root, encoding="unicode")


def css_variables(colours: Mapping[str, str]) -> str:
    """The colours as CSS declarations."""
    return "".join(f"--{token}:{colour};" for token, colour in colours.items())


def chart_config() -> dict[str, Any]:
    """The Vega-Lite configuration that every chart shares, in the light colours."""
    ink, muted, rule = LIGHT["ink"], LIGHT["muted"], LIGHT["rule"]
    small = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "titleFontSize": 12}
    axis = {
        **small,
        "labelColor": muted,
        "titleColor": muted,
        "titleFontWeight": 400,
        "gridColor": rule,
        "gridWidth": 1,
        "domain": False,
        "ticks": False,
        "labelPadding": 8,
    }
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 2,
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"labelColor": ink, "labelLimit": 260},
        "legend": {**small, "labelColor": ink, "title": None, "orient": "top", "offset": 6, "symbolSize": 90},
        "header": {**small, "labelColor": ink, "labelFontWeight": 600, "labelAnchor": "start", "title": None},
        "text": {"font": FONT, "fontSize": 12, "color": ink},
        "title": {"font": FONT, "anchor": "start"},
        "aria": False,
    }
