"""The key of the process map: one small picture for each way of drawing."""

import functools

from afteraction.report.drawing import Canvas


@functools.cache
def map_key(*, on_paper: bool) -> tuple[tuple[str, str], ...]:
    """What the marks of a process map mean: words, and a picture in the light colours.

    Without a process `on_paper` nothing can differ from it.
    """
    stage, arrow = ("a stage is entered", _box("stage", "stage")), ("thicker: more often", _arrow())
    if not on_paper:
        return (stage, ("a step; the bar is the share of deals", _box("open", "", bar=True)), arrow)
    return (
        stage,
        ("on paper and followed; the bar is the share of deals", _box("open", "", bar=True)),
        ("optional", _box("open", "", dashes="3 3")),
        ("on paper, rarely done", _box("lost", "", dashes="6 3", thick=1.8)),
        ("done, not on paper", _box("order", "", dashes="2 3", thick=1.8)),
        arrow,
    )


def _box(stroke: str, fill: str, *, dashes: str = "", thick: float = 1.2, bar: bool = False) -> str:
    canvas = Canvas(30, 18)
    canvas.box(2, 2, 26, 14, fill=fill or "paper", stroke=stroke, dashes=dashes, thick=thick, radius=4)
    if bar:
        canvas.box(6, 10, 14, 3, fill="won", radius=1.5)
    return canvas.svg()


def _arrow() -> str:
    canvas = Canvas(30, 18)
    canvas.path("M2,5H28", stroke="open", thick=1.4)
    canvas.path("M2,12H28", stroke="open", thick=5)
    return canvas.svg()
