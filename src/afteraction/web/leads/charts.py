"""How often what was promised came, as a drawing; and the steps on which leads die."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from afteraction.report.wording import interval, percent

WIDTH, HEIGHT = 340, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 12, 262
_EDGES: Final = {0.02: 4, 0.05: 5, 0.1: 5, 0.2: 4, 0.4: 4, 0.6: 3, 0.8: 4, 1.0: 4}
"""Where the axes may end, and in how many parts of whole percent each is divided."""


@dataclass(frozen=True)
class Dot:
    """A band of chances: where its share won and its interval are drawn."""

    x: float
    y: float
    low_y: float
    high_y: float
    text: str


@dataclass(frozen=True)
class CalibrationChart:
    """Chances promised (across) and won (up), with the line on which both are the same."""

    dots: tuple[Dot, ...]
    grid: tuple[tuple[float, float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = _BOTTOM


def calibration_chart(bands: Sequence[Mapping[str, Any]]) -> CalibrationChart | None:
    """Draw the bands of an accuracy; None without any."""
    if not bands:
        return None
    most = max(max(each["predicted"], each["won"]["high"]) for each in bands)
    edge = next((each for each in _EDGES if each >= most), 1.0)

    def x(value: float) -> float:
        return round(_LEFT + min(value / edge, 1.0) * (WIDTH - _RIGHT - _LEFT), 1)

    def y(value: float) -> float:
        return round(_BOTTOM - min(value / edge, 1.0) * (_BOTTOM - _TOP), 1)

    dots = tuple(
        Dot(
            x(each["predicted"]),
            y(each["won"]["value"]),
            y(each["won"]["low"]),
            y(each["won"]["high"]),
            f"{percent(each['predicted'])} promised, {percent(each['won']['value'])} won "
            f"({interval(each['won']['low'], each['won']['high'])}), {each['n']:,} leads",
        )
        for each in bands
    )
    marks = [edge * n / _EDGES[edge] for n in range(_EDGES[edge] + 1)]
    return CalibrationChart(dots, tuple((x(each), y(each), percent(each)) for each in marks))
