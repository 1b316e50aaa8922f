"""How long deals stay: median, quartiles, and what is unusually long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip
from afteraction.report.charts.rows import Key, Rows, Y, legend
from afteraction.report.theme import LIGHT
from afteraction.report.wording import days


@dataclass(frozen=True)
class Stay:
    """Days that `n` deals stay: quartiles and median, None where the record does not reach that far.

    `slow` is the time after which a stay is unusually long, if that is known.
    """

    name: str
    n: int
    lower: float | None
    median: float | None
    upper: float | None
    slow: float | None = None

    @property
    def longest(self) -> float:
        """The longest time that is known of it."""
        return max(value for value in (0.0, self.lower, self.median, self.upper, self.slow) if value is not None)


def stay_bars(stays: Sequence[Stay], slow: str) -> Picture:
    """A bar from quartile to quartile with the median in it, in the order given; `slow` says what its mark means.

    A bar whose end is not known runs to the edge of the plot.
    """
    return Picture(lambda size: _draw(stays, slow, size))


def _draw(stays: Sequence[Stay], slow: str, size: Size) -> dict[str, Any]:
    figures = [f"median {days(stay.median)} of {stay.n:,}" for stay in stays]
    rows = Rows.of([stay.name for stay in stays], figures, size, top=28, bottom=38, thick=17)
    edge = max([stay.longest for stay in stays] + [1.0]) * 1.04
    values = inline(
        [
            {
                **rows.place(number, stay.name, figures[number]),
                "lower": edge if stay.lower is None else stay.lower,
                "upper": edge if stay.upper is None else stay.upper,
                "median": stay.median,
                "slow": stay.slow,
                "tip": tip(_in_words(stay, slow)),
            }
            for number, stay in enumerate(stays)
        ]
    )
    base = alt.Chart(values)
    ticks = alt.Axis(tickCount=4 if size.narrow else 7, titleAnchor="end")
    x = alt.X("lower:Q", title="days", scale=alt.Scale(domain=[0, edge]), axis=ticks)
    keys = [Key("half of the stays", "touch", "done"), Key("median", "done", "done")]
    if any(stay.slow is not None for stay in stays):
        keys.append(Key(slow, "lost", "lost", "diamond"))
    layers = [
        base.mark_bar(height=15, color=LIGHT["touch"], stroke=LIGHT["done"], strokeWidth=1.2).encode(
            x=x, x2=alt.X2("upper:Q"), y=Y, description=TIP
        ),
        base.transform_filter("isValid(datum.median)")
        .mark_tick(thickness=4, height=19, color=LIGHT["done"], opacity=1)
        .encode(x=alt.X("median:Q"), y=Y),
        base.transform_filter("isValid(datum.slow)")
        .mark_point(shape="diamond", size=70, filled=True, color=LIGHT["lost"], opacity=1)
        .encode(x=alt.X("slow:Q"), y=Y, description=TIP),
        *rows.texts(values),
        *legend(keys),
    ]
    return layered(layers, size, rows.height, rows.margins)


def _in_words(stay: Stay, slow: str) -> str:
    words = [f"{stay.name}: {stay.n:,} stays, median {days(stay.median)}"]
    if stay.lower is not None and stay.upper is not None:
        words.append(f"half of them {days(stay.lower)} to {days(stay.upper)}")
    if stay.slow is not None:
        words.append(f"{slow}: {days(stay.slow)}")
    return "; ".join(words)
