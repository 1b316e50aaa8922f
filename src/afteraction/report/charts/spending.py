"""What was spent on deals of each outcome, as a share of all, beside their share of the deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from afteraction.analysis.calibration import Measured
from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip
from afteraction.report.charts.rows import Key, Rows, Y, legend
from afteraction.report.theme import LIGHT
from afteraction.report.wording import interval, percent

Outcome = Literal["won", "lost", "undecided"]


@dataclass(frozen=True)
class Spent:
    """The `share` of what was spent that went into deals of one outcome, and the share of the deals that these are."""

    name: str
    outcome: Outcome
    share: Measured
    of_deals: float
    figure: str


def spending(parts: Sequence[Spent], what: str) -> Picture:
    """A bar from none with its interval for each outcome, and a mark for its share of the deals.

    `what` is that which was spent: hours.
    """
    return Picture(lambda size: _draw(parts, what, size))


def _draw(parts: Sequence[Spent], what: str, size: Size) -> dict[str, Any]:
    rows = Rows.of([part.name for part in parts], [part.figure for part in parts], size, top=28, thick=20)
    values = inline(
        [
            {
                **rows.place(number, part.name, part.figure),
                "none": 0,
                "share": part.share.value,
                "low": part.share.low,
                "high": part.share.high,
                "deals": part.of_deals,
                "outcome": part.outcome,
                "tip": tip(
                    f"{part.name}: {percent(part.share.value)} of the {what} "
                    f"({interval(part.share.low, part.share.high)}), {percent(part.of_deals)} of the deals"
                ),
            }
            for number, part in enumerate(parts)
        ]
    )
    top = min(1.0, max([end for part in parts for end in (part.share.high, part.of_deals)] + [0.1]) * 1.04)
    ticks = alt.Axis(format="%", tickCount=4 if size.narrow else 6)
    x = alt.X("none:Q", scale=alt.Scale(domain=[0, top]), title=None, axis=ticks)
    outcomes = [part.outcome for part in parts]
    colours = alt.Scale(domain=outcomes, range=[LIGHT[outcome] for outcome in outcomes])
    base = alt.Chart(values)
    whisker: dict[str, Any] = {"strokeWidth": 1.6, "color": LIGHT["ink"]}
    layers = [
        base.mark_bar(height=16).encode(
            x=x, x2=alt.X2("share:Q"), y=Y, color=alt.Color("outcome:N", scale=colours, legend=None), description=TIP
        ),
        base.mark_rule(**whisker).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=Y),
        base.mark_point(shape="diamond", size=74, strokeWidth=1.6, fill=LIGHT["paper"], stroke=LIGHT["ink"], opacity=1)
        .encode(x=alt.X("deals:Q"), y=Y, description=TIP),
        *rows.texts(values),
        *legend([Key(f"share of the {what}", "stage", "stage"), Key("share of the deals", "paper", "ink", "diamond")]),
    ]  # fmt: skip
    return layered(layers, size, rows.height, rows.margins)
