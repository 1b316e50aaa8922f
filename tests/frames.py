"""Deals as arrays, without a record behind them: what statistics are tested on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from afteraction.analysis.deal_frame import Category, DealFrame


def category(values: Sequence[str | None]) -> Category:
    """Text as codes; None is empty."""
    found = pd.Categorical(values)
    return Category(found.codes.astype(np.int32), tuple(str(level) for level in found.categories))


def frame_of(
    outcome: Sequence[str],
    created: Sequence[float],
    closed: Sequence[float],
    end: float,
    *,
    facts: Mapping[str, Sequence[str | None]] | None = None,
    **given: Any,
) -> DealFrame:
    """n deals; `closed` is NaN where they are open. What is not given is empty, and one stage is entered at the start.

    Text (owner, size, lost_reason, the facts) is given as lists of text, the rest as arrays.
    """
    n = len(outcome)
    texts = {name: category(given.get(name, [None] * n)) for name in ("owner", "team", "size", "lost_reason")}
    created = np.asarray(created, dtype=np.float64)
    return DealFrame(
        deal_no=np.arange(n, dtype=np.int32),
        deal_id=pa.chunked_array([pa.array([f"d{number:06}" for number in range(n)])]),
        outcome=category(outcome),
        created=created,
        closed=np.asarray(closed, dtype=np.float64),
        end=end,
        amount=np.asarray(given.get("amount", np.full(n, np.nan)), dtype=np.float64),
        categories={name: category(values) for name, values in (facts or {}).items()},
        entered=np.asarray(given.get("entered", created[:, None])),
        done=np.asarray(given.get("done", np.empty((n, 0)))),
        origin=np.datetime64("2026-01-01", "us"),
        **texts,
    )
