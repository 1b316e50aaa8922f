"""Deals that are followed from a landmark: who was still open, what they had done by then, how they ended."""

from dataclasses import dataclass, replace

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.deal_frame import DealFrame

QUANTILE = 0.9
"""By default the landmark is the delay by which this share of those who ever did the step had done it."""


@dataclass(frozen=True)
class Population:
    """Deals that started something and were open `landmark` days later (all arrays are per deal).

    `rows` are their places in the frame, `start` the days on which they started, `weight` what each ended deal stands
    for, so that the ended ones represent all. They are `total` deals, or drawn from so many by chance.
    """

    rows: Ints
    start: Floats
    landmark: float
    weight: Floats
    won: Flags
    ended: Flags
    total: int

    def __len__(self) -> int:
        return len(self.rows)


def landmark_days(delay: Floats, quantile: float = QUANTILE) -> float | None:
    """The landmark in whole days, from the delays of those who did it (NaN for the others); None if nobody did."""
    known = delay[delay >= 0]
    return float(np.ceil(np.quantile(known, quantile))) if len(known) else None


def population(frame: DealFrame, start: Floats, landmark: float) -> Population:
    """Deals with a start (days, NaN for none) that were open and still watched at the landmark.

    Watching ends with the record. Deals that ended before the landmark are left out whether or not they had done
    anything: nobody who ended early is held against those who did not.
    """
    at = start + landmark
    rows = np.flatnonzero((at <= frame.end) & ~(frame.closed <= at)).astype(np.int32)
    ended = ~frame.open[rows]
    since = np.nan_to_num(frame.closed[rows], nan=np.inf) - at[rows]
    weight = ended_weights(since, frame.end - at[rows], ended)
    return Population(rows, start[rows], landmark, weight, frame.won[rows], ended, len(rows))


def sampled(people: Population, most: int) -> Population:
    """At most so many of them, drawn by chance; the same ones whenever it is asked."""
    if len(people) <= most:
        return people
    kept = np.sort(np.random.default_rng(0).choice(len(people), most, replace=False))
    return replace(
        people,
        rows=people.rows[kept],
        start=people.start[kept],
        weight=people.weight[kept],
        won=people.won[kept],
        ended=people.ended[kept],
    )
