"""A chart as it is printed: drawn once for a page and once for a phone."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from xml.etree import ElementTree as Xml

import altair as alt
import vl_convert
from defusedxml.ElementTree import fromstring

from afteraction.report.text import clean
from afteraction.report.theme import chart_config, register_fonts

PAGE: Final = 720
PHONE: Final = 340
_SVG: Final = "http://www.w3.org/2000/svg"
_TIP: Final = "\u2063"  # an invisible separator marks descriptions that we wrote, not those that Vega makes up
_CONTROL: Final = re.compile(r"\\u00(?:0[0-8bcef]|1[0-9a-f]|7f|[89][0-9a-f])")


@dataclass(frozen=True)
class Size:
    """The room a chart is drawn in: `width` pixels in all, `narrow` on a phone."""

    width: int
    narrow: bool


Drawing = dict[str, Any] | str
"""A Vega-Lite specification, or an SVG drawn by hand."""


@dataclass(frozen=True)
class Picture:
    """A chart in the light colours of the theme, for a page and for a phone; drawn when it is first asked for."""

    draw: Callable[[Size], Drawing]

    @cached_property
    def drawing(self) -> Drawing:
        """What the picture for a page is made from."""
        return self.draw(Size(PAGE, narrow=False))

    @cached_property
    def wide(self) -> str:
        """The picture for a page, as SVG."""
        return _as_svg(self.drawing)

    @cached_property
    def narrow(self) -> str:
        """The picture for a phone, as SVG."""
        return _as_svg(self.draw(Size(PHONE, narrow=True)))


def _as_svg(drawing: Drawing) -> str:
    return drawing if isinstance(drawing, str) else to_svg(drawing)


@dataclass(frozen=True)
class Margins:
    """Room around the plot, in pixels, for labels that are drawn outside it."""

    top: float = 4
    right: float = 4
    bottom: float = 22
    left: float = 4


def layered(layers: Sequence[Any], size: Size, height: float, margins: Margins) -> dict[str, Any]:
    """Layers over one another in a plot of `height` pixels, the whole exactly as wide as `size`."""
    plot = size.width - margins.left - margins.right
    # Each layer keeps its own colours and shapes; positions are shared.
    own: dict[str, Any] = dict.fromkeys(("color", "fill", "stroke", "shape"), "independent")
    chart = (
        alt.layer(*layers)
        .resolve_scale(**own)
        .properties(
            width=plot,
            height=height,
            autosize=alt.AutoSizeParams(type="none"),
            padding={"top": margins.top, "right": margins.right, "bottom": margins.bottom, "left": margins.left},
        )
    )
    return specification(chart)


def inline(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as the data of a chart, written into its specification."""
    return alt.InlineData(values=list(rows))


def specification(chart: Any) -> dict[str, Any]:
    """An Altair chart as a Vega-Lite specification in the theme of the report."""
    made: dict[str, Any] = chart.to_dict(validate=False)
    made["config"] = chart_config()
    return made


def tip(words: str) -> str:
    """A description of a mark that is shown when it is pointed at: the value `tip` of a row, for the channel TIP."""
    return _TIP + words


TIP: Final = alt.Description("tip:N")


def x_at(pixels: float) -> Any:
    """A place in pixels from the left edge of the plot."""
    return alt.XValue(pixels)  # type: ignore[no-untyped-call]


def y_at(pixels: float) -> Any:
    """A place in pixels from the upper edge of the plot."""
    return alt.YValue(pixels)  # type: ignore[no-untyped-call]


def to_svg(spec: dict[str, Any]) -> str:
    """A specification as SVG: sized by its viewBox, with tips as titles, without what only Vega's own page needs."""
    register_fonts()
    safe = json.loads(_CONTROL.sub("", json.dumps(spec)))
    return tidy(vl_convert.vegalite_to_svg(safe, allowed_base_urls=[]))


def to_png(svg: str, scale: float = 2) -> bytes:
    """An SVG picture as PNG, `scale` pixels to the pixel."""
    register_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def tidy(svg: str) -> str:
    """Vega's SVG without roles and names for its parts (the figure itself is named) and without what is invisible."""
    Xml.register_namespace("", _SVG)
    root = fromstring(svg)
    _tidy(root)
    _number_ids(root)
    root.attrib.pop("version", None)
    root.attrib.pop("class", None)
    return Xml.tostring(root, encoding="unicode")


def _number_ids(root: Xml.Element) -> None:
    """Number ids within the picture: Vega counts on from picture to picture, so equal pictures would differ."""
    names = {
        name: f"clip{number}" for number, name in enumerate(each.get("id") for each in root.iter() if each.get("id"))
    }
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute == "id":
                element.set(attribute, names[value])
            elif value.startswith("url(#"):
                element.set(attribute, f"url(#{names.get(value[5:-1], value[5:-1])})")


def _tidy(element: Xml.Element) -> None:
    for child in list(element):
        if child.get("display") == "none" or (child.get("class") == "background" and not child.get("fill")):
            element.remove(child)
            continue
        _tidy(child)
        if child.tag == f"{{{_SVG}}}g" and not len(child):
            element.remove(child)
    words = element.get("aria-label", "")
    for name in ("aria-label", "aria-roledescription", "aria-hidden", "role", "class", "pointer-events"):
        element.attrib.pop(name, None)
    if element.get("opacity") == "1":
        del element.attrib["opacity"]
    if words.startswith(_TIP):
        title = Xml.Element(f"{{{_SVG}}}title")
        title.text = clean(words[1:])
        element.insert(0, title)
