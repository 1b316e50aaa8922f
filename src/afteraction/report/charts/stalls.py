"""Where deals stand still: for each stage the share that is still in it after so many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip, y_at
from afteraction.report.charts.rows import Rows, Y
from afteraction.report.theme import LIGHT
from afteraction.report.wording import interval, many, percent

_BAR: Final = 12
_MOST_ON_A_PHONE: Final = 5
_PIXELS: Final = alt.X("x:Q", scale=None, axis=None)


@dataclass(frozen=True)
class Standing:
    """The share of a stage's deals still in it after `days`, with its interval; `won` of these in the end, if known."""

    stage: str
    days: float
    n: int
    share: float
    low: float
    high: float
    won: float | None


def stall_bars(standing: Sequence[Standing]) -> Picture:
    """A row for each stage, in the order given, and a column for each number of days; on a phone only the last few."""
    return Picture(lambda size: _draw(standing, size))


def _draw(standing: Sequence[Standing], size: Size) -> dict[str, Any]:
    stages = list(dict.fromkeys(one.stage for one in standing))
    days = sorted({one.days for one in standing})[-_MOST_ON_A_PHONE if size.narrow else 0 :]
    rows = Rows.of(stages, [""] * len(stages), size, top=24, bottom=4, thick=46)
    column = rows.plot / len(days)
    longest = column - 12
    names = [rows.place(number, stage, "") for number, stage in enumerate(stages)]
    cells = []
    for one in (one for one in standing if one.days in days):
        y, x = names[stages.index(one.stage)]["y"], days.index(one.days) * column
        cells.append(
            {
                "y": y,
                "above": y - 15,
                "below": y + 16,
                "x": x,
                "end": x + one.share * longest,
                "all": x + longest,
                "low": x + one.low * longest,
                "high": x + one.high * longest,
                "share": percent(one.share),
                "won": "" if one.won is None else f"{percent(one.won)} won",
                "tip": tip(_in_words(one)),
            }
        )
    base = alt.Chart(inline(cells))
    heads = alt.Chart(
        inline([{"x": number * column, "words": many(int(day), "day")} for number, day in enumerate(days)])
    )
    layers = [
        base.mark_bar(height=_BAR, color=LIGHT["wash"]).encode(x=_PIXELS, x2=alt.X2("all:Q"), y=Y),
        base.mark_bar(height=_BAR, color=LIGHT["done"]).encode(x=_PIXELS, x2=alt.X2("end:Q"), y=Y, description=TIP),
        base.mark_rule(strokeWidth=2, color=LIGHT["ink"]).encode(
            x=alt.X("low:Q", scale=None, axis=None), x2=alt.X2("high:Q"), y=Y
        ),
        _text(base, "above:Q", "share:N", "ink", fontWeight=600),
        _text(base, "below:Q", "won:N", "muted", fontSize=11),
        heads.mark_text(align="left", baseline="middle", color=LIGHT["muted"], fontSize=11).encode(
            x=_PIXELS, y=y_at(-12), text=alt.Text("words:N")
        ),
        *rows.texts(inline(names)),
    ]
    return layered(layers, size, rows.height, rows.margins)


def _text(base: Any, y: str, words: str, colour: str, **style: Any) -> Any:
    mark = base.mark_text(align="left", baseline="middle", color=LIGHT[colour], **style)
    return mark.encode(x=_PIXELS, y=alt.Y(y, scale=None, axis=None), text=alt.Text(words))


def _in_words(one: Standing) -> str:
    words = (
        f"{one.stage}: {percent(one.share)} still there after {many(int(one.days), 'day')}, "
        f"95% interval {interval(one.low, one.high)}; {many(one.n, 'deal')}"
    )
    return words if one.won is None else f"{words}, {percent(one.won)} of them won in the end"
