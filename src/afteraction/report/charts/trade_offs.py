"""What leaving deals would have saved against what it would have cost, at several points of a deal's life."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from afteraction.analysis.calibration import Measured
from afteraction.report.charts.panels import panel, panels
from afteraction.report.charts.picture import TIP, Picture, Size, specification, tip
from afteraction.report.charts.rows import Key, legend
from afteraction.report.text import shorten
from afteraction.report.theme import LIGHT
from afteraction.report.wording import interval, percent

_COLUMNS: Final = 4
_GAP: Final = 24.0
_AXIS: Final = 46.0


@dataclass(frozen=True)
class Point:
    """Leaving a share of the deals: the shares of what is `saved` by it, and of what is `lost` with them.

    `judged` is the one that a verdict is on.
    """

    left: float
    saved: Measured
    lost: Measured
    judged: bool = False


@dataclass(frozen=True)
class Trade:
    """What is lost against what is saved at one point of a deal's life: of the `wins`, and of the `value` if known."""

    name: str
    wins: tuple[Point, ...]
    value: tuple[Point, ...] = ()


@dataclass(frozen=True)
class _Line:
    kind: str
    words: str
    colour: str
    shape: str


_WINS: Final = _Line("wins", "share of the wins lost", "won", "circle")
_VALUE: Final = _Line("value", "share of the value lost", "lost", "diamond")


def trade_offs(trades: Sequence[Trade], saved: str) -> Picture:
    """A small picture for each trade, in the order given: what is saved to the right, what is lost upwards.

    The dashed line is that of deals left at random; below it less is lost than saved. The limit that is judged is a
    large hollow mark. `saved` says what is saved.
    """
    return Picture(lambda size: _draw(trades, saved, size))


def _draw(trades: Sequence[Trade], saved: str, size: Size) -> dict[str, Any]:
    columns = min(2 if size.narrow else _COLUMNS, len(trades))
    plot = (size.width - _AXIS - _GAP * (columns - 1)) / columns
    reach = _reach(trades)
    ticks = [tick for tick in ((0, 0.5, 1) if size.narrow else (0, 0.25, 0.5, 0.75, 1)) if tick <= reach]
    room: dict[str, Any] = {"domain": [0, reach], "nice": False}
    axis: dict[str, Any] = {"format": "%", "values": ticks}
    x = alt.X("saved:Q", title=f"{saved} saved", scale=alt.Scale(**room), axis=alt.Axis(**axis))
    y = alt.Y("low:Q", title=None, scale=alt.Scale(**room), axis=alt.Axis(**axis))
    lines = [_WINS, *([_VALUE] if any(trade.value for trade in trades) else [])]
    base = alt.Chart()
    chance = base.transform_filter("datum.kind == 'chance'").mark_line(
        color=LIGHT["muted"], strokeDash=[4, 3], strokeWidth=1.2
    )
    layers = [chance.encode(x=x, y=alt.Y("lost:Q"))]
    for line in reversed(lines):
        one = base.transform_filter(f"datum.kind == '{line.kind}'").encode(x=x)
        colour = LIGHT[line.colour]
        layers += [
            one.mark_area(color=colour, opacity=0.18, clip=True).encode(y=y, y2=alt.Y2("high:Q")),
            one.mark_line(color=colour, strokeWidth=1.8).encode(y=alt.Y("lost:Q")),
            one.mark_point(size=30, strokeWidth=1.6, opacity=1, shape=line.shape, stroke=colour).encode(
                y=alt.Y("lost:Q"),
                fill=alt.condition("datum.judged", alt.value(LIGHT["paper"]), alt.value(colour)),
                size=alt.condition("datum.judged", alt.value(78), alt.value(26)),
                description=TIP,
            ),
        ]
    cell = alt.layer(*layers).properties(width=plot, height=min(plot, 150))
    rows = [row for number, trade in enumerate(trades) for row in _rows(panel(number), trade, saved, reach)]
    names = [shorten(trade.name, 12, plot + 8) for trade in trades]
    grid = panels(cell, rows, names, columns, _GAP, plot + 20)
    return specification(alt.vconcat(_legend(lines, size), grid, spacing=4))


def _reach(trades: Sequence[Trade]) -> float:
    """The end of both axes: as far as estimates go, and intervals a little beyond."""
    points = [point for trade in trades for point in (*trade.wins, *trade.value)]
    return min(1.0, max([max(point.saved.value, point.lost.value) for point in points] + [0.1]) * 1.15)


def _rows(number: str, trade: Trade, saved: str, reach: float) -> list[dict[str, Any]]:
    rows = [
        {"panel": number, "kind": "chance", "saved": at, "lost": at, "low": at, "high": at, "judged": False, "tip": ""}
        for at in (0.0, reach)
    ]
    for line, points in ((_WINS, trade.wins), (_VALUE, trade.value)):
        rows += [
            {
                "panel": number,
                "kind": line.kind,
                "saved": point.saved.value,
                "lost": point.lost.value,
                "low": point.lost.low,
                "high": point.lost.high,
                "judged": point.judged,
                "tip": tip(
                    f"{trade.name}: leaving {percent(point.left)} of the deals saves {percent(point.saved.value)} of "
                    f"the {saved} and loses {percent(point.lost.value)} "
                    f"({interval(point.lost.low, point.lost.high)}) of the {line.kind}"
                ),
            }
            for point in points
        ]
    return rows


def _legend(lines: Sequence[_Line], size: Size) -> Any:
    """What the lines are, above the pictures."""
    keys = [Key(line.words, line.colour, line.colour, line.shape) for line in lines]
    keys.append(Key("deals left at random", "muted", "muted", "stroke"))
    own: dict[str, Any] = dict.fromkeys(("fill", "stroke", "shape"), "independent")
    return alt.layer(*legend(keys, size.width - 16)).resolve_scale(**own).properties(width=size.width - _AXIS, height=1)
