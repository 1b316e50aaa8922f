"""Rates with their intervals, one row for each group: win rates by segment, source, owner; rules kept by rep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from afteraction.analysis.intervals import Rate
from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip, y_at
from afteraction.report.charts.rows import Rows, Y
from afteraction.report.theme import LIGHT
from afteraction.report.wording import interval, percent

_KINDS: Final = ("below", "unclear", "above")
_COLOURS: Final = [LIGHT["lost"], LIGHT["undecided"], LIGHT["won"]]
_FILLS: Final = [LIGHT["lost"], LIGHT["paper"], LIGHT["won"]]
_SHAPES: Final = ["diamond", "circle", "circle"]


@dataclass(frozen=True)
class Row:
    """A group and its rate; `side` is -1, 0 or +1: below the reference, not told apart from it, above it."""

    name: str
    rate: Rate
    side: int = 0


def rate_dots(rates: Sequence[Row], reference: float | None = None, reference_name: str = "all deals") -> Picture:
    """A dot with its interval for each group, in the order given, and a line at `reference`.

    A filled dot stands above the reference, a filled diamond below it; a hollow dot cannot be told apart from it.
    """
    return Picture(lambda size: _draw(rates, reference, reference_name, size))


def _draw(rates: Sequence[Row], reference: float | None, reference_name: str, size: Size) -> dict[str, Any]:
    figures = [f"{percent(row.rate.value)}  of {row.rate.n:,}" for row in rates]
    rows = Rows.of([row.name for row in rates], figures, size, top=6 if reference is None else 22, thick=13)
    values = inline(
        [
            {
                **rows.place(number, row.name, figures[number]),
                "share": row.rate.value,
                "low": row.rate.low,
                "high": row.rate.high,
                "kind": _KINDS[row.side + 1],
                "tip": tip(
                    f"{row.name}: {figures[number]} deals, 95% interval {interval(row.rate.low, row.rate.high)}"
                ),
            }
            for number, row in enumerate(rates)
        ]
    )
    top = min(1.0, max([row.rate.high for row in rates] + [reference or 0, 0.02]) * 1.02)
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, top]), title=None,
              axis=alt.Axis(format="%", tickCount=4 if size.narrow else 6))  # fmt: skip

    def by_kind(channel: Any, colours: list[str]) -> Any:
        return channel("kind:N", scale=alt.Scale(domain=_KINDS, range=colours), legend=None)

    base = alt.Chart(values)
    layers = [
        base.mark_rule(strokeWidth=3, opacity=0.6, strokeCap="round").encode(
            x=x, x2=alt.X2("high:Q"), y=Y, color=by_kind(alt.Color, _COLOURS)
        ),
        base.mark_point(size=82, strokeWidth=2, opacity=1).encode(
            x=alt.X("share:Q"),
            y=Y,
            stroke=by_kind(alt.Stroke, _COLOURS),
            fill=by_kind(alt.Fill, _FILLS),
            shape=by_kind(alt.Shape, _SHAPES),
            description=TIP,
        ),
        *rows.texts(values),
    ]
    if reference is not None:
        layers[:0] = _reference(reference, f"{reference_name} {reference:.0%}", leftwards=reference > top / 2)
    return layered(layers, size, rows.height, rows.margins)


def _reference(at: float, words: str, *, leftwards: bool) -> list[Any]:
    base = alt.Chart(inline([{"at": at, "words": words}])).encode(x=alt.X("at:Q"))
    return [
        base.mark_rule(color=LIGHT["muted"], strokeDash=[4, 3]),
        base.mark_text(
            color=LIGHT["muted"], baseline="bottom", dy=-5, fontSize=11, align="right" if leftwards else "left"
        ).encode(y=y_at(0), text=alt.Text("words:N")),
    ]
