"""A report as one HTML file: nothing is loaded from outside, and nothing in it runs but our own few lines."""

import base64
import hashlib
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

from defusedxml.ElementTree import fromstring
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from afteraction.report.document import Figure, Maps, Report, Section
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
    environment = _environment("p")
    style, script = _style(report), (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    page: str = environment.get_template("report.html.j2").render(
        report=report,
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
    )
    return page


def render_section(section: Section) -> str:
    """One section as the report prints it, for a page that has the colours of the theme as CSS variables.

    Every id in it begins with that of the section or is one of its blocks': sections of one report can share a page.
    `map_widths` is the style sheet that its maps need.
    """
    blocks = _environment(f"{section.id}-").get_template("blocks.html.j2").module
    fragment: str = blocks.section(section)  # type: ignore[attr-defined]
    return fragment


def render_figure(figure: Figure) -> str:
    """One chart as the report prints it, for a page that has the colours of the theme as CSS variables."""
    blocks = _environment(f"{figure.id}-").get_template("blocks.html.j2").module
    fragment: str = blocks.figure(figure)  # type: ignore[attr-defined]
    return fragment


def _environment(prefix: str) -> Environment:
    """The templates; the ids inside pictures begin with `prefix` and the picture's number."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else clean(value),
    )
    numbers = count(1)

    def drawn(svg: str) -> Markup:
        return Markup(_for_page(svg, f"{prefix}{next(numbers)}"))  # noqa: S704  # made by us, as XML

    environment.filters["drawn"] = drawn
    return environment


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
    return fonts + colours + (_TEMPLATES / "report.css").read_text(encoding="utf-8") + map_widths(report.sections)


def _base64(name: str) -> str:
    return base64.b64encode(vendor_file(name).read_bytes()).decode()


def map_widths(sections: Iterable[Section]) -> str:
    """Style rules by which maps that stand side by side share the width as their own widths are, on one scale."""
    rules = []
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Maps):
                rules += [
                    f"#{one.id}{{flex:{one.picture.width:.0f} 1 0;max-width:{one.picture.width:.0f}px}}"
                    f"@media screen{{#{one.id} svg{{min-width:{one.picture.width * _SMALLEST:.0f}px}}}}"
                    for one in block.maps
                ]
    return "".join(rules)


def _for_page(svg: str, prefix: str) -> str:
    """A picture for the page: in CSS variables, with ids that no other picture has, unseen by screen readers.

    The element around it carries its description.
    """
    root = fromstring(svg)
    for element in root.iter():
        if name := element.get("id"):
            element.set("id", f"{prefix}-{name}")
        for attribute, value in element.attrib.items():
            if value.startswith("url(#"):
                element.set(attribute, f"url(#{prefix}-{value[5:]}")
    repaint(root, {token: f"var(--{token})" for token in LIGHT})
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    Xml.register_namespace("", "http://www.w3.org/2000/svg")
    drawn = Xml.tostring(root, encoding="unicode")
    return drawn.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
