"""Small pictures side by side, each under its name."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from afteraction.report.charts.picture import inline


def panel(number: int) -> str:
    """What the rows of one small picture hold as `panel`, by its place: sorts as numbers do."""
    return f"{number:03d}"


def panels(
    cell: Any, rows: Sequence[Mapping[str, Any]], names: Sequence[str], columns: int, gap: float, room: float
) -> Any:
    """A chart that repeats `cell`, which has no data of its own, for the rows of each panel.

    `names` stand above, as far as `room` pixels take them; `gap` is the distance between columns.
    """
    lookup = ", ".join(f"'{panel(number)}': {_as_expression(name)}" for number, name in enumerate(names))
    header = alt.Header(labelExpr=f"({{{lookup}}})[datum.value]", labelLimit=room, labelPadding=4)
    facet = alt.Facet("panel:N", header=header, title=None)
    return cell.facet(facet=facet, columns=columns, spacing={"row": 14, "column": gap}, data=inline(rows))


def _as_expression(text: str) -> str:
    """A text as a literal of Vega's expression language."""
    escaped = "".join(c if c.isalnum() or c in " .,-&()" else f"\\u{{{ord(c):x}}}" for c in text)
    return f"'{escaped}'"
