"""A report as one HTML file: nothing is loaded from outside, and nothing in it runs but our own few lines."""

import base64
import hashlib
from itertools import count
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

from defusedxml.ElementTree import fromstring
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from afteraction.report.document import Maps, Report
from afteraction.report.output import write_whole
from afteraction.report.text import clean
from afteraction.report.theme import DARK, LIGHT, css_variables, repaint, vendor_file

_TEMPLATES: Final = Path(__file__).parent / "templates"
_FONT_WEIGHTS: Final = (400, 600)
_SMALLEST: Final = 0.82  # scale below which a map scrolls sideways instead of shrinking further


def write_html(report: Report, path: Path) -> None:
    """Write `report` to `path` as a page that needs nothing else.

    Raises `Refused` when the fonts are missing or the file cannot be written.
    """
    write_whole(path, render_html(report).encode())


def render_html(report: Report) -> str:
    """`report` as a page."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else clean(value),
    )
    numbers = count(1)
    environment.filters["drawn"] = lambda svg: Markup(_for_page(svg, next(numbers)))  # noqa: S704  # made by us, as XML
    style, script = _style(report), (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    page: str = environment.get_template("report.html.j2").render(
        report=report,
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
    )
    return page


def _policy(style: str, script: str) -> str:
    """A content security policy under which only this very style sheet and script count, and nothing is fetched."""

    def only(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {only(style)}; script-src {only(script)}; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _style(report: Report) -> str:
    fonts = "".join(
        f"@font-face{{font-family:Inter;font-style:normal;font-weight:{weight};"
        f"src:url(data:font/woff;base64,{_base64(f'Inter-{weight}.woff')}) format('woff');}}"
        for weight in _FONT_WEIGHTS
    )
    light, dark = css_variables(LIGHT), css_variables(DARK)
    colours = (
        f":root{{color-scheme:light dark;{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
    return fonts + colours + (_TEMPLATES / "report.css").read_text(encoding="utf-8") + _map_widths(report)


def _base64(name: str) -> str:
    return base64.b64encode(vendor_file(name).read_bytes()).decode()


def _map_widths(report: Report) -> str:
    """Maps that stand side by side share the width as their own widths are, so that both have one scale."""
    rules = []
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Maps):
                rules += [
                    f"#{one.id}{{flex:{one.picture.width:.0f} 1 0;max-width:{one.picture.width:.0f}px}}"
                    f"@media screen{{#{one.id} svg{{min-width:{one.picture.width * _SMALLEST:.0f}px}}}}"
                    for one in block.maps
                ]
    return "".join(rules)


def _for_page(svg: str, number: int) -> str:
    """A picture for the page: in CSS variables, with ids that no other picture has, unseen by screen readers.

    The element around it carries its description.
    """
    root = fromstring(svg)
    for element in root.iter():
        if name := element.get("id"):
            element.set("id", f"p{number}-{name}")
        for attribute, value in element.attrib.items():
            if value.startswith("url(#"):
                element.set(attribute, f"url(#p{number}-{value[5:]}")
    repaint(root, {token: f"var(--{token})" for token in LIGHT})
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    Xml.register_namespace("", "http://www.w3.org/2000/svg")
    drawn = Xml.tostring(root, encoding="unicode")
    return drawn.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
