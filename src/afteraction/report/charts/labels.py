"""Names beside points: placed so that they cover neither one another nor, as far as possible, other points."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from afteraction.report.text import width

SIZE: Final = 11.5
_HIGH: Final = 14.0
_NEAR, _FAR = 9.0, 13.0  # from a point to the nearest edge of its name, in pixels
# Where a name may stand: to which side it runs (right, centred, left), and how far its middle is moved down.
_PLACES: Final = ((1, 0.0), (-1, 0.0), (1, -_FAR), (1, _FAR), (-1, -_FAR), (-1, _FAR), (0, -_FAR - 2), (0, _FAR + 3))

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Label:
    """A name at x, y in pixels; `align` says which part of it stands there."""

    name: str
    x: float
    y: float
    align: Align


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, wide: float, high: float) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= wide and self.bottom <= high


def beside_points(
    names: Sequence[str], at: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]],
    wide: float, high: float,
) -> list[Label]:  # fmt: skip
    """A label for each name, its point being `at` the same place of the list; the first names choose first.

    `others` are further points, in a plot of `wide` by `high` pixels. A name without room gets no label.
    """
    dots = [_Box(x - 5, y - 5, x + 5, y + 5) for x, y in (*at, *others)]
    taken: list[_Box] = []
    labels = []
    for name, (x, y) in zip(names, at, strict=True):
        found = [
            (sum(box.meets(dot) for dot in dots), number, label, box)
            for number, (label, box) in enumerate(_candidates(name, x, y))
            if box.within(wide, high) and not any(box.meets(other) for other in taken)
        ]
        if found:
            _covered, _number, label, box = min(found, key=lambda one: one[:2])
            taken.append(box)
            labels.append(label)
    return labels


def _candidates(name: str, x: float, y: float) -> list[tuple[Label, _Box]]:
    long = width(name, SIZE)
    found = []
    for side, down in _PLACES:
        start = x + side * (_NEAR if not down else 4)
        left = start if side > 0 else start - long if side < 0 else x - long / 2
        label = Label(name, start, y + down, "left" if side > 0 else "right" if side < 0 else "center")
        found.append((label, _Box(left, y + down - _HIGH / 2, left + long, y + down + _HIGH / 2)))
    return found
