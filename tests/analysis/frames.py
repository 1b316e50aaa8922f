"""Deals as arrays, without a record behind them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.process.model import Process, Step

PROCESS = Process(
    "Sale",
    1,
    ("Qualify", "Propose"),
    (
        Step("call", "Qualify", ("Call",), required=True),
        Step("demo", "Qualify", ("Demo",), required=True),
        Step("offer", "Propose", ("Offer",), required=True),
    ),
)


def category(values: Sequence[object]) -> Category:
    """A text attribute; None is empty."""
    levels = sorted({str(value) for value in values if value is not None})
    places = {level: place for place, level in enumerate(levels)}
    codes = [-1 if value is None else places[str(value)] for value in values]
    return Category(np.array(codes, dtype=np.int32), tuple(levels))


def frame(
    outcome: Sequence[str],
    *,
    created: Sequence[float] | None = None,
    closed: Sequence[float] | None = None,
    owner: Sequence[object] | None = None,
    team: Sequence[object] | None = None,
    amount: Sequence[float] | None = None,
    categories: Mapping[str, Sequence[object]] | None = None,
    entered: object = None,
    done: object = None,
    end: float | None = None,
    process: Process = PROCESS,
) -> DealFrame:
    """Deals that begin a day apart and last thirty days, unless told otherwise. Rows must come sorted by owner."""
    n = len(outcome)
    created = np.arange(n, dtype=float) if created is None else np.asarray(created, dtype=float)
    ended = np.array([each != "open" for each in outcome])
    closed = created + 30.0 if closed is None else np.asarray(closed, dtype=float)
    closed = np.where(ended, closed, np.nan)
    nothing = [None] * n
    return DealFrame(
        deal_no=np.arange(n, dtype=np.int32),
        deal_id=pa.chunked_array([[f"d{number:05}" for number in range(n)]]),
        owner=category(nothing if owner is None else owner),
        team=category(nothing if team is None else team),
        outcome=category(outcome),
        created=created,
        closed=closed,
        end=float(np.nanmax(np.concatenate([created, closed]))) if end is None else end,
        amount=np.full(n, np.nan) if amount is None else np.asarray(amount, dtype=float),
        categories={name: category(values) for name, values in (categories or {}).items()},
        entered=np.full((n, len(process.stages)), np.nan) if entered is None else np.asarray(entered, dtype=float),
        done=np.full((n, len(process.steps)), np.nan) if done is None else np.asarray(done, dtype=float),
        size=category(nothing),
        lost_reason=category(nothing),
        origin=np.datetime64("2024-01-01"),
    )
