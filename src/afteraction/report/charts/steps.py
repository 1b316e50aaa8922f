"""How far each step of the process is followed: done as prescribed, late, out of order, skipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from afteraction.report.charts.picture import TIP, Picture, Size, inline, layered, tip, x_at
from afteraction.report.charts.rows import TEXT, Key, Rows, Y, legend
from afteraction.report.text import shorten
from afteraction.report.theme import LIGHT

_KEYS: Final = {
    "done": Key("as prescribed", "done", "done"),
    "late": Key("late", "late", "late"),
    "order": Key("out of order", "order", "order"),
    "skipped": Key("skipped", "paper", "skipped"),
}
_STAGE: Final = 24.0


@dataclass(frozen=True)
class StepShares:
    """What became of a step in the `n` deals it applied to; the four shares, from 0 to 1, add up to 1.

    A step that was both late and out of order counts as late.
    """

    name: str
    stage: str
    n: int
    done: float
    late: float
    order: float
    skipped: float


def step_bars(steps: Sequence[StepShares]) -> Picture:
    """A bar for each step, in the order given, under the names of their stages."""
    return Picture(lambda size: _draw(steps, size))


def _draw(steps: Sequence[StepShares], size: Size) -> dict[str, Any]:
    figures = [f"of {step.n:,}" for step in steps]
    rows = Rows.of([step.name for step in steps], figures, size, top=28, thick=15)
    names, stages, segments, y = [], [], [], 0.0
    for number, step in enumerate(steps):
        if number == 0 or step.stage != steps[number - 1].stage:
            stages.append({"text_y": y + 13, "words": shorten(step.stage, TEXT, 300)})
            y += _STAGE
        placed = rows.place(number, step.name, figures[number], start=y)
        names.append(placed)
        segments.extend(_segments(step, placed["y"], rows.plot))
        y += rows.pitch
    layers = [
        *_bars(segments),
        *rows.texts(inline(names)),
        alt.Chart(inline(stages))
        .mark_text(align="left", baseline="middle", color=LIGHT["muted"], fontWeight=600)
        .encode(
            x=x_at(0 if size.narrow else 4 - rows.margins.left),
            y=alt.Y("text_y:Q", scale=None, axis=None),
            text=alt.Text("words:N"),
        ),
        *legend(list(_KEYS.values())),
    ]
    return layered(layers, size, y, rows.margins)


def _segments(step: StepShares, y: float, plot: float) -> list[dict[str, Any]]:
    """The parts of a step's bar, with their shares written in those that have room for it."""
    segments, start = [], 0.0
    for part, key in _KEYS.items():
        share = getattr(step, part)
        if share > 0:
            segments.append(
                {
                    "y": y,
                    "start": start,
                    "end": min(start + share, 1.0),
                    "middle": start + share / 2,
                    "part": part,
                    "words": f"{share:.0%}" if share * plot >= 30 else "",
                    "tip": tip(f"{step.name}: {key.words} in {share:.0%} of {step.n:,} deals"),
                }
            )
        start += share
    return segments


def _bars(segments: list[dict[str, Any]]) -> list[Any]:
    parts = list(_KEYS)

    def by_part(channel: Any, colours: list[str]) -> Any:
        return channel("part:N", scale=alt.Scale(domain=parts, range=colours), legend=None)

    base = alt.Chart(inline(segments))
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, 1]), title=None, axis=alt.Axis(format="%", tickCount=4, grid=False))
    return [
        base.mark_bar(height=15, strokeWidth=1.2).encode(
            x=x,
            x2=alt.X2("end:Q"),
            y=Y,
            fill=by_part(alt.Fill, [LIGHT[key.fill] for key in _KEYS.values()]),
            stroke=by_part(alt.Stroke, [LIGHT[key.stroke] for key in _KEYS.values()]),
            description=TIP,
        ),
        base.mark_text(baseline="middle", fontSize=11).encode(
            x=alt.X("middle:Q"),
            y=Y,
            text=alt.Text("words:N"),
            color=by_part(alt.Color, [LIGHT["onfill"]] * 3 + [LIGHT["muted"]]),
        ),
    ]
