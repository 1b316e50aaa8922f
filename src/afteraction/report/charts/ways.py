"""The ways that deals take, as rows of chevrons with their share and win rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from afteraction.analysis.intervals import Rate
from afteraction.report.charts.picture import PAGE, PHONE, Picture
from afteraction.report.drawing import Canvas
from afteraction.report.text import wrap
from afteraction.report.wording import interval, many, percent

_MOST: Final = 28
_HIGH: Final = 32.0
_NOTCH: Final = 7.0
_GAP: Final = 5.0


@dataclass(frozen=True)
class Happening:
    """One thing on a way: its name, how often it happened in a row, and whether it is a stage that was entered."""

    name: str
    times: int = 1
    is_stage: bool = False


@dataclass(frozen=True)
class Way:
    """A sequence that `deals` deals follow, which is `share` of all; `win_rate` of those of them that ended, if any."""

    happenings: tuple[Happening, ...]
    deals: int
    share: float
    win_rate: Rate | None = None


def ways(taken: Sequence[Way]) -> Picture:
    """A row of chevrons for each way, in the order given; dark ones are stages entered."""
    return Picture(lambda size: _phone(taken) if size.narrow else _page(taken))


def _page(taken: Sequence[Way]) -> str:
    left, right = 88.0, 168.0
    rows = [_lines(way, 5) for way in taken]
    heights = [max(len(row) * (_HIGH + _GAP) + 18, 58) for row in rows]
    canvas = Canvas(PAGE, sum(heights) + 24)
    room = PAGE - left - right
    canvas.text(2, 12, "share of deals", size=11, fill="muted")
    canvas.text(PAGE - right + 16, 12, "win rate", size=11, fill="muted")
    top = 24.0
    for way, row, height in zip(taken, rows, heights, strict=True):
        canvas.path(f"M0,{top:.1f}H{PAGE}", stroke="rule")
        canvas.text(2, top + 24, percent(way.share), size=16, bold=True)
        canvas.text(2, top + 41, many(way.deals, "deal"), size=11, fill="muted")
        _chevrons(canvas, row, left, top + 10, room / 5)
        _win_rate(canvas, way, PAGE - right + 16, top, right - 18)
        top += height
    return canvas.svg()


def _phone(taken: Sequence[Way]) -> str:
    rows = [_lines(way, 4) for way in taken]
    heights = [len(row) * (_HIGH + _GAP) + 46 for row in rows]
    canvas = Canvas(PHONE, sum(heights))
    top = 0.0
    for way, row, height in zip(taken, rows, heights, strict=True):
        canvas.path(f"M0,{top + 1:.1f}H{PHONE}", stroke="rule")
        canvas.text(2, top + 22, percent(way.share), size=15, bold=True)
        canvas.text(54, top + 22, many(way.deals, "deal"), size=11, fill="muted")
        canvas.text(PHONE - 2, top + 22, _win_words(way), size=11, fill="muted", anchor="end")
        _chevrons(canvas, row, 0, top + 32, PHONE / 4 - 1)
        top += height
    return canvas.svg()


def _lines(way: Way, each: int) -> list[list[Happening]]:
    """Its happenings in lines of `each`; of a very long one, its beginning and how much follows."""
    shown = list(way.happenings)
    if len(shown) > _MOST:
        rest = len(shown) - _MOST + 1
        shown = [*shown[: _MOST - 1], Happening(f"… {rest} more")]
    return [shown[start : start + each] for start in range(0, len(shown), each)] or [[Happening("nothing recorded")]]


def _chevrons(canvas: Canvas, lines: Sequence[Sequence[Happening]], left: float, top: float, wide: float) -> None:
    for number, line in enumerate(lines):
        y = top + number * (_HIGH + _GAP)
        for position, happening in enumerate(line):
            _chevron(canvas, happening, left + position * wide, y, wide - 3)


def _chevron(canvas: Canvas, happening: Happening, x: float, y: float, wide: float) -> None:
    tip = happening.name if happening.times == 1 else f"{happening.name}, {happening.times} times in a row"
    group = canvas.group(tip=tip)
    right, middle, bottom = x + wide - _NOTCH, y + _HIGH / 2, y + _HIGH
    group.path(
        f"M{x:.1f},{y:.1f}H{right:.1f}L{right + _NOTCH:.1f},{middle:.1f}L{right:.1f},{bottom:.1f}H{x:.1f}"
        f"L{x + _NOTCH:.1f},{middle:.1f}Z",
        fill="stage" if happening.is_stage else "touch",
    )
    times = f" ×{happening.times}" if happening.times > 1 else ""
    lines = wrap(happening.name + times, 9.5, wide - 2 * _NOTCH - 4, 2)
    start = middle + 3.4 - (len(lines) - 1) * 5.5
    for number, line in enumerate(lines):
        ink = "onfill" if happening.is_stage else "ink"
        group.text(x + (wide + _NOTCH) / 2 - 1, start + number * 11, line, size=9.5, fill=ink, anchor="middle")


def _win_rate(canvas: Canvas, way: Way, left: float, top: float, wide: float) -> None:
    """The win rate with its interval, in words and as a dot on a scale from none to all."""
    if way.win_rate is None:
        canvas.text(left, top + 24, "none ended", size=12, fill="muted")
        return
    canvas.text(left, top + 24, percent(way.win_rate.value), size=13, bold=True)
    canvas.text(left + 38, top + 24, interval(way.win_rate.low, way.win_rate.high), size=11, fill="muted")
    canvas.text(left + wide, top + 24, f"of {way.win_rate.n:,}", size=11, fill="muted", anchor="end")
    y = top + 39
    scale = canvas.group(tip=_win_words(way))
    scale.path(f"M{left:.1f},{y:.1f}h{wide:.1f}", stroke="rule", thick=2)
    scale.path(
        f"M{left + way.win_rate.low * wide:.1f},{y:.1f}H{left + way.win_rate.high * wide:.1f}", stroke="won", thick=3
    )
    scale.dot(left + way.win_rate.value * wide, y, 4.5, fill="won", stroke="paper", thick=1)


def _win_words(way: Way) -> str:
    if way.win_rate is None:
        return "none ended"
    return f"won {percent(way.win_rate.value)} ({interval(way.win_rate.low, way.win_rate.high)}) of {way.win_rate.n:,}"
