"""Probabilities as they would have been given at the time: each by a model that knew only what had happened before."""

from collections.abc import Sequence

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import Snapshot
from afteraction.analysis.win_model import FEWEST_TO_TRAIN, train
from afteraction.errors import NotEnoughData

QUARTER = 91.0
"""Days after which the models are trained anew."""
MOST_TIMES = 12
TESTED = 0.3
"""The share of deals, the latest, that the models are tested on."""


def split_day(frame: DealFrame, known: Snapshot) -> float | NotEnoughData:
    """The day that separates the deals to learn from and the deals to test on.

    So that the latest `TESTED` of the deals begin after it; `known` is the snapshot at their start.
    """
    if not len(known):
        return NotEnoughData("no deal has a date at which it began", "created_at, or dated events")
    split = float(np.quantile(known.at, 1 - TESTED))
    earliest = _first_day(frame, known)
    if earliest is None or earliest > split:
        ended = ~frame.open[known.rows] & (frame.closed[known.rows] <= split)
        won = int(np.sum(ended & frame.won[known.rows]))
        return NotEnoughData(
            f"only {won} won and {int(ended.sum()) - won} other deals had ended when the latest {TESTED:.0%} began",
            f"at least {FEWEST_TO_TRAIN} of each, to learn from before testing",
        )
    return split


def training_days(frame: DealFrame, known: Snapshot, split: float) -> tuple[float, ...]:
    """The days on which models are trained: as early as there is enough to learn from, then every quarter.

    The split is one of them. At most about `MOST_TIMES`.
    """
    earliest = _first_day(frame, known)
    step = max(QUARTER, (frame.end - split) / MOST_TIMES * 2)
    later = np.arange(split, frame.end, step)
    if earliest is None or earliest > split:
        return tuple(later)
    step = max(QUARTER, (split - earliest) / MOST_TIMES * 2)
    earlier = split - step * np.arange(1, int((split - earliest) // step) + 1)
    days = np.concatenate([[earliest], earlier[::-1], later])
    # Two trainings within a third of a step of each other would know nearly the same.
    apart = np.append(True, np.diff(days) > step / 3)
    apart[days == split] = True
    return tuple(float(day) for day in days[apart])


def out_of_time(frame: DealFrame, known: Snapshot, days: Sequence[float]) -> Floats:
    """For every deal of the frame the probability at its moment, NaN where there is none.

    It comes from the model of the latest day in `days` before the moment; so deals before the first have none.
    """
    found = np.full(len(frame), np.nan)
    for day, following in zip(days, [*days[1:], np.inf], strict=True):
        asked = np.flatnonzero((known.at >= day) & (known.at < following))
        if len(asked) and not isinstance(model := train(frame, known, day), NotEnoughData):
            found[known.rows[asked]] = model.probability(known.select(asked))
    return found


def other_time(frame: DealFrame, known: Snapshot, days: Sequence[float]) -> Floats:
    """As `out_of_time`; deals before the first day get the probability of a model of the deals that came after it."""
    found = out_of_time(frame, known, days)
    early = known.at < days[0]
    later = train(frame, known.select(~early), np.inf)
    if early.any() and not isinstance(later, NotEnoughData):
        found[known.rows[early]] = later.probability(known.select(early))
    return found


def _first_day(frame: DealFrame, known: Snapshot) -> float | None:
    """The day by which enough deals had been won, and had ended otherwise, to learn from.

    Not before the record is as long as the median deal: until then it holds the short ones alone.
    """
    closed, won, ended = frame.closed[known.rows], frame.won[known.rows], ~frame.open[known.rows]
    dated = ended & ~np.isnan(closed)
    wins, others = np.sort(closed[dated & won]), np.sort(closed[dated & ~won])
    if min(len(wins), len(others)) < FEWEST_TO_TRAIN:
        return None
    longest = float(known.at.min() + np.median(np.maximum((closed - known.at)[dated], 0.0)))
    return float(np.nextafter(max(wins[FEWEST_TO_TRAIN - 1], others[FEWEST_TO_TRAIN - 1], longest), np.inf))
