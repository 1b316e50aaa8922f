"""The chance of a deal over its stages, as a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from afteraction.report.wording import percent
from afteraction.web.deals.evidence import Chance

WIDTH, HEIGHT = 420, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 28, 16, 160


@dataclass(frozen=True)
class Point:
    """A moment: where its chance, interval, average and the chance said then are drawn (`then_y` None: not known)."""

    x: float
    y: float
    low_y: float
    high_y: float
    then_y: float | None
    text: str
    label: str
    anchor: str


@dataclass(frozen=True)
class ChanceChart:
    """The drawing: a line through the chances, a broken one through those of the average deal."""

    points: tuple[Point, ...]
    line: str
    average: str
    grid: tuple[tuple[float, str], ...]
    spoken: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


def chance_chart(chances: Sequence[Chance], outcome: str) -> ChanceChart | None:
    """Draw the chances of a deal; None where none is known."""
    if not chances:
        return None
    top = 1.0 if max(each.high for each in chances) > 0.5 else 0.5
    step = (WIDTH - _LEFT - _RIGHT) / max(len(chances) - 1, 1)

    def x(n: int) -> float:
        return round(_LEFT + n * step, 1) if len(chances) > 1 else (_LEFT + WIDTH - _RIGHT) / 2

    def y(chance: float) -> float:
        return round(_BOTTOM - min(chance / top, 1.0) * (_BOTTOM - _TOP), 1)

    last = len(chances) - 1
    points = tuple(
        Point(
            x=x(n),
            y=y(each.chance),
            low_y=y(each.low),
            high_y=y(each.high),
            then_y=y(each.then) if each.then is not None and outcome != "open" else None,
            text=percent(each.chance),
            label=each.stage or "Start",
            anchor="start" if n == 0 and last else "end" if n == last and last else "middle",
        )
        for n, each in enumerate(chances)
    )
    said = "; ".join(f"{each.where} {percent(each.chance)}" for each in chances)
    return ChanceChart(
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        average=" ".join(f"{x(n)},{y(each.average)}" for n, each in enumerate(chances)),
        grid=tuple((y(top * n / 4), percent(top * n / 4)) for n in range(0, 5, 2)),
        spoken=f"The chance of being won: {said}.",
    )
