"""What each step does to the chance of winning, beside what the plain win rates seem to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import altair as alt

from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip
from afteraction.report.charts.rows import Key, Rows, Y, legend
from afteraction.report.theme import LIGHT
from afteraction.report.wording import points

Finding = Literal["helps", "hurts", "no_effect", "cant_tell"]

_MARKS: Final = {
    "helps": Key("helps", "won", "won", "circle"),
    "hurts": Key("hurts", "lost", "lost", "diamond"),
    "no_effect": Key("no effect", "undecided", "undecided", "square"),
    "cant_tell": Key("can’t tell", "paper", "undecided", "circle"),
}
_NAIVE: Final = Key("what plain win rates say", "late", "late", "cross")


@dataclass(frozen=True)
class Effect:
    """The effect of a step on the probability of winning with its interval, from -1 to 1, and the naive difference."""

    name: str
    effect: float
    low: float
    high: float
    naive: float | None
    finding: Finding


def effect_dots(effects: Sequence[Effect], matters: float) -> Picture:
    """A dot with its interval for each step, in the order given, around no effect; a cross for the naive difference.

    Within plus or minus `matters`, which is shaded, an effect is too small to matter.
    """
    return Picture(lambda size: _draw(effects, matters, size))


def _draw(effects: Sequence[Effect], matters: float, size: Size) -> dict[str, Any]:
    figures = [f"{points(one.effect)} ({points(one.low)} to {points(one.high)})" for one in effects]
    rows = Rows.of([one.name for one in effects], figures, size, top=28, bottom=38)
    values = inline(
        [
            {
                **rows.place(number, one.name, figures[number]),
                "effect": one.effect * 100,
                "low": one.low * 100,
                "high": one.high * 100,
                "naive": None if one.naive is None else one.naive * 100,
                "finding": one.finding,
                "tip": tip(f"{one.name}: {_MARKS[one.finding].words}, {figures[number]} points"),
                "naive_tip": tip(f"{one.name}: plain win rates differ by {points(one.naive or 0)} points"),
            }
            for number, one in enumerate(effects)
        ]
    )
    reach = max([abs(value) for one in effects for value in (one.low, one.high, one.naive or 0)] + [matters * 2]) * 104
    ticks = alt.Axis(tickCount=5 if size.narrow else 9, titleAnchor="end", format="+d", labelFlush=False)
    x = alt.X("low:Q", title="points of win probability", scale=alt.Scale(domain=[-reach, reach]), axis=ticks)

    def by_finding(channel: Any, of: list[str]) -> Any:
        return channel("finding:N", scale=alt.Scale(domain=list(_MARKS), range=of), legend=None)

    base = alt.Chart(values)
    zone = alt.Chart(inline([{"from": -matters * 100, "to": matters * 100, "none": 0}]))
    layers = [
        zone.mark_rect(color=LIGHT["wash"]).encode(x=alt.X("from:Q"), x2=alt.X2("to:Q")),
        zone.mark_rule(color=LIGHT["muted"]).encode(x=alt.X("none:Q")),
        base.mark_rule(strokeWidth=3, opacity=0.6, strokeCap="round").encode(
            x=x, x2=alt.X2("high:Q"), y=Y, color=by_finding(alt.Color, [LIGHT[key.stroke] for key in _MARKS.values()])
        ),
        base.transform_filter("isValid(datum.naive)")
        .mark_point(shape="cross", size=70, filled=True, color=LIGHT["late"], opacity=1)
        .encode(x=alt.X("naive:Q"), y=Y, description=alt.Description("naive_tip:N")),
        base.mark_point(size=82, strokeWidth=2, opacity=1).encode(
            x=alt.X("effect:Q"),
            y=Y,
            stroke=by_finding(alt.Stroke, [LIGHT[key.stroke] for key in _MARKS.values()]),
            fill=by_finding(alt.Fill, [LIGHT[key.fill] for key in _MARKS.values()]),
            shape=by_finding(alt.Shape, [key.shape for key in _MARKS.values()]),
            description=TIP,
        ),
        *rows.texts(values),
        *legend([*(_MARKS[one] for one in _MARKS if any(each.finding == one for each in effects)), _NAIVE]),
    ]
    return layered(layers, size, rows.height, rows.margins)
