"""A map of a process: its stages, what is done in them, and how deals move from one thing to the next."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from afteraction.report.drawing import Canvas
from afteraction.report.graph_layout import Box, Graph, Layout, Line, lay_out
from afteraction.report.text import shorten, width, wrap

_WIDE: Final = 172.0
_NAME_SIZE: Final = 12.5
_NOTE_SIZE: Final = 11.0
_MARGIN: Final = 8.0


class Standing(StrEnum):
    """How something on the map compares with the other map: on paper and as followed."""

    SHARED = "shared"
    RARE = "rarely done"
    EXTRA = "not on paper"


@dataclass(frozen=True)
class Place:
    """A box of the map: something done, or a stage entered.

    `stage` is the stage it is drawn in; None draws it outside. `share` is the share of deals that have it, 0 to 1.
    `note` is the line of figures under its name, `tip` what pointing at it says.
    """

    name: str
    stage: str | None = None
    note: str = ""
    share: float | None = None
    standing: Standing = Standing.SHARED
    is_stage: bool = False
    optional: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Move:
    """An arrow between two places (by their keys); `share` of 0 to 1 makes it thick, `note` is its label."""

    start: str
    end: str
    share: float | None = None
    note: str = ""
    standing: Standing = Standing.SHARED
    tip: str = ""


@dataclass(frozen=True)
class ProcessMap:
    """What is drawn: stages in order, places by key, moves between them. `in_words` is read out instead of the picture."""

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


def _graph(drawn: ProcessMap) -> Graph:
    """The map's sizes and connections, in the order of its stages and, within a stage, of its places."""
    order = {stage: number for number, stage in enumerate(drawn.stages)}
    group_of = [order.get(place.stage) if place.stage is not None else None for place in drawn.places.values()]
    rank = {key: (group if group is not None else len(order), number)
            for number, (key, group) in enumerate(zip(drawn.places, group_of, strict=True))}  # fmt: skip
    boxes = tuple(Box(_WIDE, _height(p), g) for p, g in zip(drawn.places.values(), group_of, strict=True))
    lines = tuple(
        Line(
            rank[move.start][1],
            rank[move.end][1],
            label=(width(move.note, _NOTE_SIZE) + 8, 14) if move.note else None,
            weight=1 + 20 * (move.share or 0),
            upwards=rank[move.start] > rank[move.end],
        )
        for move in drawn.moves
    )
    return Graph(boxes, lines, tuple(not has_header for has_header in _headers(drawn)), _stage_order(group_of))


def _headers(drawn: ProcessMap) -> list[bool]:
    """For each stage, whether entering it is a place of the map; that place then serves as its heading."""
    entered = {place.stage for place in drawn.places.values() if place.is_stage}
    return [stage in entered for stage in drawn.stages]


def _stage_order(group_of: Sequence[int | None]) -> tuple[tuple[int, int], ...]:
    """Pairs of places that keep a stage's first place above its others, and all of a stage above the next stage."""
    members: dict[int, list[int]] = {}
    for number, group in enumerate(group_of):
        if group is not None:
            members.setdefault(group, []).append(number)
    stages = [members[group] for group in sorted(members)]
    inside = [(stage[0], other) for stage in stages for other in stage[1:]]
    between = [(one, after[0]) for before, after in itertools.pairwise(stages) for one in before]
    return (*inside, *between)


def _height(place: Place) -> float:
    lines = len(_name_lines(place)) * 15 + (14 if place.note else 0) + (14 if place.standing != Standing.SHARED else 0)
    return lines + 14


def _name_lines(place: Place) -> list[str]:
    return wrap(place.name, _NAME_SIZE, _WIDE - 22, 2)


def _draw(drawn: ProcessMap, layout: Layout) -> MapPicture:
    canvas = Canvas(layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN)
    inner = canvas.group(x=_MARGIN, y=_MARGIN)
    headed = _headers(drawn)
    for number, (left, top, wide, high) in sorted(layout.groups.items()):
        inner.box(left, top, wide, high, fill="ground", stroke="rule", radius=10)
        if not headed[number]:
            name = shorten(drawn.stages[number], 12, wide - 28)
            inner.text(left + 14, top + 21, name, size=12, bold=True, fill="muted")
    for number, move in enumerate(drawn.moves):
        _draw_move(inner, move, layout.lines[number])
    for place, (x, y) in zip(drawn.places.values(), layout.boxes, strict=True):
        _draw_place(inner, place, x, y)
    for number, (x, y) in layout.labels.items():
        note = drawn.moves[number].note
        inner.text(x, y + 4, note, size=_NOTE_SIZE, fill="muted", anchor="middle", halo="ground")
    return MapPicture(canvas.svg(), canvas.width, canvas.height)


def _draw_move(canvas: Canvas, move: Move, line: tuple[str, tuple[float, float], tuple[float, float]]) -> None:
    path, (from_x, from_y), (to_x, to_y) = line
    colour, dashes = {
        Standing.SHARED: ("open", ""),
        Standing.RARE: ("lost", "6 4"),
        Standing.EXTRA: ("order", "2 4"),
    }[move.standing]
    thick = 1.2 + 5 * (move.share or 0)
    arrow = canvas.group(tip=move.tip)
    arrow.path(path, stroke=colour, thick=thick, dashes=dashes)
    # The head is as wide as it needs to be to stand out from the line.
    dx, dy = to_x - from_x, to_y - from_y
    length = max((dx * dx + dy * dy) ** 0.5, 0.1)
    half = 3.2 + thick / 2
    side_x, side_y = -dy / length * half, dx / length * half
    arrow.path(
        f"M{to_x:.1f},{to_y:.1f}L{from_x + side_x:.1f},{from_y + side_y:.1f}L{from_x - side_x:.1f},{from_y - side_y:.1f}Z",
        fill=colour,
    )


def _draw_place(canvas: Canvas, place: Place, x: float, y: float) -> None:
    high = _height(place)
    left, top = x - _WIDE / 2, y - high / 2
    group = canvas.group(tip=place.tip or place.name)
    fill, ink, note_ink = ("stage", "onfill", "onfill") if place.is_stage else ("paper", "ink", "muted")
    stroke, thick, dashes = {
        Standing.SHARED: ("stage" if place.is_stage else "open", 1.2, "3 3" if place.optional else ""),
        Standing.RARE: ("lost", 1.8, "6 3"),
        Standing.EXTRA: ("order", 1.8, "2 3"),
    }[place.standing]
    group.box(left, top, _WIDE, high, fill=fill, stroke=stroke, thick=thick, dashes=dashes, radius=7)
    if place.share is not None and not place.is_stage:
        group.box(left + 10, top + high - 7, _WIDE - 20, 3, fill="wash", radius=1.5)
        group.box(left + 10, top + high - 7, (_WIDE - 20) * place.share, 3, fill="won", radius=1.5)
    line = top + (18 if place.share is None or place.is_stage else 16)
    for name in _name_lines(place):
        group.text(left + 11, line, name, size=_NAME_SIZE, bold=True, fill=ink)
        line += 15
    if place.note:
        group.text(left + 11, line - 1, shorten(place.note, _NOTE_SIZE, _WIDE - 20), size=_NOTE_SIZE, fill=note_ink)
        line += 14
    if place.standing != Standing.SHARED:
        tag = "poor" if place.standing == Standing.RARE else "order"
        group.text(left + 11, line - 1, place.standing.value, size=_NOTE_SIZE, bold=True, fill=tag)
