"""Where won and lost deals part ways: how often each did something, and the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from afteraction.analysis.intervals import Difference, Rate
from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip, x_at, y_at
from afteraction.report.charts.rows import Key, Rows, Y, legend
from afteraction.report.theme import LIGHT
from afteraction.report.wording import percent, points


@dataclass(frozen=True)
class Contrast:
    """The rates of won and of other deals that did something, and their difference; `clear` when it is not chance."""

    name: str
    won: Rate
    others: Rate
    difference: Difference
    clear: bool


def dumbbells(contrasts: Sequence[Contrast], others: str = "lost") -> Picture:
    """For each contrast the two rates and the line between them, in the order given; unclear ones are hollow.

    `others` is what the other deals are called.
    """
    return Picture(lambda size: _draw(contrasts, others, size))


def _draw(contrasts: Sequence[Contrast], others: str, size: Size) -> dict[str, Any]:
    apart = [one.difference for one in contrasts]
    figures = [f"{points(each.value)} ({points(each.low)} to {points(each.high)})" for each in apart]
    rows = Rows.of([one.name for one in contrasts], [*figures, "difference, points"], size, top=26)
    values = inline(
        [
            {
                **rows.place(number, one.name, figures[number]),
                "won": one.won.value,
                "lost": one.others.value,
                "unclear": not one.clear,
                "tip": tip(
                    f"{one.name}: {percent(one.won.value)} of {one.won.n:,} won deals, {percent(one.others.value)} of "
                    f"{one.others.n:,} {others} ones; difference {figures[number]} points"
                ),
            }
            for number, one in enumerate(contrasts)
        ]
    )
    keys = (Key("won", "won", "won", "circle"), Key(others, "lost", "lost", "diamond"))
    base = alt.Chart(values)
    x = alt.X("lost:Q", scale=alt.Scale(domain=[0, 1]), title=None, axis=alt.Axis(format="%", tickCount=4))
    dots = [
        base.mark_point(size=84, strokeWidth=2, opacity=1, shape=key.shape, stroke=LIGHT[key.stroke]).encode(
            x=alt.X(f"{key.fill}:Q"),
            y=Y,
            fill=alt.condition("datum.unclear", alt.value(LIGHT["paper"]), alt.value(LIGHT[key.fill])),
            description=TIP,
        )
        for key in reversed(keys)
    ]
    heading = alt.Chart(inline([{"words": "points" if size.narrow else "difference, points"}]))
    layers = [
        base.mark_rule(strokeWidth=3, color=LIGHT["open"]).encode(
            x=x, x2=alt.X2("won:Q"), y=Y, opacity=alt.condition("datum.unclear", alt.value(0.5), alt.value(1))
        ),
        *dots,
        *rows.texts(values),
        heading.mark_text(align="right", baseline="middle", color=LIGHT["muted"], fontSize=11).encode(
            x=x_at(rows.plot if size.narrow else rows.plot + rows.margins.right - 2),
            y=y_at(-14),
            text=alt.Text("words:N"),
        ),
        *legend(keys),
    ]
    return layered(layers, size, rows.height, rows.margins)
