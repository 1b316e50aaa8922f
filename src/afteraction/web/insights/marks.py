"""Effects and their intervals as small pictures in the row of a table: where the marks go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 180
_HALF: Final = WIDTH / 2 - 6
_WIDEST: Final = 0.5
"""Beyond half the scale of probabilities an interval says little; it is cut off there."""
MATTERS: Final = 0.05


@dataclass(frozen=True)
class Whisker:
    """An estimate with its interval on a line whose middle is nothing, in the units of the picture.

    `zone` is the half width within which an effect is too small to matter; `naive` where plain win rates put it.
    """

    at: float
    low: float
    high: float
    zone: float
    naive: float | None = None

    @property
    def zone_left(self) -> float:
        return WIDTH / 2 - self.zone

    @property
    def zone_width(self) -> float:
        return 2 * self.zone

    @property
    def length(self) -> float:
        return self.high - self.low


def scale(values: Iterable[float | None]) -> float:
    """The value at the end of the line on which all of these have a place."""
    return min(max([abs(value) for value in values if value is not None] + [2 * MATTERS]), _WIDEST)


def whisker(effect: float, low: float, high: float, end: float, naive: float | None = None) -> Whisker:
    """Where the marks of an estimate go on a line that ends at `end`."""
    at, left, right = (_place(value, end) for value in (effect, low, high))
    return Whisker(at, left, right, MATTERS / end * _HALF, None if naive is None else _place(naive, end))


def _place(value: float, end: float) -> float:
    return round(WIDTH / 2 + max(-1.0, min(value / end, 1.0)) * _HALF, 1)


def around(rows: Sequence[tuple[float | None, ...]]) -> float:
    """The end of the line for rows of values."""
    return scale(value for row in rows for value in row)
