"""Estimates with their intervals, one row for each group: what rates, yields and shares are drawn with."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip, y_at
from afteraction.report.charts.rows import Rows, Y
from afteraction.report.theme import LIGHT

_KINDS: Final = ("below", "unclear", "above")
_COLOURS: Final = [LIGHT["lost"], LIGHT["undecided"], LIGHT["won"]]
_FILLS: Final = [LIGHT["lost"], LIGHT["paper"], LIGHT["won"]]
_SHAPES: Final = ["diamond", "circle", "circle"]


@dataclass(frozen=True)
class Dot:
    """A group, its estimate with interval, the `figure` written beside it and what is said when it is pointed at.

    `side` is -1, 0 or +1: below the reference, not told apart from it, above it.
    """

    name: str
    value: float
    low: float
    high: float
    figure: str
    tip: str
    side: int = 0


@dataclass(frozen=True)
class Scale:
    """The axis of the estimates: from `low` to `high`, in steps of times where it is `logarithmic`.

    `format` is that of d3; what lies outside is cut off. `ticks` are chosen where there are none.
    """

    low: float
    high: float
    format: str
    logarithmic: bool = False
    ticks: tuple[float, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Reference:
    """A line to hold the groups against, and its words."""

    at: float
    words: str


def dots(groups: Sequence[Dot], scale: Scale, reference: Reference | None = None) -> Picture:
    """A dot with its interval for each group, in the order given, and a line at the reference.

    A filled dot stands above the reference, a filled diamond below it; a hollow dot cannot be told apart from it.
    """
    return Picture(lambda size: _draw(groups, scale, reference, size))


def _draw(groups: Sequence[Dot], scale: Scale, reference: Reference | None, size: Size) -> dict[str, Any]:
    figures = [group.figure for group in groups]
    rows = Rows.of(
        [group.name for group in groups],
        figures,
        size,
        top=6 if reference is None else 22,
        bottom=38 if scale.title else 24,
        thick=13,
    )
    values = inline(
        [
            {
                **rows.place(number, group.name, group.figure),
                "estimate": group.value,
                "low": group.low,
                "high": group.high,
                "kind": _KINDS[group.side + 1],
                "tip": tip(group.tip),
            }
            for number, group in enumerate(groups)
        ]
    )
    axis: dict[str, Any] = {"format": scale.format, "tickCount": 4 if size.narrow else 6, "titleAnchor": "end"}
    if scale.ticks:
        axis["values"] = list(scale.ticks)
    domain = alt.Scale(
        domain=[scale.low, scale.high], type="log" if scale.logarithmic else "linear", nice=False, zero=False
    )
    x = alt.X("low:Q", scale=domain, title=scale.title or None, axis=alt.Axis(**axis))

    def by_kind(channel: Any, colours: list[str]) -> Any:
        return channel("kind:N", scale=alt.Scale(domain=_KINDS, range=colours), legend=None)

    base = alt.Chart(values)
    layers = [
        base.mark_rule(strokeWidth=3, opacity=0.6, strokeCap="round", clip=True).encode(
            x=x, x2=alt.X2("high:Q"), y=Y, color=by_kind(alt.Color, _COLOURS)
        ),
        base.mark_point(size=82, strokeWidth=2, opacity=1).encode(
            x=alt.X("estimate:Q"),
            y=Y,
            stroke=by_kind(alt.Stroke, _COLOURS),
            fill=by_kind(alt.Fill, _FILLS),
            shape=by_kind(alt.Shape, _SHAPES),
            description=TIP,
        ),
        *rows.texts(values),
    ]
    if reference is not None:
        layers[:0] = _line(reference, leftwards=_place(reference.at, scale) > 0.5)
    return layered(layers, size, rows.height, rows.margins)


def _place(at: float, scale: Scale) -> float:
    """Where a value lies on the axis, from 0 to 1."""
    if not scale.logarithmic:
        return (at - scale.low) / (scale.high - scale.low)
    return float(math.log(at / scale.low) / math.log(scale.high / scale.low))


def _line(reference: Reference, *, leftwards: bool) -> list[Any]:
    base = alt.Chart(inline([{"at": reference.at, "words": reference.words}])).encode(x=alt.X("at:Q"))
    return [
        base.mark_rule(color=LIGHT["muted"], strokeDash=[4, 3]),
        base.mark_text(
            color=LIGHT["muted"], baseline="bottom", dy=-5, fontSize=11, align="right" if leftwards else "left"
        ).encode(y=y_at(0), text=alt.Text("words:N")),
    ]
