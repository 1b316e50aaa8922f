"""A map of a process: its stages, what is done in them, and how deals move from one thing to the next."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from afteraction.report.drawing import Canvas
from afteraction.report.graph_layout import Box, Graph, Layout, Line, lay_out
from afteraction.report.text import shorten, width, wrap

_STEP: Final = 172.0
_STAGE: Final = 214.0
_NAME_SIZE: Final = 12.5
_NOTE_SIZE: Final = 11.0
_MARGIN: Final = 8.0
_GAP: Final = 14.0

ASIDE: Final = "\0aside"
"""In the place of a stage: what is done beside the process, without arrows."""


class Standing(StrEnum):
    """How something on the map compares with the other map: on paper and as followed."""

    SHARED = "shared"
    RARE = "rarely done"
    EXTRA = "not on paper"


@dataclass(frozen=True)
class Place:
    """A box of the map: something done, or a stage entered.

    `stage` is the stage it is drawn in; None draws it below the stages, ASIDE apart from what the arrows connect.
    `share` is the share of deals that have it, 0 to 1. `note` and `under` are the lines of figures under its name,
    `tip` is what pointing at it says.
    """

    name: str
    stage: str | None = None
    note: str = ""
    share: float | None = None
    standing: Standing = Standing.SHARED
    is_stage: bool = False
    optional: bool = False
    tip: str = ""
    under: str = ""


@dataclass(frozen=True)
class Move:
    """An arrow between two places (by their keys); `share` of 0 to 1 makes it thick, `note` is its label.

    It is drawn the straighter, the thicker it is; `straight` ones most of all.
    """

    start: str
    end: str
    share: float | None = None
    note: str = ""
    tip: str = ""
    straight: bool = False


@dataclass(frozen=True)
class ProcessMap:
    """What is drawn: stages in order, places by key, moves between them. `in_words` stands in for the picture."""

    name: str
    stages: tuple[str, ...]
    places: Mapping[str, Place]
    moves: tuple[Move, ...]
    in_words: str


@dataclass(frozen=True)
class MapPicture:
    """A drawn map, in the light colours of the theme."""

    svg: str
    width: float
    height: float


def draw(maps: Sequence[ProcessMap]) -> list[MapPicture]:
    """Lay the maps out, in one run of the layout engine, and draw them.

    Raises `Refused` when the layout engine is missing or fails.
    """
    layouts = lay_out([_graph(one) for one in maps])
    return [_draw(one, layout) for one, layout in zip(maps, layouts, strict=True)]


def _connected(drawn: ProcessMap) -> dict[str, Place]:
    return {key: place for key, place in drawn.places.items() if place.stage != ASIDE}


def _graph(drawn: ProcessMap) -> Graph:
    """The map's sizes and connections, in the order of its stages and, within a stage, of its places."""
    order = {stage: number for number, stage in enumerate(drawn.stages)}
    places = _connected(drawn)
    groups = [order.get(place.stage) if place.stage is not None else None for place in places.values()]
    numbers = {key: number for number, key in enumerate(places)}
    rank = {
        key: (len(order) if group is None else group, numbers[key]) for key, group in zip(places, groups, strict=True)
    }
    boxes = tuple(
        Box(_width(place), _height(place), group) for place, group in zip(places.values(), groups, strict=True)
    )
    lines = tuple(
        Line(
            numbers[move.start],
            numbers[move.end],
            label=(width(move.note, _NOTE_SIZE) + 8, 14) if move.note else None,
            weight=40 if move.straight else 1 + 20 * (move.share or 0),
            upwards=rank[move.start] > rank[move.end],
        )
        for move in drawn.moves
    )
    # A map that is one straight path has its order already, and more would bend it.
    order_needed = not all(move.straight for move in drawn.moves)
    labelled = tuple(not has_header for has_header in _headers(drawn))
    return Graph(boxes, lines, labelled, _stage_order(groups) if order_needed else ())


def _headers(drawn: ProcessMap) -> list[bool]:
    """For each stage, whether entering it is a place of the map; that place then serves as its heading."""
    entered = {place.stage for place in drawn.places.values() if place.is_stage}
    return [stage in entered for stage in drawn.stages]


def _stage_order(groups: Sequence[int | None]) -> tuple[tuple[int, int], ...]:
    """Pairs of places that keep a stage's first place above its others, and all of a stage above the next stage.

    Places outside the stages come below the last one.
    """
    members: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        members.setdefault(len(groups) if group is None else group, []).append(number)
    stages = [members[group] for group in sorted(members)]
    inside = [(stage[0], other) for stage in stages for other in stage[1:]]
    between = [(one, after[0]) for before, after in itertools.pairwise(stages) for one in before]
    return (*inside, *between)


def _height(place: Place) -> float:
    under = sum(bool(line) for line in (place.note, place.under, place.standing != Standing.SHARED))
    return len(_name_lines(place)) * 15 + under * 14 + 14


def _width(place: Place) -> float:
    return _STAGE if place.is_stage else _STEP


def _name_lines(place: Place) -> list[str]:
    return wrap(place.name, _NAME_SIZE, _width(place) - 22, 2)


def _draw(drawn: ProcessMap, layout: Layout) -> MapPicture:
    aside = [place for place in drawn.places.values() if place.stage == ASIDE]
    columns = max(int((layout.width + _GAP) // (_STEP + _GAP)), 1)
    below = _aside_height(aside, columns)
    wide = max(layout.width, (_STEP + _GAP) * min(columns, len(aside)) - _GAP)
    canvas = Canvas(wide + 2 * _MARGIN, layout.height + below + 2 * _MARGIN)
    _draw_connected(canvas.group(x=_MARGIN + (wide - layout.width) / 2, y=_MARGIN), drawn, layout)
    if aside:
        _draw_aside(canvas.group(x=_MARGIN, y=_MARGIN + layout.height), aside, columns)
    return MapPicture(canvas.svg(), canvas.width, canvas.height)


def _draw_connected(canvas: Canvas, drawn: ProcessMap, layout: Layout) -> None:
    for left, top, wide, high in layout.groups.values():
        canvas.box(left, top, wide, high, fill="ground", stroke="rule", radius=10)
    for number, move in enumerate(drawn.moves):
        _draw_move(canvas, move, layout.lines[number])
    for place, (x, y) in zip(_connected(drawn).values(), layout.boxes, strict=True):
        _draw_place(canvas, place, x, y)
    for number, (x, y) in layout.labels.items():
        note = drawn.moves[number].note
        canvas.text(x, y + 4, note, size=_NOTE_SIZE, fill="muted", anchor="middle", halo="ground")
    headed = _headers(drawn)
    for number, (left, top, wide, _high) in layout.groups.items():
        if not headed[number]:
            name = shorten(drawn.stages[number], 12, wide - 28)
            canvas.text(left + 14, top + 21, name, size=12, bold=True, fill="muted", halo="ground")


def _rows(aside: Sequence[Place], columns: int) -> list[Sequence[Place]]:
    return [aside[start : start + columns] for start in range(0, len(aside), columns)]


def _aside_height(aside: Sequence[Place], columns: int) -> float:
    rows = _rows(aside, columns)
    return 46 + sum(max(map(_height, row)) + _GAP for row in rows) if rows else 0.0


def _draw_aside(canvas: Canvas, aside: Sequence[Place], columns: int) -> None:
    canvas.text(0, 34, "Also done, at any time", size=12, bold=True, fill="muted")
    top = 46.0
    for row in _rows(aside, columns):
        high = max(map(_height, row))
        for number, place in enumerate(row):
            _draw_place(canvas, place, number * (_STEP + _GAP) + _STEP / 2, top + _height(place) / 2)
        top += high + _GAP


def _draw_move(canvas: Canvas, move: Move, line: tuple[str, tuple[float, float], tuple[float, float]]) -> None:
    path, (from_x, from_y), (to_x, to_y) = line
    colour = "open"
    thick = 1.2 + 5 * (move.share or 0)
    arrow = canvas.group(tip=move.tip)
    arrow.path(path, stroke=colour, thick=thick)
    # The head is as wide as it needs to be to stand out from the line.
    dx, dy = to_x - from_x, to_y - from_y
    length = max((dx * dx + dy * dy) ** 0.5, 0.1)
    half = 3.2 + thick / 2
    x, y = -dy / length * half, dx / length * half
    corners = ((to_x, to_y), (from_x + x, from_y + y), (from_x - x, from_y - y))
    arrow.path("M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in corners) + "Z", fill=colour)


def _draw_place(canvas: Canvas, place: Place, x: float, y: float) -> None:
    wide, high = _width(place), _height(place)
    left, top = x - wide / 2, y - high / 2
    group = canvas.group(tip=place.tip or place.name)
    fill, ink, note_ink = ("stage", "onfill", "onfill") if place.is_stage else ("paper", "ink", "muted")
    stroke, thick, dashes = {
        Standing.SHARED: ("stage" if place.is_stage else "open", 1.2, "3 3" if place.optional else ""),
        Standing.RARE: ("lost", 1.8, "6 3"),
        Standing.EXTRA: ("order", 1.8, "2 3"),
    }[place.standing]
    group.box(left, top, wide, high, fill=fill, stroke=stroke, thick=thick, dashes=dashes, radius=7)
    if place.share is not None and not place.is_stage:
        group.box(left + 10, top + high - 7, wide - 20, 3, fill="wash", radius=1.5)
        group.box(left + 10, top + high - 7, (wide - 20) * place.share, 3, fill="won", radius=1.5)
    line = top + (18 if place.share is None or place.is_stage else 16)
    for name in _name_lines(place):
        group.text(left + 11, line, name, size=_NAME_SIZE, bold=True, fill=ink)
        line += 15
    if place.note:
        group.text(left + 11, line - 1, shorten(place.note, _NOTE_SIZE, wide - 20), size=_NOTE_SIZE, fill=note_ink)
        line += 14
    if place.under:
        group.text(left + 11, line - 1, shorten(place.under, _NOTE_SIZE, wide - 20), size=_NOTE_SIZE, fill=note_ink)
        line += 14
    if place.standing != Standing.SHARED:
        tag = "poor" if place.standing == Standing.RARE else "order"
        group.text(left + 11, line - 1, place.standing.value, size=_NOTE_SIZE, bold=True, fill=tag)
