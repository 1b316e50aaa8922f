"""How far those that changed are from the others, period by period, before and after the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from afteraction.report.charts.lines import LineKey, line_legend
from afteraction.report.charts.picture import TIP, Margins, Picture, Size, inline, layered, tip
from afteraction.report.theme import LIGHT
from afteraction.report.wording import points

_ZERO = 1.0


@dataclass(frozen=True)
class SincePeriod:
    """A difference with its interval, -1 to 1, so many periods since the change (before it negative), from `deals`."""

    since: int
    value: float
    low: float
    high: float
    deals: int


@dataclass(frozen=True)
class SinceCourse:
    """A share in a period, as it was and as it would have been."""

    since: int
    actual: float | None
    expected: float


def since_change(periods: Sequence[SincePeriod], unit: str) -> Picture:
    """A dot with its interval for every period, a line at nought, another where the change was made."""
    return Picture(lambda size: _apart(periods, unit, size))


def courses(periods: Sequence[SinceCourse], unit: str, expected: str) -> Picture:
    """The share as it was, and `expected`: what stands for it without the change."""
    return Picture(lambda size: _courses(periods, unit, expected, size))


def _x(size: Size, unit: str) -> Any:
    return alt.X(
        "since:Q",
        title=f"{unit} since the change",
        axis=alt.Axis(tickCount=5 if size.narrow else 10, tickMinStep=1, titleAnchor="end", grid=False, format="d"),
        scale=alt.Scale(nice=False, padding=14),
    )


def _change(size: Size) -> list[Any]:
    base = alt.Chart(inline([{"since": -0.5, "words": "the change"}])).encode(x=alt.X("since:Q"))
    return [
        base.mark_rule(color=LIGHT["muted"], strokeDash=[4, 3]),
        base.mark_text(align="left", baseline="top", dx=4, fontSize=10.5, color=LIGHT["muted"]).encode(
            y=alt.YValue(-12), text=alt.Text("words:N")  # type: ignore[no-untyped-call]
        ),
    ] if not size.narrow else [base.mark_rule(color=LIGHT["muted"], strokeDash=[4, 3])]  # fmt: skip


def _apart(periods: Sequence[SincePeriod], unit: str, size: Size) -> dict[str, Any]:
    rows = [
        {
            "since": each.since,
            "value": each.value,
            "low": each.low,
            "high": each.high,
            "tone": "before" if each.since < 0 else "after",
            "tip": tip(
                f"{unit} {each.since:+d}: {points(each.value)} points apart, 95% interval {points(each.low)} to "
                f"{points(each.high)}, {each.deals:,} deals of those that changed"
            ),
        }
        for each in periods
    ]
    base = alt.Chart(inline(rows)).encode(x=_x(size, unit))
    colour = alt.Color(
        "tone:N", scale=alt.Scale(domain=["before", "after"], range=[LIGHT["muted"], LIGHT["done"]]), legend=None
    )
    y = alt.Y("low:Q", title=None, axis=alt.Axis(format="+%", tickCount=5))
    layers = [
        alt.Chart(inline([{"zero": 0}])).mark_rule(color=LIGHT["muted"]).encode(y=alt.Y("zero:Q")),
        *_change(size),
        base.mark_rule(strokeWidth=2).encode(y=y, y2=alt.Y2("high:Q"), color=colour),
        base.mark_point(filled=True, size=46, opacity=1).encode(y=alt.Y("value:Q"), color=colour, description=TIP),
    ]
    return layered(layers, size, 240 if size.narrow else 300, Margins(22, 12, 40, 46))


def _courses(periods: Sequence[SinceCourse], unit: str, expected: str, size: Size) -> dict[str, Any]:
    keys = (LineKey("as it was", "done"), LineKey(expected, "muted", (6, 3)))
    actual = [
        {"since": each.since, "share": each.actual, "tip": tip(f"{unit} {each.since:+d}: {each.actual:.0%}")}
        for each in periods
        if each.actual is not None
    ]
    made = [{"since": each.since, "share": each.expected} for each in periods]
    y = alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=5), scale=alt.Scale(zero=False, nice=True))
    x = _x(size, unit)
    seen, other = alt.Chart(inline(actual)).encode(x=x, y=y), alt.Chart(inline(made)).encode(x=x, y=y)
    layers = [
        *_change(size),
        other.mark_line(**keys[1].style),
        seen.mark_line(**keys[0].style),
        seen.mark_point(filled=True, size=34, color=LIGHT["done"], opacity=1).encode(description=TIP),
        *line_legend(keys),
    ]
    return layered(layers, size, 240 if size.narrow else 300, Margins(34, 12, 40, 46))
