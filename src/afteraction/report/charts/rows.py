"""Rows with a name and a figure: beside the plot on a page, above each row on a phone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from afteraction.report.charts.picture import Margins, Size, inline, x_at
from afteraction.report.text import shorten, width
from afteraction.report.theme import LIGHT

TEXT: Final = 12.0
Y: Final = alt.Y("y:Q", scale=None, axis=None)
_TEXT_Y: Final = alt.Y("text_y:Q", scale=None, axis=None)
_WIDEST: Final = 256.0
LEGEND_PITCH: Final = 18.0
_LEGEND_TEXT: Final = 11.5
_LEGEND_GAP: Final = 10.0


@dataclass(frozen=True)
class Rows:
    """Where the rows of a chart stand, from the names and figures they show.

    Each row's values must hold `y` and, for `texts`, the entries of `place`.
    """

    size: Size
    margins: Margins
    pitch: float
    count: int

    @classmethod
    def of(
        cls, names: Sequence[str], figures: Sequence[str], size: Size, *, top: float = 6, bottom: float = 24,
        thick: float = 14,
    ) -> "Rows":  # fmt: skip
        """Rows for `names` with `figures` on their right; `thick` is the height of a row's mark."""
        if size.narrow:
            return cls(size, Margins(top, 8, bottom, 8), thick + 27, len(names))
        left = min(max(width(name, TEXT) for name in names) + 18, _WIDEST + 6)
        right = max(width(figure, TEXT) for figure in figures) + 16
        return cls(size, Margins(top, right, bottom, left), thick + 11, len(names))

    @property
    def plot(self) -> float:
        """The width of the plot in pixels."""
        return self.size.width - self.margins.left - self.margins.right

    @property
    def height(self) -> float:
        return self.pitch * self.count

    def place(self, number: int, name: str, figure: str, start: float | None = None) -> dict[str, Any]:
        """The values that place row `number`, or the row that begins at the height `start`, and its two texts."""
        top = number * self.pitch if start is None else start
        if self.size.narrow:
            room = self.size.width - 16 - width(figure, TEXT) - 12
            y = top + self.pitch / 2 + 8
            return {"y": y, "text_y": top + 11, "name": shorten(name, TEXT, room), "figure": figure}
        y = top + self.pitch / 2
        return {"y": y, "text_y": y, "name": shorten(name, TEXT, self.margins.left - 18), "figure": figure}

    def texts(self, values: Any) -> list[Any]:
        """The layers that write the names and the figures; on a phone over the plot, with a halo to be read there."""
        base = alt.Chart(values)
        if not self.size.narrow:
            name, figure = base.mark_text(align="right", baseline="middle"), self._figures(base)
            right = self.plot + self.margins.right - 2
            return [_written(name, -12, "name:N"), _written(figure, right, "figure:N")]
        halo: dict[str, Any] = {"stroke": LIGHT["paper"], "strokeWidth": 4, "strokeJoin": "round"}
        layers = []
        for style in (halo, {}):
            name = base.mark_text(align="left", baseline="middle", **style)
            layers += [_written(name, 0, "name:N"), _written(self._figures(base, **style), self.plot, "figure:N")]
        return layers

    def _figures(self, base: Any, **style: Any) -> Any:
        return base.mark_text(align="right", baseline="middle", color=LIGHT["muted"], **style)


def _written(mark: Any, x: float, text: str) -> Any:
    return mark.encode(x=x_at(x), y=_TEXT_Y, text=alt.Text(text))


@dataclass(frozen=True)
class Key:
    """One entry of a legend: its words, and its fill, outline (tokens) and shape."""

    words: str
    fill: str
    stroke: str
    shape: str = "square"


def legend_lines(keys: Sequence[Key], room: float = math.inf) -> list[list[Key]]:
    """The entries of a legend in lines no wider than `room`."""
    lines: list[list[Key]] = [[]]
    left = room
    for key in keys:
        needed = width(key.words, _LEGEND_TEXT) + 17
        if lines[-1] and needed > left:
            lines.append([])
            left = room
        lines[-1].append(key)
        left -= needed + _LEGEND_GAP
    return lines


def legend(keys: Sequence[Key], room: float = math.inf) -> list[Any]:
    """A legend above the plot, from its left edge, in lines no wider than `room`.

    It needs a top margin of 26, and LEGEND_PITCH more for each further line (`legend_lines`).
    """
    lines = legend_lines(keys, room)
    entries = []
    for number, line in enumerate(lines):
        x, y = 0.0, -15 - LEGEND_PITCH * (len(lines) - 1 - number)
        for key in line:
            entries.append({"x": x + 6, "text_x": x + 17, "y": y, "text_y": y + 1, "words": key.words})
            x += width(key.words, _LEGEND_TEXT) + 17 + _LEGEND_GAP
    words = [key.words for key in keys]
    base = alt.Chart(inline(entries))

    def by_words(channel: Any, values: list[str]) -> Any:
        return channel("words:N", scale=alt.Scale(domain=words, range=values), legend=None)

    return [
        base.mark_point(size=96, strokeWidth=1.2, opacity=1).encode(
            x=alt.X("x:Q", scale=None, axis=None),
            y=alt.Y("y:Q", scale=None, axis=None),
            fill=by_words(alt.Fill, [LIGHT[key.fill] for key in keys]),
            stroke=by_words(alt.Stroke, [LIGHT[key.stroke] for key in keys]),
            shape=by_words(alt.Shape, [key.shape for key in keys]),
        ),
        base.mark_text(align="left", baseline="middle", fontSize=_LEGEND_TEXT).encode(
            x=alt.X("text_x:Q", scale=None, axis=None), y=_TEXT_Y, text=alt.Text("words:N")
        ),
    ]
