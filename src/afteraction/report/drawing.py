"""A small canvas for the pictures that no charting grammar draws: the process map, the variants.

Everything is built as an XML tree, so names from the record can never become mark-up. Lengths are in pixels,
colours are tokens of `theme.LIGHT`.
"""

from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from afteraction.report.text import clean
from afteraction.report.theme import FONT, LIGHT


@dataclass
class Canvas:
    """A picture in the making. Shapes are added in painting order; `group` returns a canvas inside this one."""

    width: float
    height: float
    root: Xml.Element = field(default_factory=lambda: Xml.Element("g"))

    def group(self, tip: str = "", x: float = 0, y: float = 0) -> "Canvas":
        """A part of the picture with its own origin; `tip` is shown by browsers when it is pointed at."""
        element = Xml.SubElement(self.root, "g")
        if x or y:
            element.set("transform", f"translate({x:.1f},{y:.1f})")
        if tip:
            Xml.SubElement(element, "title").text = clean(tip)
        return Canvas(self.width, self.height, element)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str = "", stroke: str = "", radius: float = 0,
        thick: float = 1, dashes: str = "",
    ) -> None:  # fmt: skip
        """A rectangle with its upper left corner at x, y."""
        shape = self._shape("rect", fill, stroke, thick, dashes)
        for name, value in (("x", x), ("y", y), ("width", max(width, 0)), ("height", max(height, 0))):
            shape.set(name, f"{value:.1f}")
        if radius:
            shape.set("rx", f"{radius:g}")

    def path(
        self, steps: str, *, fill: str = "", stroke: str = "", thick: float = 1, dashes: str = "", opacity: float = 1
    ) -> None:
        """A path in SVG's path language."""
        shape = self._shape("path", fill, stroke, thick, dashes)
        shape.set("d", steps)
        if opacity != 1:
            shape.set("opacity", f"{opacity:g}")

    def dot(self, x: float, y: float, radius: float, *, fill: str = "", stroke: str = "", thick: float = 1) -> None:
        """A circle around x, y."""
        shape = self._shape("circle", fill, stroke, thick, "")
        for name, value in (("cx", x), ("cy", y), ("r", radius)):
            shape.set(name, f"{value:.1f}")

    def text(
        self, x: float, y: float, words: str, *, size: float = 12, bold: bool = False, fill: str = "ink",
        anchor: str = "start", halo: str = "",
    ) -> None:  # fmt: skip
        """One line of text on the base line y; `halo` paints that colour behind it, to be read across lines."""
        element = Xml.SubElement(self.root, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-family": FONT})
        element.set("font-size", f"{size:g}")
        element.set("fill", LIGHT[fill])
        if bold:
            element.set("font-weight", "600")
        if anchor != "start":
            element.set("text-anchor", anchor)
        if halo:
            element.set("stroke", LIGHT[halo])
            element.set("stroke-width", "4")
            element.set("stroke-linejoin", "round")
            element.set("paint-order", "stroke")
        element.text = clean(words)

    def svg(self) -> str:
        """The finished picture, in the light colours."""
        size = {"width": f"{self.width:.0f}", "height": f"{self.height:.0f}"}
        root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
        root.set("viewBox", f"0 0 {self.width:.0f} {self.height:.0f}")
        root.append(self.root)
        return Xml.tostring(root, encoding="unicode")

    def _shape(self, kind: str, fill: str, stroke: str, thick: float, dashes: str) -> Xml.Element:
        shape = Xml.SubElement(self.root, kind, {"fill": LIGHT[fill] if fill else "none"})
        if stroke:
            shape.set("stroke", LIGHT[stroke])
            shape.set("stroke-width", f"{thick:g}")
        if dashes:
            shape.set("stroke-dasharray", dashes)
        return shape
