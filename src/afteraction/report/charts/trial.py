"""The effect of a trial over its looks: where it lies by all that was known at each, and what the rule waits for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from afteraction.report.charts.picture import Picture, Size
from afteraction.report.drawing import Canvas
from afteraction.report.text import width

_TEXT: Final = 12.0
_TOP: Final = 26.0
_BOTTOM: Final = 34.0
_LEFT: Final = 46.0
_RIGHT: Final = 14.0
_AROUND: Final = 1.35
"""How much more than the newest interval is in the picture; wider early intervals leave it at its edges."""
_STEPS: Final = (1.0, 2.0, 5.0)
Place = Callable[[float], float]
OnDay = Callable[[date], float]


@dataclass(frozen=True)
class Looked:
    """A look: its day, the estimate there, and the interval over all looks until then, in points or days."""

    day: date
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Level:
    """A line across: no difference, the smallest effect that matters, what the rule stops at."""

    value: float
    words: str
    strong: bool = False


@dataclass(frozen=True)
class TrialCourse:
    """All of it. `unit` is what effects are in: points, days. `better` says which way is better, in words."""

    looks: tuple[Looked, ...]
    levels: tuple[Level, ...]
    begins: date
    ends: date
    unit: str
    better: str


def trial_picture(course: TrialCourse) -> Picture:
    """The band of intervals and the line of estimates from the first look to the planned end."""
    return Picture(lambda size: _draw(course, size))


def _draw(course: TrialCourse, size: Size) -> str:
    height = 250.0 if size.narrow else 300.0
    canvas = Canvas(size.width, height)
    low, high = _range(course)
    first, last = course.begins, max(course.ends, course.looks[-1].day)
    days = max((last - first).days, 1)

    def x(day: date) -> float:
        return _LEFT + (size.width - _LEFT - _RIGHT) * (day - first).days / days

    def y(value: float) -> float:
        inside = min(max(value, low), high)
        return _TOP + (height - _TOP - _BOTTOM) * (high - inside) / (high - low)

    _grid(canvas, low, high, y)
    canvas.text(2, 14, f"{course.unit}, {course.better}", size=_TEXT, fill="muted")
    _band(canvas, course.looks, x, y)
    for level in course.levels:
        if low <= level.value <= high:
            _level(canvas, level, y(level.value))
    _labels(canvas, course.levels, y, low, high)
    _line(canvas, course, x, y)
    _days(canvas, course, x, height, narrow=size.narrow)
    return canvas.svg()


def _range(course: TrialCourse) -> tuple[float, float]:
    newest = course.looks[-1]
    values = [newest.low, newest.high, newest.value, 0.0, *(each.value for each in course.levels)]
    middle, half = (max(values) + min(values)) / 2, (max(values) - min(values)) / 2 * _AROUND
    half = max(half, 1e-9)
    return middle - half, middle + half


def _grid(canvas: Canvas, low: float, high: float, y: Place) -> None:
    step = _step((high - low) / 5)
    value = step * -(-low // step)
    while value <= high:
        canvas.path(f"M{_LEFT:.1f},{y(value):.1f}H{canvas.width - _RIGHT:.1f}", stroke="rule")
        sign = "+" if value > step / 2 else "−" if value < -step / 2 else ""
        canvas.text(_LEFT - 6, y(value) + 4, f"{sign}{abs(round(value, 6)):g}", size=_TEXT, fill="muted", anchor="end")
        value += step


def _step(rough: float) -> float:
    """A round step near a rough one."""
    power = 1.0
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    return next((power * each for each in _STEPS if power * each >= rough), power * 10)


def _band(canvas: Canvas, looks: Sequence[Looked], x: OnDay, y: Place) -> None:
    """Between looks the newest one holds: the band goes on as steps do."""
    if len(looks) == 1:
        one = looks[0]
        canvas.path(f"M{x(one.day):.1f},{y(one.low):.1f}V{y(one.high):.1f}", stroke="accent", thick=3, opacity=0.45)
        return
    upper = _stairs([(x(each.day), y(each.high)) for each in looks])
    lower = _stairs([(x(each.day), y(each.low)) for each in looks])
    outline = " L".join(f"{across:.1f},{down:.1f}" for across, down in [*upper, *reversed(lower)])
    canvas.path(f"M{outline}Z", fill="accent", opacity=0.16)
    for edge in (upper, lower):
        canvas.path("M" + " L".join(f"{across:.1f},{down:.1f}" for across, down in edge), stroke="accent", opacity=0.5)


def _stairs(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found = [points[0]]
    for across, down in points[1:]:
        found += [(across, found[-1][1]), (across, down)]
    return found


def _level(canvas: Canvas, level: Level, at: float) -> None:
    across = f"M{_LEFT:.1f},{at:.1f}H{canvas.width - _RIGHT:.1f}"
    canvas.path(across, stroke="ink" if level.strong else "good", thick=1.4, dashes="" if level.strong else "5 4")


def _labels(canvas: Canvas, levels: Sequence[Level], y: Place, low: float, high: float) -> None:
    """The words of the lines at the left edge, each just above its own, where early intervals are widest."""
    taken: list[float] = []
    for level in sorted(levels, key=lambda each: -each.value):
        if low <= level.value <= high:
            at = y(level.value) - 5
            while any(abs(at - other) < _TEXT + 3 for other in taken):
                at += _TEXT + 3
            taken.append(at)
            fill = "ink" if level.strong else "good"
            canvas.text(_LEFT + 4, at, level.words, size=_TEXT, fill=fill, halo="paper")


def _line(canvas: Canvas, course: TrialCourse, x: OnDay, y: Place) -> None:
    looks = course.looks
    points = [(x(each.day), y(each.value)) for each in looks]
    if len(points) > 1:
        path = "M" + " L".join(f"{across:.1f},{down:.1f}" for across, down in points)
        canvas.path(path, stroke="accent", thick=2.2)
    every = max(len(looks) // 24, 1)
    for number, (each, (across, down)) in enumerate(zip(looks, points, strict=True)):
        newest = number == len(looks) - 1
        if newest or number % every == 0:
            told = canvas.group(
                f"{each.day:%-d %b %Y}: {each.value:+.3g}, interval {each.low:+.3g} to {each.high:+.3g}"
            )
            told.dot(across, down, 4.5 if newest else 2.6, fill="accent", stroke="paper", thick=1)


def _days(canvas: Canvas, course: TrialCourse, x: OnDay, height: float, *, narrow: bool) -> None:
    base, end = height - _BOTTOM, max(course.ends, course.looks[-1].day)
    canvas.path(f"M{x(course.ends):.1f},{_TOP:.1f}V{base:.1f}", stroke="muted", dashes="2 3")
    words = f"planned end {course.ends:%-d %b %Y}"
    canvas.text(x(course.ends) - 4, _TOP + 12, words, size=_TEXT, fill="muted", anchor="end", halo="paper")
    canvas.text(_LEFT, base + 18, f"{course.begins:%-d %b %Y}", size=_TEXT, fill="muted")
    newest = course.looks[-1].day
    word = "newest look" if narrow else f"newest look {newest:%-d %b}"
    across = min(max(x(newest), _LEFT + 90 + width(word, _TEXT) / 2), canvas.width - _RIGHT - width(word, _TEXT) / 2)
    if x(end) - x(newest) > 4 or not narrow:
        canvas.text(across, base + 18, word, size=_TEXT, fill="ink", anchor="middle")
