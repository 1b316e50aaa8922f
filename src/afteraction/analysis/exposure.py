"""Something that is true of some deals and not of others: a step that was done, a behaviour, an attribute.

Whatever it is, its effect is asked for in the same way: among deals that started something and were open a fixed time
later, those of which it was true by then are compared with the others.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.covariates import known_at, matrix, steps_done
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.landmark import Population, population, sampled
from afteraction.analysis.nuisance import Comparison


@dataclass(frozen=True)
class Exposure:
    """What deals are compared by. Arrays have one value per deal of the frame.

    `start` is the day from which a deal counts (NaN: never), `did` whether it is true of the deal `landmark` days
    later; a deal of which the record does not tell is not `known` and left out. Adjusted for is what was known of the
    deal at its start but the facts in `leave_out`, the `steps` (places in the process) done by the landmark, and
    `beside`: further columns that are known by then.
    """

    start: Floats
    landmark: float
    did: Flags
    known: Flags | None = None
    steps: tuple[int, ...] = ()
    beside: tuple[Floats, ...] = ()
    leave_out: frozenset[str] = frozenset()


MOST = 1_000_000
"""Of more deals so many are drawn by chance and compared: intervals are some 0.2 points to either side by then."""


def compare(frame: DealFrame, exposure: Exposure, leave_out: Collection[str] = ()) -> tuple[Population, Comparison]:
    """The deals that were open at the landmark, at most MOST of them by chance, with everything that is adjusted for.

    `leave_out` names further facts that may not be adjusted for, such as those noted because of the outcome.
    """
    start = exposure.start if exposure.known is None else np.where(exposure.known, exposure.start, np.nan)
    people = sampled(population(frame, start, exposure.landmark), MOST)
    columns = known_at(frame, people.rows, people.start, exposure.leave_out.union(leave_out))
    columns += steps_done(frame, people.rows, people.start, people.landmark, exposure.steps)
    columns += [each[people.rows] for each in exposure.beside]
    x = matrix(columns, len(people))
    return people, Comparison(exposure.did[people.rows], people.won, people.weight, x, frame.owner.codes[people.rows])
