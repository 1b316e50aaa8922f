"""What happened month by month: outcomes with the win rate, and a rate for each of several things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import altair as alt

from afteraction.analysis.intervals import Rate
from afteraction.report.charts.panels import panel, panels
from afteraction.report.charts.picture import TIP, Picture, Size, inline, specification, tip
from afteraction.report.text import shorten
from afteraction.report.theme import LIGHT
from afteraction.report.wording import interval, percent

_OUTCOMES: Final = (("won", "won"), ("lost", "lost"), ("undecided", "no decision"))


@dataclass(frozen=True)
class MonthOutcomes:
    """How the deals that ended in a month ended, and the share of them that was won; None where they are too few."""

    month: date
    won: int
    lost: int
    undecided: int
    win_rate: Rate | None = None


@dataclass(frozen=True)
class MonthRate:
    """A rate in one month."""

    month: date
    rate: Rate


@dataclass(frozen=True)
class Trend:
    """One small picture among several: its name and its months in order."""

    name: str
    months: tuple[MonthRate, ...]


def outcome_months(months: Sequence[MonthOutcomes]) -> Picture:
    """Deals ended per month by outcome, and below them the win rate with its band."""
    return Picture(lambda size: _outcomes(months, size))


def trends(rows: Sequence[Trend]) -> Picture:
    """A small line with its band for each of `rows`, all on one scale."""
    return Picture(lambda size: _trends(rows, size))


def _months(first: date, count: int) -> list[date]:
    start = first.year * 12 + first.month - 1
    return [date((start + add) // 12, (start + add) % 12 + 1, 1) for add in range(count)]


def _middle(month: date) -> str:
    """The middle of a month, where its marks and its label stand."""
    return f"{month:%Y-%m}-15T12:00:00"


def _month_axis(dates: Sequence[date], most: int, *, labels: bool) -> Any:
    """An axis that names at most about `most` months, Januaries by their year."""
    months = _months(min(dates), (max(dates).year - min(dates).year) * 12 + max(dates).month - min(dates).month + 1)
    every = next(count for count in (1, 2, 3, 6, 12, 24, 60, 1200) if len(months) <= count * most)
    named = [month for month in months if (month.year * 12 + month.month - 1) % every == 0] or months[:1]
    return alt.Axis(
        values=[_middle(month) for month in named],
        labelExpr=f"timeFormat(datum.value, '%Y-%m') == '{named[0]:%Y-%m}' ? timeFormat(datum.value, '%b %Y') : "
        "timeFormat(datum.value, timeFormat(datum.value, '%m') == '01' ? '%Y' : '%b')",
        labels=labels,
        labelBound=False,
        labelFlush=False,
        grid=False,
        title=None,
    )


def _outcomes(months: Sequence[MonthOutcomes], size: Size) -> dict[str, Any]:
    dates = [month.month for month in months]
    plot = size.width - 50
    slots = (max(dates).year - min(dates).year) * 12 + max(dates).month - min(dates).month + 1
    bar = max(1.5, min(26.0, plot / slots * 0.74))
    ends = (min(dates), _months(max(dates), 2)[-1])
    # Without a padding of its own a plot with bars gets one, and would not line up with the one below.
    scale = alt.Scale(domain=[f"{month:%Y-%m}-01T00:00:00" for month in ends], padding=0)
    rates = [month for month in months if month.win_rate is not None]

    def x(*, labels: bool) -> Any:
        return alt.X("month:T", scale=scale, axis=_month_axis(dates, 6 if size.narrow else 12, labels=labels))

    bars = _bars(months, bar).encode(x=x(labels=not rates)).properties(width=plot, height=150)
    if not rates:
        return specification(bars)
    line = _win_rate(rates, x(labels=True)).properties(width=plot, height=110)
    return specification(alt.vconcat(bars, line, spacing=16).resolve_scale(x="independent"))


def _bars(months: Sequence[MonthOutcomes], bar: float) -> Any:
    rows = [
        {
            "month": _middle(month.month),
            "outcome": words,
            "deals": getattr(month, key),
            "order": number,
            "tip": tip(f"{month.month:%B %Y}: {getattr(month, key):,} {words}"),
        }
        for month in months
        for number, (key, words) in enumerate(_OUTCOMES)
    ]
    colours = alt.Scale(domain=[words for _, words in _OUTCOMES], range=[LIGHT[key] for key, _ in _OUTCOMES])
    return (
        alt.Chart(inline(rows))
        .mark_bar(width=bar)
        .encode(
            y=alt.Y("deals:Q", title="deals ended", axis=_amounts(",.0f")),
            color=alt.Color("outcome:N", scale=colours, legend=alt.Legend(symbolType="square")),
            order=alt.Order("order:Q"),
            description=TIP,
        )
    )


def _win_rate(months: Sequence[MonthOutcomes], x: Any) -> Any:
    rows = [
        {
            "month": _middle(month.month),
            "rate": won.value,
            "low": won.low,
            "high": won.high,
            "tip": tip(f"{month.month:%B %Y}: {percent(won.value)} won, 95% interval {interval(won.low, won.high)}"),
        }
        for month in months
        if (won := month.win_rate) is not None
    ]
    line = alt.Chart(inline(rows)).encode(x=x)
    low = alt.Y("low:Q", title="win rate", axis=_amounts("%"), scale=alt.Scale(zero=True))
    return alt.layer(
        line.mark_area(color=LIGHT["won"], opacity=0.2).encode(y=low, y2=alt.Y2("high:Q")),
        line.mark_line(color=LIGHT["won"], strokeWidth=2).encode(y=alt.Y("rate:Q")),
        line.mark_point(color=LIGHT["won"], filled=True, size=28, opacity=1).encode(y=alt.Y("rate:Q"), description=TIP),
    )


def _amounts(pattern: str) -> Any:
    """A vertical axis of the same width in every plot, so that plots above one another line up."""
    return alt.Axis(format=pattern, tickCount=4, titleAnchor="end", minExtent=34, maxExtent=34)


def _trends(rows: Sequence[Trend], size: Size) -> dict[str, Any]:
    columns = min(2 if size.narrow else 4, len(rows))
    gap = 22
    plot = (size.width - 58 - gap * (columns - 1)) / columns
    dates = [month.month for row in rows for month in row.months]
    scale = alt.Scale(domain=[f"{min(dates):%Y-%m-01}", f"{max(dates):%Y-%m-01}"])
    values = [
        {
            "panel": panel(number),
            "month": f"{month.month:%Y-%m-01}",
            "share": month.rate.value,
            "low": month.rate.low,
            "high": month.rate.high,
            "tip": tip(
                f"{row.name}, {month.month:%B %Y}: {percent(month.rate.value)} of {month.rate.n:,}, "
                f"95% interval {interval(month.rate.low, month.rate.high)}"
            ),
        }
        for number, row in enumerate(rows)
        for month in row.months
    ]
    names = [shorten(row.name, 12, plot + 8) for row in rows]
    base = alt.Chart().encode(
        x=alt.X("month:T", scale=scale, axis=_ends(dates)),
    )
    cell = alt.layer(
        base.mark_area(color=LIGHT["done"], opacity=0.22).encode(
            y=alt.Y("low:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", values=[0, 0.5, 1])),
            y2=alt.Y2("high:Q"),
        ),
        base.mark_line(color=LIGHT["done"], strokeWidth=2).encode(y=alt.Y("share:Q")),
        base.mark_point(color=LIGHT["done"], filled=True, size=14, opacity=1).encode(
            y=alt.Y("share:Q"), description=TIP
        ),
    ).properties(width=plot, height=64)
    return specification(panels(cell, values, names, columns, gap, plot + 20))


def _ends(dates: Sequence[date]) -> Any:
    """An axis that names only the first and the last month; they do not fit into a small picture otherwise."""
    first, last = f"{min(dates):%Y-%m-01}", f"{max(dates):%Y-%m-01}"
    return alt.Axis(
        values=[first, last], format="%b %y", grid=False, title=None, labelFontSize=11,
        labelAlign={"expr": f"utcFormat(datum.value, '%Y-%m-%d') == '{first}' ? 'left' : 'right'"},
    )  # fmt: skip
