"""The deals behind the figures: one row per deal that says to which of them it belongs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from afteraction.analysis.boxes import Box, Boxes
from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.effects import Effect
from afteraction.analysis.outcome_findings import OutcomeFindings
from afteraction.analysis.win_probability import WinProbability
from afteraction.errors import Refused

COMPARED = {True: "did", False: "did not"}
_PIECE: Final = 50_000
"""Deals that are read to name a few of them."""


def write_deal_rows(found: OutcomeFindings, path: Path) -> int:
    """Write a Parquet file with a row per deal; returns how many. Raises Refused when it cannot be written.

    Columns: deal_id, outcome, owner, team, every fact, `box`, `chance at start` and `chance today`, and for every step
    and behaviour with an effect a column `step: ID` or `behaviour: NAME` that says `did` or `did not` for the deals
    that were compared and is empty for the others.
    """
    columns: dict[str, Any] = dict(_columns(found))
    table = pa.table(columns)
    try:
        pq.write_table(table, path, row_group_size=_PIECE)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror or error}", "a place to write to", "name another --deals") from error
    return len(table)


def _columns(found: OutcomeFindings) -> Iterator[tuple[str, "pa.Array[Any] | pa.ChunkedArray[Any]"]]:
    frame = found.frame
    yield "deal_id", frame.deal_id
    texts = {"outcome": frame.outcome, "owner": frame.owner, "team": frame.team, **frame.categories}
    for name, category in (*texts.items(), ("deal size", frame.size), ("lost_reason", frame.lost_reason)):
        yield name, _texts(category)
    if isinstance(found.boxes, Boxes):
        labels = np.array([None if box is Box.OPEN else box.label for box in Box])
        yield "box", pa.array(labels[found.boxes.box - Box.OPEN], pa.string())
    if isinstance(found.win_probability, WinProbability):
        yield "chance at start", pa.array(found.win_probability.expected, from_pandas=True)
        yield "chance today", pa.array(found.win_probability.today, from_pandas=True)
    named: list[tuple[str, Effect]] = [(f"step: {one.step}", one) for one in found.steps]
    named += [(f"behaviour: {one.behaviour}", one) for one in found.behaviours]
    for name, effect in named:
        if effect.members is not None:
            yield name, _sides(frame, effect)


def _texts(category: Category) -> "pa.Array[Any]":
    codes = pa.array(category.codes, pa.int32(), mask=category.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(category.levels, pa.string())).cast(pa.string())


def _sides(frame: DealFrame, effect: Effect) -> "pa.Array[Any]":
    side = np.full(len(frame), None, dtype=object)
    if effect.members is not None:
        side[effect.members.rows] = np.where(effect.members.did, COMPARED[True], COMPARED[False])
    return pa.array(side, pa.string())
