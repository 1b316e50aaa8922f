"""Names beside points: placed so that each clearly belongs to its point and covers no other name."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from afteraction.report.text import width

SIZE: Final = 11.5
_HIGH: Final = 14.0
_DOT: Final = 5.5
_BESIDE: Final = 9.0
_RINGS: Final = (19.0, 30.0, 42.0, 56.0)
_WAYS: Final = (
    (0.8, -0.6),
    (0.8, 0.6),
    (-0.8, -0.6),
    (-0.8, 0.6),
    (0.35, -0.94),
    (0.35, 0.94),
    (-0.35, -0.94),
    (-0.35, 0.94),
)
_COVERED: Final = 25.0  # what covering another point costs, in pixels of distance

Align = Literal["left", "right"]
Spot = tuple[float, float]


@dataclass(frozen=True)
class Label:
    """A name that begins (left) or ends (right) at x, y in pixels.

    `of` is its point, `apart` says that a line must lead there.
    """

    name: str
    x: float
    y: float
    align: Align
    of: Spot
    apart: bool


@dataclass(frozen=True)
class Box:
    """A part of the plot that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, wide: float, high: float) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= wide and self.bottom <= high


def box_of(name: str, x: float, y: float, align: Align) -> Box:
    """The room that a name takes."""
    long = width(name, SIZE)
    left = x if align == "left" else x - long
    return Box(left, y - _HIGH / 2, left + long, y + _HIGH / 2)


def beside_points(
    names: Sequence[str], at: Sequence[Spot], others: Sequence[Spot], taken: Sequence[Box], wide: float, high: float
) -> list[Label]:
    """A label for each name, its point being `at` the same place of the list; the first names choose first.

    `others` are points without a name, one of which a name may cover where there is no better place; `taken` is room
    for other words, in a plot of `wide` by `high` pixels. A name without room gets no label.
    """
    named = [dot_of(point, 5) for point in at]
    full = list(taken)
    labels = []
    for number, (name, point) in enumerate(zip(names, at, strict=True)):
        foreign = [*full, *named[:number], *named[number + 1 :]]
        near = [other for other in (*others, *at) if 0 < math.dist(other, point) < _RINGS[-1] + width(name, SIZE)]
        possible = [
            (far + _COVERED * covered, label, box)
            for label, far in _candidates(name, point)
            if (box := box_of(name, label.x, label.y, label.align)).within(wide, high)
            and not any(box.meets(other) for other in foreign)
            and (covered := _covered(label, box, near)) < 2
        ]
        if possible:
            _cost, label, box = min(possible, key=lambda one: one[0])
            full.append(box)
            labels.append(label)
    return labels


def dot_of(point: Spot, around: float = 0) -> Box:
    """The room that a point takes, and some on either side."""
    x, y = point
    return Box(x - _DOT - around, y - _DOT, x + _DOT + around, y + _DOT)


def _covered(label: Label, box: Box, points: Sequence[Spot]) -> int:
    """How many points the name covers, and the line to it."""
    covered = sum(box.meets(dot_of(point)) for point in points)
    return covered + sum(_crosses(label, point) for point in points) if label.apart else covered


def _crosses(label: Label, point: Spot) -> bool:
    (x, y), (across, down) = label.of, (label.x - label.of[0], label.y - label.of[1])
    along = ((point[0] - x) * across + (point[1] - y) * down) / (across**2 + down**2)
    nearest = min(max(along, 0.0), 1.0)
    return math.hypot(x + nearest * across - point[0], y + nearest * down - point[1]) < _DOT


def _candidates(name: str, point: Spot) -> Iterator[tuple[Label, float]]:
    """Where a name may stand, with its distance: right or left of the point, else further off."""
    x, y = point
    yield Label(name, x + _BESIDE, y, "left", point, apart=False), 0.0
    yield Label(name, x - _BESIDE, y, "right", point, apart=False), 1.0
    for ring in _RINGS:
        for across, down in _WAYS:
            align: Align = "left" if across > 0 else "right"
            yield Label(name, x + across * ring, y + down * ring, align, point, apart=True), ring
