"""What steps, behaviours and kinds of deals go along with, beside what the plain win rates seem to say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import altair as alt

from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip
from afteraction.report.charts.rows import LEGEND_PITCH, Key, Rows, Y, legend, legend_lines
from afteraction.report.theme import LIGHT
from afteraction.report.wording import points

Finding = Literal["helps", "hurts", "no_effect", "cant_tell"]


@dataclass(frozen=True)
class Words:
    """What the findings, and the naive difference, are called."""

    helps: str = "helps"
    hurts: str = "hurts"
    no_effect: str = "no effect"
    cant_tell: str = "can’t tell"
    naive: str = "what plain win rates say"


OF_STEPS: Final = Words()


def marks(words: Words) -> dict[Finding, Key]:
    """The mark of each finding."""
    return {
        "helps": Key(words.helps, "won", "won", "circle"),
        "hurts": Key(words.hurts, "lost", "lost", "diamond"),
        "no_effect": Key(words.no_effect, "undecided", "undecided", "square"),
        "cant_tell": Key(words.cant_tell, "paper", "undecided", "circle"),
    }


@dataclass(frozen=True)
class Effect:
    """An effect on the probability of winning with its interval, from -1 to 1, and the naive difference.

    `means` says exactly what it is the effect of, where the name does not.
    """

    name: str
    effect: float
    low: float
    high: float
    naive: float | None
    finding: Finding
    means: str = ""


def effect_dots(effects: Sequence[Effect], matters: float, words: Words = OF_STEPS) -> Picture:
    """A dot with its interval for each effect, in the order given, around none; a cross for the naive difference.

    Within plus or minus `matters`, which is shaded, an effect is too small to matter.
    """
    return Picture(lambda size: _draw(effects, matters, words, size))


def _draw(effects: Sequence[Effect], matters: float, words: Words, size: Size) -> dict[str, Any]:
    figures = [f"{points(one.effect)} ({points(one.low)} to {points(one.high)})" for one in effects]
    found = marks(words)
    keys = [key for one, key in found.items() if any(each.finding == one for each in effects)]
    if any(one.naive is not None for one in effects):
        keys.append(Key(words.naive, "late", "late", "cross"))
    rows = Rows.of([one.name for one in effects], figures, size, top=28, bottom=38)
    room = rows.plot + rows.margins.right
    above = LEGEND_PITCH * (len(legend_lines(keys, room)) - 1)
    rows = replace(rows, margins=replace(rows.margins, top=28 + above))
    values = inline(
        [
            {
                **rows.place(number, one.name, figures[number]),
                "effect": one.effect * 100,
                "low": one.low * 100,
                "high": one.high * 100,
                "naive": None if one.naive is None else one.naive * 100,
                "finding": one.finding,
                "tip": tip(f"{one.means or one.name}: {found[one.finding].words}, {figures[number]} points"),
                "naive_tip": tip(f"{one.name}, {words.naive}: {points(one.naive or 0)} points"),
            }
            for number, one in enumerate(effects)
        ]
    )
    reach = max([abs(value) for one in effects for value in (one.low, one.high, one.naive or 0)] + [matters * 2]) * 104
    ticks = alt.Axis(
        tickCount=5 if size.narrow else 9,
        titleAnchor="end",
        format="+d",
        labelFlush=False,
        labelExpr="datum.value == 0 ? '0' : datum.label",
    )
    x = alt.X("low:Q", title="points of win probability", scale=alt.Scale(domain=[-reach, reach]), axis=ticks)
    strokes, fills = [LIGHT[key.stroke] for key in found.values()], [LIGHT[key.fill] for key in found.values()]

    def by_finding(channel: Any, of: list[str]) -> Any:
        return channel("finding:N", scale=alt.Scale(domain=list(found), range=of), legend=None)

    base = alt.Chart(values)
    zone = alt.Chart(inline([{"from": -matters * 100, "to": matters * 100, "none": 0}]))
    layers = [
        zone.mark_rect(color=LIGHT["wash"]).encode(x=alt.X("from:Q"), x2=alt.X2("to:Q")),
        zone.mark_rule(color=LIGHT["muted"]).encode(x=alt.X("none:Q")),
        base.mark_rule(strokeWidth=3, opacity=0.6, strokeCap="round").encode(
            x=x, x2=alt.X2("high:Q"), y=Y, color=by_finding(alt.Color, strokes)
        ),
        base.transform_filter("isValid(datum.naive)")
        .mark_point(shape="cross", size=70, filled=True, color=LIGHT["late"], opacity=1)
        .encode(x=alt.X("naive:Q"), y=Y, description=alt.Description("naive_tip:N")),
        base.mark_point(size=82, strokeWidth=2, opacity=1).encode(
            x=alt.X("effect:Q"),
            y=Y,
            stroke=by_finding(alt.Stroke, strokes),
            fill=by_finding(alt.Fill, fills),
            shape=by_finding(alt.Shape, [key.shape for key in found.values()]),
            description=TIP,
        ),
        *rows.texts(values),
        *legend(keys, room),
    ]
    return layered(layers, size, rows.height, rows.margins)
