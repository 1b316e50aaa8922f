"""A funnel plot: how far reps are from what was expected of them, beside how far chance alone would carry them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import altair as alt

from afteraction.report.charts.effects import Words, marks
from afteraction.report.charts.labels import SIZE, Align, Box, Label, beside_points, box_of, dot_of
from afteraction.report.charts.picture import TIP, Margins, Picture, Size, inline, layered, tip
from afteraction.report.charts.rows import LEGEND_PITCH, Key, legend, legend_lines
from afteraction.report.text import shorten
from afteraction.report.theme import LIGHT
from afteraction.report.wording import many, points

Side = Literal["above", "below", "as_expected", "cant_tell"]

SKILL: Final = Words("above", "below", "as expected", "can’t tell", "what the win rate says")
MARKS: Final[dict[Side, Key]] = dict(zip(get_args(Side), marks(SKILL).values(), strict=True))
_TICKS: Final = (1, 2, 5)
_MOST, _MOST_NARROW = 24, 10  # names of reps that stand out
_CROWD: Final = 200  # so many reps get smaller marks
_PIXELS_X: Final = alt.X("x:Q", scale=None, axis=None)
_PIXELS_Y: Final = alt.Y("y:Q", scale=None, axis=None)


@dataclass(frozen=True)
class Spot:
    """A rep: `deals`, what was won of each beyond what was expected, from -1 to 1, and on which side that is."""

    name: str
    deals: int
    apart: float
    side: Side


@dataclass(frozen=True)
class Limit:
    """How far chance alone carries a rep with so many `deals`, from -1 to 1: `low` to `high` 95 % of the time.

    The outer limits hold 99.8 % of the time.
    """

    deals: int
    low: float
    high: float
    outer_low: float
    outer_high: float


@dataclass(frozen=True)
class _Word:
    """A text in the plot, at pixels."""

    text: str
    x: float
    y: float
    align: Align


def funnel(spots: Sequence[Spot], limits: Sequence[Limit]) -> Picture:
    """A mark for each rep by number of deals (on a logarithmic scale) and distance from what was expected.

    The zone of chance is shaded, its outer limits are dashed. Reps above and below are named, the clearest first.
    """
    return Picture(lambda size: _draw(spots, limits, size))


@dataclass(frozen=True)
class _Plot:
    """The room, and the scales: deals from `fewest` to `most`, distances in points from `low` to `high`."""

    wide: float
    height: float
    fewest: float
    most: float
    low: float
    high: float

    def at(self, deals: float, apart: float) -> tuple[float, float]:
        """Where that is, in pixels from the upper left corner."""
        across = math.log(deals / self.fewest) / math.log(self.most / self.fewest)
        return across * self.wide, (self.high - apart * 100) / (self.high - self.low) * self.height


def _draw(spots: Sequence[Spot], limits: Sequence[Limit], size: Size) -> dict[str, Any]:
    keys = [key for side, key in MARKS.items() if any(spot.side == side for spot in spots)]
    room = size.width - 50.0
    margins = Margins(28 + LEGEND_PITCH * (len(legend_lines(keys, room)) - 1), 10, 42, 40)
    plot = _plot(spots, limits, size.width - margins.left - margins.right, 300 if size.narrow else 380)
    words = _words(spots, limits, plot, size)
    labels = _names(spots, [box_of(word.text, word.x, word.y, word.align) for word in words], plot, size)
    x = alt.X(
        "deals:Q",
        title="deals that count",
        scale=alt.Scale(type="log", domain=[plot.fewest, plot.most], nice=False),
        axis=alt.Axis(values=_ticks(plot.fewest, plot.most), format=",d", titleAnchor="end", grid=False),
    )
    layers = [
        *_zone(limits, x, _y(plot, size)),
        *_leads(labels),
        *_marks(spots),
        *_written(words, labels),
        *legend(keys, room),
    ]
    return layered(layers, size, plot.height, margins)


def _plot(spots: Sequence[Spot], limits: Sequence[Limit], wide: float, height: float) -> _Plot:
    """Room for every rep, and for the zone of chance where half of them are."""
    middle = sorted(spot.deals for spot in spots)[len(spots) // 2]
    usual = [limit for limit in limits if limit.deals >= middle] or list(limits)[-1:]
    low = min([spot.apart for spot in spots] + [limit.outer_low for limit in usual])
    high = max([spot.apart for spot in spots] + [limit.outer_high for limit in usual])
    fewest, most = (pick(spot.deals for spot in spots) for pick in (min, max))
    room = (high - low) * 6
    return _Plot(wide, height, fewest / 1.12, most * 1.12, low * 100 - room, high * 100 + room)


def _y(plot: _Plot, size: Size) -> Any:
    ticks = alt.Axis(
        title=None,
        tickCount=5 if size.narrow else 8,
        format="+d",
        labelExpr="datum.value == 0 ? '0' : datum.label",
        labelColor=LIGHT["muted"],
    )
    return alt.Y("low:Q", scale=alt.Scale(domain=[plot.low, plot.high], nice=False), axis=ticks)


def _ticks(fewest: float, most: float) -> list[int]:
    powers = range(math.floor(math.log10(fewest)), math.ceil(math.log10(most)) + 1)
    return [tick for power in powers for step in _TICKS if fewest <= (tick := round(step * 10**power)) <= most]


def _zone(limits: Sequence[Limit], x: Any, y: Any) -> list[Any]:
    rows = [
        {"deals": one.deals, "low": one.low * 100, "high": one.high * 100,
         "outer_low": one.outer_low * 100, "outer_high": one.outer_high * 100}
        for one in limits
    ]  # fmt: skip
    base = alt.Chart(inline(rows)).encode(x=x)
    outer: dict[str, Any] = {"color": LIGHT["muted"], "strokeDash": [4, 3], "strokeWidth": 1.2, "clip": True}
    return [
        base.mark_area(color=LIGHT["wash"], opacity=1, clip=True).encode(y=y, y2=alt.Y2("high:Q")),
        base.mark_line(**outer).encode(y=alt.Y("outer_low:Q")),
        base.mark_line(**outer).encode(y=alt.Y("outer_high:Q")),
        alt.Chart(inline([{"none": 0}])).mark_rule(color=LIGHT["muted"]).encode(y=alt.Y("none:Q")),
    ]


def _marks(spots: Sequence[Spot]) -> list[Any]:
    """The marks, those that stand out on top."""
    ordered = sorted(spots, key=lambda spot: spot.side in ("above", "below"))
    values = inline(
        [
            {
                "deals": spot.deals,
                "apart": spot.apart * 100,
                "side": spot.side,
                "tip": tip(f"{spot.name}: {points(spot.apart)} points a deal, {many(spot.deals, 'deal')}, "
                           f"{MARKS[spot.side].words}"),
            }
            for spot in ordered
        ]
    )  # fmt: skip

    size, stroke = (64, 1.8) if len(spots) < _CROWD else (26, 1.2)

    def by_side(channel: Any, of: list[str]) -> Any:
        return channel("side:N", scale=alt.Scale(domain=list(MARKS), range=of), legend=None)

    return [
        alt.Chart(values)
        .mark_point(size=size, strokeWidth=stroke, opacity=1)
        .encode(
            x=alt.X("deals:Q"),
            y=alt.Y("apart:Q"),
            stroke=by_side(alt.Stroke, [LIGHT[key.stroke] for key in MARKS.values()]),
            fill=by_side(alt.Fill, [LIGHT[key.fill] for key in MARKS.values()]),
            shape=by_side(alt.Shape, [key.shape for key in MARKS.values()]),
            description=TIP,
        )
    ]


def _words(spots: Sequence[Spot], limits: Sequence[Limit], plot: _Plot, size: Size) -> list[_Word]:
    """What the lines and the two halves of the plot mean."""
    rest = "" if size.narrow else " than expected"
    words = [
        _Word(f"more won{rest}", plot.wide - 2, 10, "right"),
        _Word(f"fewer won{rest}", plot.wide - 2, plot.height - 9, "right"),
    ]
    marks = [dot_of(plot.at(spot.deals, spot.apart)) for spot in spots]
    best, widest = [], 0.0
    for one in limits:
        (x, inner), (_x, outer) = plot.at(one.deals, one.low), plot.at(one.deals, one.outer_low)
        lines = [_Word("95%", x - 12, inner, "left"), _Word("99.8%", x - 16, outer, "left")]
        boxes = [box_of(word.text, word.x, word.y, word.align) for word in lines]
        free = all(box.within(plot.wide * 0.8, plot.height) and not any(map(box.meets, marks)) for box in boxes)
        if free and outer - inner > widest:
            best, widest = lines, outer - inner
    return words + best


def _names(spots: Sequence[Spot], taken: Sequence[Box], plot: _Plot, size: Size) -> list[Label]:
    """The names of those that stand out, as far as there is room; the others are told when pointed at."""
    clear = sorted((s for s in spots if s.side in ("above", "below")), key=lambda s: -abs(s.apart) * math.sqrt(s.deals))
    named = clear[: _MOST_NARROW if size.narrow else _MOST]
    names = [shorten(spot.name, SIZE, 96 if size.narrow else 150) for spot in named]
    rest = [plot.at(spot.deals, spot.apart) for spot in spots if spot not in named]
    nameless = [dot_of(plot.at(spot.deals, spot.apart)) for spot in clear[len(named) :]]  # they would be called by it
    at = [plot.at(spot.deals, spot.apart) for spot in named]
    return beside_points(names, at, rest, [*taken, *nameless], plot.wide, plot.height)


def _leads(labels: Sequence[Label]) -> list[Any]:
    """The lines from marks to names that stand further off."""
    ends = [{"x": one.of[0], "y": one.of[1], "x2": one.x, "y2": one.y} for one in labels if one.apart]
    lead = alt.Chart(inline(ends)).mark_rule(color=LIGHT["muted"], strokeWidth=1)
    return [lead.encode(x=_PIXELS_X, y=_PIXELS_Y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))] if ends else []


def _written(words: Sequence[_Word], labels: Sequence[Label]) -> list[Any]:
    """All texts, with a halo to be read across lines."""
    rows = [(w.align, "muted", {"x": w.x, "y": w.y, "words": w.text}) for w in words]
    rows += [(one.align, "ink", {"x": one.x, "y": one.y, "words": one.name}) for one in labels]
    layers = []
    halo: dict[str, Any] = {"stroke": LIGHT["paper"], "strokeWidth": 3.5, "strokeJoin": "round"}
    for align, colour in sorted({(align, colour) for align, colour, _row in rows}):
        some = inline([row for *style, row in rows if style == [align, colour]])
        for style in (halo, {"color": LIGHT[colour]}):
            text = alt.Chart(some).mark_text(align=align, baseline="middle", fontSize=SIZE, **style)
            layers.append(text.encode(x=_PIXELS_X, y=_PIXELS_Y, text=alt.Text("words:N")))
    return layers
