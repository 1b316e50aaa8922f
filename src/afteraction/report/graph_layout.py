"""Where the boxes and lines of a graph go: Graphviz's answer, in pixels from the upper left corner.

A graph is described by sizes alone. No name from the record reaches Graphviz, so there is nothing to escape and nothing
that could be injected; the names are drawn afterwards.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from afteraction.errors import Refused
from afteraction.report.theme import vendor_file

_INCH: Final = 72.0  # Graphviz's points to the inch; one point is drawn as one pixel
_SECONDS: Final = 60
_WORKER: Final = Path(__file__).with_name("graphviz_worker.py")
_GROUP_LABEL: Final = (120.0, 18.0)


@dataclass(frozen=True)
class Box:
    """Something to place: its size in pixels, and the group (a number from 0 on) that it stands in, if any."""

    width: float
    height: float
    group: int | None = None


@dataclass(frozen=True)
class Line:
    """A connection between two boxes by their numbers, with room for a label; `weight` pulls it straight.

    A line leads down the page; one with `upwards` leads back up, without turning the order of its boxes around.
    """

    start: int
    end: int
    label: tuple[float, float] | None = None
    weight: float = 1.0
    upwards: bool = False


@dataclass(frozen=True)
class Graph:
    """What is to be laid out, from top to bottom.

    `groups` says for each group whether it needs room for a label above its boxes; `above` are pairs of boxes of which
    the first must stand higher than the second.
    """

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    groups: tuple[bool, ...] = ()
    above: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Layout:
    """A laid-out graph.

    `boxes` are centres; `lines` are SVG paths without their arrow heads, with the points where the head begins and
    ends; `labels` are centres, by number of the line; `groups` are (left, top, width, height) by number of the group.
    """

    width: float
    height: float
    boxes: tuple[tuple[float, float], ...]
    lines: tuple[tuple[str, tuple[float, float], tuple[float, float]], ...]
    labels: dict[int, tuple[float, float]] = field(default_factory=dict)
    groups: dict[int, tuple[float, float, float, float]] = field(default_factory=dict)


def lay_out(graphs: Sequence[Graph]) -> list[Layout]:
    """Lay out `graphs` in one run of the layout engine.

    Raises `Refused` when the engine's file is missing, or when it fails or hangs twice.
    """
    if not graphs:
        return []
    answers = _run(json.dumps([_in_graphviz_language(graph) for graph in graphs]))
    return [_read(graph, answer) for graph, answer in zip(graphs, answers, strict=True)]


def _run(request: str) -> Any:
    command = [sys.executable, "-I", str(_WORKER), str(vendor_file("viz-global.js"))]
    problem = ""
    for _ in range(2):  # it has been seen to hang once in 18 runs, so one that does is run again
        try:
            done = subprocess.run(command, input=request, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            problem = f"it did not answer within {_SECONDS} seconds, twice"
            continue
        if done.returncode == 0:
            return json.loads(done.stdout)
        # An engine error may quote a megabyte of its own code: the last line says what went wrong.
        problem = (done.stderr.strip().splitlines() or ["no message"])[-1][:300]
    raise Refused(
        found=f"the layout engine of the process map failed: {problem}",
        expected="a layout of the map",
        next_step="run the command again; if it fails again, run it without the map and report this message",
    )


def _in_graphviz_language(graph: Graph) -> str:
    """The graph in Graphviz's language: numbers only."""
    text = ['digraph{graph[rankdir=TB,nodesep=0.2,ranksep=0.22,newrank=true]node[shape=box,fixedsize=true,label=""]']
    for group, labelled in enumerate(graph.groups):
        members = [number for number, box in enumerate(graph.boxes) if box.group == group]
        if members:
            label = _space(*_GROUP_LABEL) if labelled else '""'
            text.append(f"subgraph cluster_{group}{{graph[margin=12,label={label}]")
            text.extend(_node(number, graph.boxes[number]) for number in members)
            text.append("}")
    text.extend(_node(number, box) for number, box in enumerate(graph.boxes) if box.group is None)
    for number, line in enumerate(graph.lines):
        label = f",label={_space(*line.label)}" if line.label else ""
        ends = f"n{line.end}->n{line.start}[dir=back," if line.upwards else f"n{line.start}->n{line.end}["
        text.append(f"{ends}id={number},weight={line.weight:.0f}{label}]")
    text.extend(f"n{high}->n{low}[style=invis,weight=0]" for high, low in graph.above)
    return "\n".join([*text, "}"])


def _node(number: int, box: Box) -> str:
    return f"n{number}[width={box.width / _INCH:.4f},height={box.height / _INCH:.4f}]"


def _space(width: float, height: float) -> str:
    """A label that is nothing but room."""
    size = f'FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{height:.0f}"'
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" {size}><TR><TD></TD></TR></TABLE>>'


def _read(graph: Graph, answer: dict[str, Any]) -> Layout:
    left, bottom, right, top = _numbers(answer["bb"])

    def place(point: str) -> tuple[float, float]:
        x, y = _numbers(point)
        return x - left, top - y

    objects = {item["name"]: item for item in answer.get("objects", [])}
    labels: dict[int, tuple[float, float]] = {}
    lines = []
    drawn = [edge for edge in answer.get("edges", []) if "id" in edge]
    for edge in sorted(drawn, key=lambda item: int(item["id"])):
        lines.append(_path(edge["pos"], place))
        if "lp" in edge:
            labels[int(edge["id"])] = place(edge["lp"])
    groups = {}
    for number in range(len(graph.groups)):
        if cluster := objects.get(f"cluster_{number}"):
            x1, y1, x2, y2 = _numbers(cluster["bb"])
            groups[number] = (x1 - left, top - y2, x2 - x1, y2 - y1)
    boxes = tuple(place(objects[f"n{number}"]["pos"]) for number in range(len(graph.boxes)))
    return Layout(right - left, top - bottom, boxes, tuple(lines), labels, groups)


def _path(position: str, place: Any) -> tuple[str, tuple[float, float], tuple[float, float]]:
    """Graphviz's spline as an SVG path, where its arrow head starts, and where that ends.

    `e,x,y x,y x,y ...` has its head at the end, `s,x,y x,y ...` (a line that leads upwards) at the start.
    """
    words = position.split()
    tip = place(words.pop(0)[2:]) if words[0][:2] in ("e,", "s,") else None
    points = [place(word) for word in words]
    if position.startswith("s,"):
        points.reverse()
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}C" + " ".join(f"{x:.1f},{y:.1f}" for x, y in points[1:])
    return path, points[-1], tip or points[-1]


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]
