"""Four boxes: won or lost, with the process followed or not; and the deals that belong in none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from afteraction.analysis.intervals import Rate
from afteraction.report.charts.picture import PAGE, PHONE, Picture
from afteraction.report.drawing import Canvas
from afteraction.report.text import shorten, wrap
from afteraction.report.wording import interval, percent

_GAP: Final = 10.0
_TOP: Final = 26.0
_PAD: Final = 13.0
_BAR: Final = 11.0
_SMALL: Final = 11.5
_PITCH: Final = 15.0
_ROOMY: Final = 250.0


@dataclass(frozen=True)
class Tile:
    """A box: its name, the share of all ended deals that is in it, and what is said of these deals in a line or two.

    A `won` one is of the colour of wins, None of neither; a `deserved` one is filled, the others are outlined.
    """

    name: str
    share: Rate
    words: tuple[str, ...]
    won: bool | None
    deserved: bool = False


def box_tiles(tiles: Sequence[Tile], rest: Tile, columns: tuple[str, str]) -> Picture:
    """Two rows of two tiles under the names of the `columns`, and the `rest` below them all.

    The bar in a tile is its share of all ended deals, on one scale, with its interval as a line.
    """
    return Picture(lambda size: _drawn(tiles, rest, columns, narrow=size.narrow))


def _drawn(tiles: Sequence[Tile], rest: Tile, columns: tuple[str, str], *, narrow: bool) -> str:
    whole = PHONE if narrow else PAGE
    wide = (whole - _GAP) / 2
    scale = max(tile.share.high for tile in (*tiles, rest)) or 1.0
    high = max(_height(tile, wide) for tile in tiles)
    canvas = Canvas(whole, _TOP + 2 * (high + _GAP) + _height(rest, whole))
    for number, name in enumerate(columns):
        canvas.text(number * (wide + _GAP) + 2, 14, shorten(name, 12, wide), size=12, fill="muted")
    for number, tile in enumerate(tiles):
        x, y = number % 2 * (wide + _GAP), _TOP + number // 2 * (high + _GAP)
        _tile(canvas, tile, x, y, wide, high, scale)
    _tile(canvas, rest, 0, _TOP + 2 * (high + _GAP), whole, _height(rest, whole), scale * whole / wide)
    return canvas.svg()


def _lines(tile: Tile, wide: float) -> list[str]:
    return [line for words in tile.words for line in wrap(words, _SMALL, wide - 2 * _PAD, 3)]


def _height(tile: Tile, wide: float) -> float:
    return _top_of_bar(wide) + _BAR + 22 + _PITCH * len(_lines(tile, wide))


def _top_of_bar(wide: float) -> float:
    """In a narrow tile the share has a line of its own."""
    return 69.0 if wide > _ROOMY else 86.0


def _tile(canvas: Canvas, tile: Tile, x: float, y: float, wide: float, high: float, scale: float) -> None:
    share = f"{percent(tile.share.value)} ({interval(tile.share.low, tile.share.high)})"
    group = canvas.group(tip=f"{tile.name}: {tile.share.count:,} of {tile.share.n:,} ended deals, {share}", x=x, y=y)
    group.box(0.5, 0.5, wide - 1, high - 1, fill="ground", stroke="rule", radius=8)
    group.text(_PAD, 26, shorten(tile.name, 13.5, wide - 2 * _PAD), size=13.5, bold=True)
    group.text(_PAD, 58, f"{tile.share.count:,}", size=26, bold=True)
    if wide > _ROOMY:
        group.text(wide - _PAD, 57, f"{share} of ended deals", size=12, fill="muted", anchor="end")
    else:
        group.text(_PAD, 76, share, size=12, fill="muted")
    top = _top_of_bar(wide)
    _bar(group, tile, top, wide - 2 * _PAD, scale)
    for number, line in enumerate(_lines(tile, wide)):
        group.text(_PAD, top + _BAR + 19 + number * _PITCH, line, size=_SMALL, fill="muted")


def _bar(group: Canvas, tile: Tile, top: float, room: float, scale: float) -> None:
    colour = {True: "won", False: "lost", None: "undecided"}[tile.won]
    filled = tile.deserved or tile.won is None
    long = max(tile.share.value / scale * room, 1.0)
    group.box(_PAD, top, long, _BAR, fill=colour if filled else "paper", stroke=colour, radius=2, thick=1.6)
    low, high = (_PAD + limit / scale * room for limit in (tile.share.low, tile.share.high))
    middle = top + _BAR / 2
    for thick, ink in ((3.4, "paper"), (1.4, "ink")):
        group.path(
            f"M{low:.1f},{middle:.1f}H{high:.1f}M{low:.1f},{top + 2:.1f}v{_BAR - 4:.1f}"
            f"M{high:.1f},{top + 2:.1f}v{_BAR - 4:.1f}",
            stroke=ink,
            thick=thick,
        )
