"""Whether probabilities come true: the share won beside the chance that was predicted."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import altair as alt

from afteraction.analysis.calibration import Band
from afteraction.report.charts.lines import LineKey, line_legend
from afteraction.report.charts.picture import TIP, Picture, Size, inline, specification, tip
from afteraction.report.text import width
from afteraction.report.theme import LIGHT
from afteraction.report.wording import interval, percent

_EXTENT: Final = 34
_SMALL: Final = 11
_FAR: Final = 0.35
_FOUND: Final = LineKey("won, with 95% interval", "won", thick=2)
_IDEAL: Final = LineKey("as predicted", "muted", (5, 4), 1.4)


def calibration_curve(bands: Sequence[Band], counted: str) -> Picture:
    """For each band of predictions the share that was won, beside the line of perfect calibration.

    Below it how many there are of each band; `counted` says of what.
    """
    return Picture(lambda size: _curve(bands, counted, size))


def _curve(bands: Sequence[Band], counted: str, size: Size) -> dict[str, Any]:
    plot = size.width - _EXTENT - 22
    bottom, top = _range(bands)
    values = inline(
        [
            {
                "predicted": band.predicted,
                "won": band.won.value,
                "low": band.won.low,
                "high": band.won.high,
                "n": band.n,
                "words": f"{band.n:,}",
                "tip": tip(
                    f"{percent(band.predicted)} predicted on average, {percent(band.won.value)} won, "
                    f"95% interval {interval(band.won.low, band.won.high)}, of {band.n:,} {counted}"
                ),
            }
            for band in bands
        ]
    )

    def x(axis: Any) -> Any:
        # Without a padding of its own a plot with bars gets one, and would not line up with the one above.
        return alt.X("predicted:Q", scale=alt.Scale(domain=[bottom, top], nice=False, padding=0), axis=axis)

    unlabelled = alt.Axis(labels=False, title=None, tickCount=5)
    y = alt.Y("won:Q", scale=alt.Scale(domain=[bottom, top], nice=False), axis=_amounts("%", 5), title="won")
    base = alt.Chart(values)
    ends = alt.Chart(inline([{"predicted": bottom, "won": bottom}, {"predicted": top, "won": top}]))
    upper = alt.layer(
        ends.mark_line(**_IDEAL.style).encode(x=x(unlabelled), y=y),
        base.mark_line(color=LIGHT["won"], strokeWidth=1.2, opacity=0.5).encode(x=x(unlabelled), y=y),
        base.mark_rule(color=LIGHT["won"], strokeWidth=3, opacity=0.55, strokeCap="round").encode(
            x=x(unlabelled), y=alt.Y("low:Q"), y2=alt.Y2("high:Q")
        ),
        base.mark_point(color=LIGHT["won"], filled=True, size=74, opacity=1).encode(
            x=x(unlabelled), y=y, description=TIP
        ),
        *line_legend([_FOUND, _IDEAL]),
    ).properties(width=plot, height=260 if size.narrow else 340)
    labelled = alt.Axis(format="%", tickCount=5, title="predicted chance of winning", titleAnchor="end")
    lower = _counts(bands, values, x(labelled), plot / (top - bottom)).properties(width=plot, height=44)
    return specification(alt.vconcat(upper, lower, spacing=14))


def _range(bands: Sequence[Band]) -> tuple[float, float]:
    """What both axes show: from nothing on, unless all of it lies far from there."""
    lowest = min(min(band.won.low, band.predicted) for band in bands)
    highest = max(max(band.won.high, band.predicted) for band in bands)
    bottom = 0.0 if lowest < _FAR * highest else lowest - (highest - lowest) * 0.06
    return bottom, min(1.0, highest + (highest - bottom) * 0.03)


def _counts(bands: Sequence[Band], values: Any, x: Any, unit: float) -> Any:
    """Bars as wide as the bands' distance lets them be; counts over them where all of them can be read.

    `unit` is how many pixels a probability of 1 would take.
    """
    steps = sorted(band.predicted * unit for band in bands)
    nearest = min((after - before for before, after in pairwise(steps)), default=40.0)
    most = max(band.n for band in bands)
    scale = alt.Scale(domain=[0, most * 1.3], nice=False)
    y = alt.Y("n:Q", scale=scale, title=None, axis=_amounts(",.0f", 1, values=[0, most], grid=False))
    base = alt.Chart(values)
    bars = base.mark_bar(color=LIGHT["open"], width=max(2.0, min(18.0, nearest * 0.8))).encode(
        x=x, y=y, description=TIP
    )
    if nearest < width(f"{most:,}", _SMALL) + 4:
        return alt.layer(bars)
    return alt.layer(
        bars,
        base.mark_text(baseline="bottom", dy=-3, fontSize=_SMALL, color=LIGHT["muted"]).encode(
            x=x, y=y, text=alt.Text("words:N")
        ),
    )


def _amounts(pattern: str, count: int, **more: Any) -> Any:
    """A vertical axis of the same width in both plots, so that they line up."""
    return alt.Axis(format=pattern, tickCount=count, titleAnchor="end", minExtent=_EXTENT, maxExtent=_EXTENT, **more)
