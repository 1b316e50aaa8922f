"""What is known of a deal at a moment, as columns to adjust for."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.features import AGE, AMOUNT, MOST_LEVELS

_FEWEST = 10
"""A level, or a yes, of fewer deals than this is no column: nothing could be learned about it."""
_BLOCK = 4096


def known_at(frame: DealFrame, rows: Ints, start: Floats, leave_out: Collection[str] = ()) -> list[Floats]:
    """What is known of deals when something starts: facts, amount, age and the calendar (columns of len(rows)).

    `start` is in days, per row. `leave_out` names facts, or AMOUNT or AGE, that are not wanted.
    """
    columns: list[Floats] = []
    for name, category in frame.categories.items():
        if name not in leave_out:
            columns += _levels(category, rows)
    amount = frame.amount[rows]
    age = np.maximum(start - frame.created[rows], 0.0)
    if AMOUNT not in leave_out:
        columns += _flags([np.isnan(amount)])
        columns += _scaled(np.log1p(np.maximum(np.nan_to_num(amount), 0.0)))
    if AGE not in leave_out:
        columns += _flags([np.isnan(age)])
        columns += _scaled(np.log1p(np.nan_to_num(age)))
    columns += _scaled(start)
    return columns


def steps_done(frame: DealFrame, rows: Ints, start: Floats, landmark: float, steps: Iterable[int]) -> list[Floats]:
    """Which other steps were done before the start, and which between it and the landmark."""
    flags = []
    for step in steps:
        done = frame.done[rows, step]
        flags += [done <= start, (done > start) & (done <= start + landmark)]
    return list(_flags(flags))


def progress(frame: DealFrame, at: Floats) -> tuple[Floats, ...]:
    """How far each deal of a frame had come by a day: the stages entered, and the time since the last of these."""
    entered = np.where(frame.entered <= at[:, None], frame.entered, np.nan)
    since = at - np.fmax.reduce(entered, axis=1, initial=-np.inf)
    stages = [np.isfinite(entered[:, stage]).astype(np.float64) for stage in range(1, entered.shape[1])]
    return *stages, np.log1p(np.where(np.isfinite(since), since, 0.0))


def matrix(columns: Sequence[Floats], rows: int) -> Floats:
    """Columns side by side (rows × columns); there may be none."""
    found = np.empty((rows, len(columns)))
    # As np.column_stack, in blocks that stay in the processor's cache: three times as fast.
    for first in range(0, rows, _BLOCK):
        block = slice(first, first + _BLOCK)
        for place, column in enumerate(columns):
            found[block, place] = column[block]
    return found


def _levels(category: Category, rows: Ints) -> list[Floats]:
    """One column per level but the most common one; an empty value is a level of its own."""
    codes = category.codes[rows] + 1
    counts = np.bincount(codes, minlength=len(category.levels) + 1)
    order = np.argsort(-counts, kind="stable")[1 : MOST_LEVELS + 1]
    return list(_flags(codes == level for level in order if counts[level]))


def _flags(flags: Iterable[Flags]) -> Iterator[Floats]:
    for flag in flags:
        if _FEWEST <= np.count_nonzero(flag) <= len(flag) - _FEWEST:
            yield flag.astype(np.float64)


def _scaled(values: Floats) -> list[Floats]:
    spread = float(np.std(values)) if len(values) else 0.0
    return [(values - np.mean(values)) / spread] if spread > 1e-9 else []
