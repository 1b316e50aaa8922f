"""What had become of deals by each day: won, lost, no decision, still open, with their bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from afteraction.analysis.competing_risks import TimeToEnd
from afteraction.report.charts.lines import TEXT, LineKey, apart, line_legend
from afteraction.report.charts.panels import panel, panels
from afteraction.report.charts.picture import TIP, Margins, Picture, Size, inline, layered, specification, tip, x_at
from afteraction.report.text import shorten, width
from afteraction.report.theme import LIGHT
from afteraction.report.wording import interval, percent

KEYS: Final = {
    "won": LineKey("won", "won"),
    "lost": LineKey("lost", "lost", (7, 3)),
    "no_decision": LineKey("no decision", "undecided", (2, 3)),
    "open": LineKey("still open", "open", (), 1.3),
}
_TIPS: Final = 20
_GAP: Final = 17.0
_HIGH: Final = 120.0
_LABELS: Final = 38
"""Room for the shares at the ends of the lines of a small picture, which are ..."""
_LABEL: Final = 30
"""... as wide as this."""
_SHARE: Final = alt.Scale(domain=[0, 1], nice=False)


@dataclass(frozen=True)
class Panel:
    """One of several small pictures: its name and what became of its deals."""

    name: str
    found: TimeToEnd


def incidence(found: TimeToEnd, since: str) -> Picture:
    """A line with its band for each end, and a thin one for deals that are still open; `since` names the days."""
    return Picture(lambda size: _draw(found, since, size))


def incidences(named: Sequence[Panel]) -> Picture:
    """The same, small, for each of `named`, all on one scale of days."""
    return Picture(lambda size: _panels(named, size))


def _rows(found: TimeToEnd, end: str, name: str, every: int = 1) -> list[dict[str, Any]]:
    band = getattr(found, end)
    about = f"{name}, " if name else ""
    places = range(0, len(found.days), every)
    told = max(len(places) // _TIPS, 1)
    return [
        {
            "day": float(found.days[place]),
            "share": float(band.share[place]),
            "low": float(band.low[place]),
            "high": float(band.high[place]),
            "tip": tip(
                f"{about}day {found.days[place]:,.0f}: {percent(float(band.share[place]))} {KEYS[end].words}, "
                f"95% interval {interval(float(band.low[place]), float(band.high[place]))}"
            )
            if number % told == 0
            else None,
        }
        for number, place in enumerate(places)
    ]


def _lines(end: str, base: Any, x: Any, share: Any) -> list[Any]:
    """The band, the line, and what is told where it is pointed at."""
    key = KEYS[end]
    band = base.mark_area(color=LIGHT[key.colour], opacity=0.2).encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
    line = base.mark_line(**key.style).encode(x=x, y=share)
    told = (
        base.transform_filter("isValid(datum.tip)")
        .mark_point(size=150, filled=True, opacity=0, color=LIGHT[key.colour])
        .encode(x=x, y=share, description=TIP)
    )
    return [line, told] if end == "open" else [band, line, told]


def _draw(found: TimeToEnd, since: str, size: Size) -> dict[str, Any]:
    ends = {end: float(getattr(found, end).share[-1]) for end in KEYS}
    words = {
        end: percent(share) if size.narrow else f"{KEYS[end].words} {percent(share)}" for end, share in ends.items()
    }
    right = max(width(word, TEXT) for word in words.values()) + 12
    margins = Margins(26 if size.narrow else 10, right, 38, 40)
    height = 250.0 if size.narrow else 330.0
    x = alt.X(
        "day:Q",
        title=since,
        scale=alt.Scale(domain=[0, max(float(found.days[-1]), 1.0)], nice=False),
        axis=alt.Axis(tickCount=4 if size.narrow else 8, titleAnchor="end", grid=False),
    )
    share = alt.Y("share:Q", title=None, scale=_SHARE, axis=alt.Axis(format="%", tickCount=4))
    layers = [
        layer for end in reversed(KEYS) for layer in _lines(end, alt.Chart(inline(_rows(found, end, ""))), x, share)
    ]
    places = apart([(1 - value) * height for value in ends.values()], _GAP, 6, height - 4)
    labels = inline([{"y": y, "words": words[end]} for end, y in zip(ends, places, strict=True)])
    plot = size.width - margins.left - margins.right
    layers.append(
        alt.Chart(labels)
        .mark_text(align="left", baseline="middle", fontSize=TEXT)
        .encode(x=x_at(plot + 8), y=alt.Y("y:Q", scale=None, axis=None), text=alt.Text("words:N"))
    )
    if size.narrow:
        layers += line_legend(list(KEYS.values()), 4 - margins.left)
    return layered(layers, size, height, margins)


def _panels(named: Sequence[Panel], size: Size) -> dict[str, Any]:
    longest = max(float(each.found.days[-1]) for each in named)
    columns = min(1 if size.narrow else 3, len(named))
    plot = (size.width - 46 - _LABELS * columns) / columns
    x = alt.X(
        "day:Q",
        title=None,
        scale=alt.Scale(domain=[0, max(longest, 1.0)], nice=False),
        axis=alt.Axis(tickCount=4, grid=False),
    )
    share = alt.Y("share:Q", title=None, scale=_SHARE, axis=alt.Axis(format="%", values=[0, 0.5, 1]))
    base = alt.Chart()
    layers = [
        layer
        for end in reversed(KEYS)
        for layer in _lines(end, base.transform_filter(f"datum.end == '{end}'"), x, share)
    ]
    layers.append(
        base.transform_filter("datum.end == 'label'")
        .mark_text(align="left", baseline="middle", fontSize=10.5, dx=5)
        .encode(x=x, y=alt.Y("share:Q"), text=alt.Text("words:N"))
    )
    cell = alt.layer(*layers).properties(width=plot, height=_HIGH)
    names = [shorten(each.name, 12, plot + _LABELS) for each in named]
    rows = [row for number, each in enumerate(named) for row in _panel(number, each)]
    key = alt.layer(*line_legend(list(KEYS.values()), -36, 8)).properties(width=plot, height=16)
    # An axis for each: a shared one would also stand where the last row has no picture.
    small = panels(cell, rows, names, columns, _LABELS - _LABEL, plot + _LABELS).resolve_axis(x="independent")
    return specification(alt.vconcat(key, small, spacing=8))


def _panel(number: int, of: Panel) -> list[dict[str, Any]]:
    """The rows of one small picture: its lines, and the shares at their ends, moved apart to be read."""
    rows = [{**row, "end": end} for end in KEYS for row in _rows(of.found, end, of.name, every=2)]
    shares = [float(getattr(of.found, end).share[-1]) for end in KEYS]
    places = apart([(1 - share) * _HIGH for share in shares], 12, 4, _HIGH - 2)
    rows += [
        {"end": "label", "day": float(of.found.days[-1]), "share": 1 - place / _HIGH, "words": percent(share)}
        for share, place in zip(shares, places, strict=True)
    ]
    return [{**row, "panel": panel(number)} for row in rows]
