"""What charts of lines share: keys that show a line as it is drawn, and labels at the ends of lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from afteraction.report.charts.picture import inline, y_at
from afteraction.report.text import width
from afteraction.report.theme import LIGHT

TEXT = 11.5
_SAMPLE = 22.0


@dataclass(frozen=True)
class LineKey:
    """How a line looks and what it is called: a colour (token), its dashes (none for a solid line), its thickness."""

    words: str
    colour: str
    dashes: tuple[int, ...] = ()
    thick: float = 2.4

    @property
    def style(self) -> dict[str, Any]:
        """As the properties of an Altair mark."""
        return {
            "color": LIGHT[self.colour],
            "strokeWidth": self.thick,
            "strokeDash": list(self.dashes) or [1, 0],
            "opacity": 1,
        }


def line_legend(keys: Sequence[LineKey], x: float = 0, y: float = -15) -> list[Any]:
    """A legend in one line above the plot, with a sample of each line; it starts `x` right of the plot's left edge."""
    layers: list[Any] = []
    for key in keys:
        base = alt.Chart(inline([{"x": x, "x2": x + _SAMPLE, "text_x": x + _SAMPLE + 6, "words": key.words}]))
        layers += [
            base.mark_rule(**key.style).encode(x=alt.X("x:Q", scale=None, axis=None), x2=alt.X2("x2:Q"), y=y_at(y)),
            base.mark_text(align="left", baseline="middle", fontSize=TEXT).encode(
                x=alt.X("text_x:Q", scale=None, axis=None), y=y_at(y + 1), text=alt.Text("words:N")
            ),
        ]
        x += _SAMPLE + 6 + width(key.words, TEXT) + 14
    return layers


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved as little as needed so that any two are `gap` apart, none below `low` or above `high`.

    For labels beside lines that end close to one another. Keeps their order; with too little room they move beyond
    `low`.
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    floor = low
    for place in order:
        moved[place] = floor = max(moved[place], floor)
        floor += gap
    ceiling = high
    for place in reversed(order):
        moved[place] = ceiling = min(moved[place], ceiling)
        ceiling -= gap
    return moved
